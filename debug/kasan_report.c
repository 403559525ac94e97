/*
 * What KASAN says: which access, by whom, and whose memory is next to it.
 *
 * "by" names the function; tools/symbolize finds its file and line, which are
 * the first ones of the backtrace outside of debug/.
 */
#include "debug/kasan.h"
#include "kernel/assert.h"
#include "kernel/panic.h"
#include "kernel/print.h"
#include "mm/frame.h"

#define STACK_MAGIC 0x41b58ab3ul /* begins what the compiler says of a frame */

enum {
	TEXT = 160,
};

static uint8_t
tag_of(uintptr_t at)
{
	return *kasan_shadow(at);
}

/* An object's last bytes may be fewer than eight: the next ones have the tag. */
static uint8_t
reason(uintptr_t bad)
{
	uint8_t tag = tag_of(bad);

	return tag < 8 ? tag_of(bad + 8) : tag;
}

/* How many bytes are an object's, from the first one on. */
static size_t
object_size(uintptr_t start)
{
	uintptr_t end = start;

	while (tag_of(end) == 0)
		end += 8;
	return end - start + (tag_of(end) < 8 ? tag_of(end) : 0);
}

/* The object of the heap that is nearest to bad, on the same page. */
static void
describe_object(char *text, uintptr_t bad)
{
	uintptr_t page = page_down(bad), before = bad & ~7ul, after = before;
	size_t size;

	while (before > page && tag_of(before) >= 8)
		before -= 8;
	while (before > page && tag_of(before - 8) == 0)
		before -= 8;
	size = object_size(before);
	while (page_down(after) == page && tag_of(after) != 0)
		after += 8;
	if (page_down(after) == page && after - bad < bad - before - size)
		format(text, TEXT, "heap: %lu bytes before an object of %zu",
		       after - bad, object_size(after));
	else
		format(text, TEXT, "heap: byte %lu of an object of %zu",
		       bad - before, size);
}

static const char *
number(const char *s, uint64_t *value)
{
	*value = 0;
	while (*s == ' ')
		s++;
	for (; *s >= '0' && *s <= '9'; s++)
		*value = *value * 10 + (uint64_t)(*s - '0');
	return s;
}

/* What the compiler says of a frame: how many variables, and of each its place,
 * its size, the length of its name and the name. The one nearest to bad. */
static void
describe_variable(char *text, uintptr_t frame, uintptr_t bad)
{
	const char *s = ((const char *const *)frame)[1];
	uint64_t count, place, size, len;

	for (s = number(s, &count); count-- > 0; s += len) {
		long offset;

		s = number(number(number(s, &place), &size), &len) + 1;
		offset = (long)(bad - frame - place);
		if (count == 0 || offset < (long)size + 16)
			format(text, TEXT,
			       "stack: byte %ld of variable %.*s of %lu",
			       offset, (int)len, s, size);
		if (offset < (long)size + 16)
			return;
	}
}

/* Downward from bad to where the frame begins. */
static void
describe_stack(char *text, uintptr_t bad)
{
	uintptr_t at = bad & ~7ul;

	while (kasan_covers(at - 8) && tag_of(at) != KASAN_STACK_LEFT)
		at -= 8;
	while (tag_of(at - 8) == KASAN_STACK_LEFT)
		at -= 8;
	if (*(const uint64_t *)at == STACK_MAGIC)
		describe_variable(text, at, bad);
}

static void
describe_global(char *text, uintptr_t bad)
{
	const struct kasan_global *g = kasan_global_at(bad);

	if (g)
		format(text, TEXT, "global: byte %lu of variable %s of %zu, %s",
		       bad - g->start, g->name, g->size, g->file);
}

/* Writes to text whose memory bad is or is near to. */
static void
describe(char *text, uintptr_t bad)
{
	switch (reason(bad)) {
	case KASAN_STACK_LEFT:
	case KASAN_STACK_MIDDLE:
	case KASAN_STACK_RIGHT:
	case KASAN_SCOPE:
		format(text, TEXT, "stack");
		describe_stack(text, bad);
		return;
	case KASAN_GLOBAL:
		format(text, TEXT, "global");
		describe_global(text, bad);
		return;
	case KASAN_GUARD:
		format(text, TEXT, "guard below a kernel stack");
		return;
	case KASAN_FREED:
		format(text, TEXT, "heap: object that has been freed");
		return;
	case KASAN_HEAP:
		describe_object(text, bad);
		return;
	default:
		format(text, TEXT, "free frame %lx",
		       (bad - DIRECT_BASE) / PAGE_SIZE);
	}
}

void
kasan_report(uintptr_t start, size_t len, bool write, uintptr_t bad,
	     uintptr_t by)
{
	static char text[TEXT];
	uint64_t offset = 0;
	const char *name = symbol_find(by, &offset);

	if (kasan_covers(bad))
		describe(text, bad);
	else
		format(text, TEXT,
		       bad < PAGE_SIZE ? "null pointer"
				       : "not the kernel's memory");
	panic("kasan: %s of %zu bytes at 0x%lx by %s+0x%lx: %s",
	      write ? "write" : "read", len, start, name ? name : "?", offset,
	      text);
}
