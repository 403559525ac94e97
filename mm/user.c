/*
 * Copies to and from user memory, page by page through the fault path.
 */
#include "mm/user.h"

#include "kernel/cpu.h"
#include "kernel/print.h"
#include "kernel/string.h"
#include "mm/fault.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"

/* Where the kernel sees the byte at va, once a program could access it so. */
static INLINE int
reach(struct space *s, vaddr_t va, int access, char **at)
{
	int err;

	*at = pt_reach(s->root, va, access);
	if (*at)
		return 0;
	err = space_fault(s, va, access);
	if (err < 0)
		return err;
	*at = pt_reach(s->root, va, access);
	return *at ? 0 : -EFAULT;
}

/* The bytes from va to the end of its page, at most len. */
static size_t
chunk(vaddr_t va, size_t len)
{
	return min_u64(len, PAGE_SIZE - va % PAGE_SIZE);
}

static INLINE void
move(char *at, char *buf, size_t n, int access)
{
	if (access == PROT_WRITE)
		memcpy(at, buf, n);
	else
		memcpy(buf, at, n);
}

static size_t copy_pages(struct space *s, vaddr_t va, char *buf, size_t len,
			 int access);

/* Mostly it is one page, which the CPU remembers from now on if the space is the
 * one it translates by. What can be written can be read. */
static INLINE size_t
copy_anew(struct space *s, vaddr_t va, char *buf, size_t len, int access)
{
	struct cpu_reached reached = {.space = s, .page = page_down(va)};
	char *at;

	if (len > PAGE_SIZE - va % PAGE_SIZE)
		return copy_pages(s, va, buf, len, access);
	if (reach(s, va, access, &at) < 0)
		return 0;
	reached.at = at - va % PAGE_SIZE;
	if (cpu_root() == frame_addr(s->root)) {
		cpu_reached[0] = reached;
		if (access == PROT_WRITE)
			cpu_reached[1] = reached;
	}
	move(at, buf, len, access);
	return len;
}

static NOINLINE size_t
read_anew(struct space *s, vaddr_t va, char *buf, size_t len)
{
	return copy_anew(s, va, buf, len, PROT_READ);
}

static NOINLINE size_t
write_anew(struct space *s, vaddr_t va, char *buf, size_t len)
{
	return copy_anew(s, va, buf, len, PROT_WRITE);
}

/* Mostly it is the page of the last time. */
static INLINE size_t
copy(struct space *s, vaddr_t va, char *buf, size_t len, int access)
{
	const struct cpu_reached *last = &cpu_reached[access == PROT_WRITE];
	uint64_t at = va - last->page;

	if (last->space != s || at >= PAGE_SIZE || len > PAGE_SIZE - at)
		return access == PROT_WRITE ? write_anew(s, va, buf, len)
					    : read_anew(s, va, buf, len);
	move(last->at + at, buf, len, access);
	return len;
}

/* => how many bytes, up to the first page that cannot be reached. An address that
 * wraps meets the kernel half first. */
static COLD size_t
copy_pages(struct space *s, vaddr_t va, char *buf, size_t len, int access)
{
	size_t done = 0, n, part;

	do {
		n = chunk(va + done, len - done);
		part = copy(s, va + done, buf + done, n, access);
		done += part;
	} while (part == n && done < len);
	return done;
}

size_t
user_read(struct space *s, void *to, vaddr_t from, size_t len)
{
	return copy(s, from, to, len, PROT_READ);
}

size_t
user_write(struct space *s, vaddr_t to, const void *from, size_t len)
{
	return copy(s, to, (char *)(uintptr_t)from, len, PROT_WRITE);
}

int
user_audit(void)
{
	static const int access[] = {PROT_READ, PROT_WRITE};
	int defects = 0;

	for (size_t i = 0; i < COUNT(cpu_reached); i++) {
		const struct cpu_reached *r = &cpu_reached[i];

		if (!r->space ||
		    pt_reach(r->space->root, r->page, access[i]) == r->at)
			continue;
		print("audit: the CPU remembers page %lx as it is no more\n",
		      r->page);
		defects++;
	}
	return defects;
}

/* If it would go on now, there was no memory before. */
int
user_refusal(struct space *s, vaddr_t va, int access)
{
	int err = space_fault(s, va, access);

	return err == 0 || err == -ENOMEM ? -ENOMEM : -EFAULT;
}

int
user_get(struct space *s, void *to, vaddr_t from, size_t len)
{
	size_t n = user_read(s, to, from, len);

	return n == len ? 0 : user_refusal(s, from + n, PROT_READ);
}

int
user_put(struct space *s, vaddr_t to, const void *from, size_t len)
{
	size_t n = user_write(s, to, from, len);

	return n == len ? 0 : user_refusal(s, to + n, PROT_WRITE);
}

long
user_string(struct space *s, char *buf, vaddr_t from, size_t size)
{
	size_t len = 0;

	while (len < size) {
		size_t n = chunk(from + len, size - len), part;
		char *at;
		int err = reach(s, from + len, PROT_READ, &at);

		if (err < 0)
			return err == -ENOMEM ? err : -EFAULT;
		part = strnlen(at, n);
		if (buf)
			memcpy(buf + len, at, min_u64(part + 1, n));
		len += part;
		if (part < n)
			return (long)len;
	}
	return -ENAMETOOLONG;
}

/* Page by page of the source: a reader's view stays valid while the writer's
 * side faults, for nothing else runs. */
int
user_copy(struct space *to_space, vaddr_t to, struct space *from_space,
	  vaddr_t from, size_t len)
{
	while (len > 0) {
		size_t n = chunk(from, len);
		char *at;
		int err = reach(from_space, from, PROT_READ, &at);

		if (err == 0)
			err = user_put(to_space, to, at, n);
		if (err < 0)
			return err == -ENOMEM ? err : -EFAULT;
		to += n;
		from += n;
		len -= n;
	}
	return 0;
}
