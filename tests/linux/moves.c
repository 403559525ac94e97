/* Moves of memory, and pages given up or asked for: the corners of remap.c. */

#include <sys/mman.h>

#include "case.h"

enum {
	RW = PROT_READ | PROT_WRITE,
	ANON = MAP_PRIVATE | MAP_ANONYMOUS,
};

static char *
map(size_t len)
{
	char *p = mmap(NULL, len, RW, ANON, -1, 0);

	need(p == MAP_FAILED ? -1 : 0);
	return p;
}

static char *volatile victim;

static void
read_victim(void)
{
	printf("read %d\n", *(volatile char *)victim);
}

static void
write_victim(void)
{
	*(volatile char *)victim = 1;
	printf("written\n");
}

static char *
shared(size_t len)
{
	char *p = mmap(NULL, len, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	need(p == MAP_FAILED ? -1 : 0);
	return p;
}

CASE(shared_pages_shown_twice)
{
	char *p = shared(PAGE), *q = mremap(p, 0, PAGE, MREMAP_MAYMOVE);

	show(q != MAP_FAILED && q != p);
	*p = 'x';
	printf("%c\n", *q);
	show((long)mremap(p, 0, PAGE, 0));
	show((long)mremap(map(PAGE), 0, PAGE, MREMAP_MAYMOVE));
}

CASE(grow_beyond_shared_memory)
{
	char *p = shared(PAGE), *q = mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE);

	show(q != MAP_FAILED);
	victim = q + PAGE;
	finish(start(read_victim));
}

CASE(move_a_part)
{
	char *p = map(4 * PAGE), *to = map(8 * PAGE);
	int both = MREMAP_MAYMOVE | MREMAP_FIXED;

	for (int i = 0; i < 4; i++)
		p[i * PAGE] = (char)('a' + i);
	/* Shorter there: the rest is gone here, too. */
	show(mremap(p + PAGE, 2 * PAGE, PAGE, both, to) == to);
	printf("%c %c %c\n", p[0], to[0], p[3 * PAGE]);
	victim = p + 2 * PAGE;
	finish(start(read_victim));
	/* Longer there. */
	show(mremap(p, PAGE, 3 * PAGE, both, to + PAGE) == to + PAGE);
	printf("%c %c %d\n", to[0], to[PAGE], to[3 * PAGE]);
	show(mremap(to, 4 * PAGE, 2 * PAGE, 0) == to);
	show((long)mremap(p + 3 * PAGE, PAGE, PAGE, both, (void *)(1ul << 47)));
}

CASE(rights_move_along)
{
	char *p = map(2 * PAGE);

	*p = 'x';
	need(mprotect(p, PAGE, PROT_READ));
	victim = mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	show(victim != MAP_FAILED);
	finish(start(read_victim));
	finish(start(write_victim));
	victim += PAGE;
	finish(start(write_victim));
}

static void
move_in_child(void)
{
	char *q = mremap(victim, PAGE, 4 * PAGE, MREMAP_MAYMOVE);

	printf("%c\n", *q);
	*q = 'c';
	printf("%c\n", *q);
}

CASE(a_child_moves_what_it_shares)
{
	victim = map(2 * PAGE);
	*victim = 'p';
	finish(start(move_in_child));
	printf("%c\n", *victim);
}

CASE(free_pages)
{
	char *p = map(PAGE);
	int fd;

	*p = 'x';
	show(madvise(p, PAGE, MADV_FREE));
	*p = 'y';
	printf("%c\n", *p);
	make_file("f", "x");
	fd = open("f", O_RDWR);
	show(madvise(mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0), PAGE,
		     MADV_FREE));
	show(madvise(shared(PAGE), PAGE, MADV_FREE));
	show(madvise((void *)(1ul << 62), PAGE, MADV_DONTNEED));
}

CASE(ranges_that_wrap)
{
	unsigned char in[1];
	char *p = map(PAGE);

	show(msync(p, -1ul, MS_SYNC));
	show(msync(p, -PAGE, MS_SYNC));
	show(mincore(p, -1ul, in));
	show(mincore((void *)(1ul << 47), PAGE, in));
	show(mlock(p, -PAGE));
	show(munlock(p, -PAGE));
	show(syscall(SYS_mlock2, p, PAGE, 2));
	show(mlockall(MCL_ONFAULT));
}

CASE(populated)
{
	unsigned char in[4];
	char *p = mmap(NULL, 4 * PAGE, RW, ANON | MAP_POPULATE, -1, 0);

	need(p == MAP_FAILED ? -1 : 0);
	show(mincore(p, 4 * PAGE, in));
	printf("%d %d\n", in[0] & 1, in[3] & 1);
	show((uintptr_t)mmap(NULL, PAGE, RW, ANON | MAP_32BIT, -1, 0) >> 31);
}
