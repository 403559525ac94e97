/* mremap, madvise, mincore, msync, mlock. */
#include <sys/mman.h>
#include <sys/resource.h>

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

static char *victim;

static void
read_victim(void)
{
	printf("read %d\n", *(volatile char *)victim);
}

CASE(grow_in_place)
{
	char *p = map(4 * PAGE);

	need(munmap(p + PAGE, 3 * PAGE));
	*p = 'x';
	show(mremap(p, PAGE, 3 * PAGE, 0) == p);
	printf("%c %d\n", p[0], p[2 * PAGE]);
	p[2 * PAGE] = 'y';
}

CASE(grow_by_moving)
{
	char *p = map(2 * PAGE), *q;

	strcpy(p, "moved");
	/* The page behind is taken. */
	show((long)mremap(p, PAGE, 3 * PAGE, 0));
	q = mremap(p, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
	show(q != MAP_FAILED && q != p);
	printf("%s %d\n", q, q[2 * PAGE]);
	victim = p;
	finish(start(read_victim));
	victim = p + PAGE;
	finish(start(read_victim));
}

CASE(shrink)
{
	char *p = map(4 * PAGE);

	show(mremap(p, 4 * PAGE, PAGE, 0) == p);
	victim = p;
	finish(start(read_victim));
	victim = p + PAGE;
	finish(start(read_victim));
	show(mremap(p, PAGE, PAGE, 0) == p);
	show(mremap(p, 1, 100, 0) == p);
}

CASE(move_to_an_address)
{
	char *p = map(2 * PAGE), *to = map(4 * PAGE);

	strcpy(p, "one");
	strcpy(p + PAGE, "two");
	memset(to, 'x', 4 * PAGE);
	show(mremap(p, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		    to + PAGE) == to + PAGE);
	printf("%c %s %s %c\n", to[0], to + PAGE, to + 2 * PAGE, to[3 * PAGE]);
	victim = p;
	finish(start(read_victim));
}

CASE(mremap_errors)
{
	char *p = map(4 * PAGE);
	int both = MREMAP_MAYMOVE | MREMAP_FIXED;

	show((long)mremap(p + 1, PAGE, PAGE, 0));
	show((long)mremap(p, PAGE, 0, 0));
	show((long)mremap(p, PAGE, PAGE, 0x100));
	show((long)mremap(p, PAGE, PAGE, MREMAP_FIXED, p + 2 * PAGE));
	show((long)mremap(p, 2 * PAGE, 2 * PAGE, both, p + PAGE));
	show((long)mremap(p, PAGE, PAGE, both, p + PAGE + 1));
	show((long)mremap(p, PAGE, -1ul, MREMAP_MAYMOVE));
	show((long)mremap(p, PAGE, 1ul << 47, MREMAP_MAYMOVE));
	need(munmap(p + PAGE, PAGE));
	show((long)mremap(p + PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	show((long)mremap(p, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE));
	show((long)mremap((void *)PAGE, PAGE, PAGE, 0));
}

CASE(move_a_file_mapping)
{
	char text[2 * PAGE + 1], *p, *q;
	int fd;

	memset(text, 'a', PAGE);
	memset(text + PAGE, 'b', PAGE);
	text[2 * PAGE] = 0;
	make_file("f", text);
	fd = open("f", O_RDWR);
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	q = mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	show(q != MAP_FAILED);
	printf("%c %c\n", q[0], q[PAGE]);
	q[PAGE] = 'X';
	need(pread(fd, text, 1, PAGE));
	printf("%c\n", text[0]);
}

CASE(dont_need)
{
	char *p = map(3 * PAGE), *f;
	int fd;

	memset(p, 'x', 3 * PAGE);
	show(madvise(p + PAGE, PAGE, MADV_DONTNEED));
	printf("%d %d %d\n", p[0], p[PAGE], p[2 * PAGE]);
	make_file("f", "file");
	fd = open("f", O_RDWR);
	f = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	strcpy(f, "mine");
	show(madvise(f, PAGE, MADV_DONTNEED));
	printf("%.4s\n", f);
	f = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	strcpy(f, "ours");
	show(madvise(f, PAGE, MADV_DONTNEED));
	printf("%.4s\n", f);
}

CASE(hints_are_accepted)
{
	int hints[] = {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL,
		       MADV_WILLNEED};
	char *p = map(2 * PAGE);

	*p = 'x';
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		show(madvise(p, 2 * PAGE, hints[i]));
	printf("%c\n", *p);
}

CASE(madvise_errors)
{
	char *p = map(3 * PAGE);

	show(madvise(p + 1, PAGE, MADV_DONTNEED));
	show(madvise(p, PAGE, 1234));
	show(madvise(p, 0, MADV_DONTNEED));
	show(madvise(p, -1ul, MADV_DONTNEED));
	*p = p[2 * PAGE] = 'x';
	need(munmap(p + PAGE, PAGE));
	show(madvise(p, 3 * PAGE, MADV_DONTNEED));
	printf("%d %d\n", p[0], p[2 * PAGE]);
}

CASE(what_is_in_memory)
{
	unsigned char in[3] = {9, 9, 9};
	char *p = map(3 * PAGE);

	p[PAGE] = 1;
	show(mincore(p, 3 * PAGE, in));
	printf("%d %d %d\n", in[0] & 1, in[1] & 1, in[2] & 1);
	show(mincore(p + 1, PAGE, in));
	show(syscall(SYS_mincore, p, PAGE, BAD));
	show(mincore(p, 0, in));
	need(munmap(p + PAGE, PAGE));
	show(mincore(p, 3 * PAGE, in));
	show(mincore(p + PAGE, PAGE, in));
}

CASE(synchronise)
{
	char *p, *a = map(3 * PAGE);
	int fd;

	make_file("f", "x");
	fd = open("f", O_RDWR);
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	*p = 'y';
	show(msync(p, PAGE, MS_SYNC));
	show(msync(p, PAGE, MS_ASYNC));
	show(msync(p, PAGE, MS_INVALIDATE));
	show(msync(p, PAGE, 0));
	show_file("f");
	show(msync(p + 1, PAGE, MS_SYNC));
	show(msync(p, PAGE, MS_SYNC | MS_ASYNC));
	show(msync(p, PAGE, 64));
	show(msync(a, 3 * PAGE, MS_SYNC));
	need(munmap(a + PAGE, PAGE));
	show(msync(a, 3 * PAGE, MS_SYNC));
	show(msync(a + PAGE, PAGE, MS_SYNC));
	show(msync(p, 0, MS_SYNC));
}

CASE(locking)
{
	char *p = map(3 * PAGE);

	show(mlock(p, PAGE));
	show(munlock(p, PAGE));
	need(munmap(p + PAGE, PAGE));
	show(mlock(p, 3 * PAGE));
	show(munlock(p, 3 * PAGE));
	show(mlock(p + PAGE, PAGE));
	show(mlockall(0));
	show(mlockall(64));
	show(munlockall());
}

static void
map_much(void)
{
	struct rlimit limit = {64 << 20, 64 << 20};

	show(setrlimit(RLIMIT_AS, &limit));
	show((long)mmap(NULL, 100 << 20, RW, ANON, -1, 0));
	check((long)mmap(NULL, 20 << 20, RW, ANON, -1, 0));
	check((long)mmap(NULL, 20 << 20, RW, ANON, -1, 0));
	show((long)mmap(NULL, 40 << 20, RW, ANON, -1, 0));
	show(malloc(100 << 20) == NULL);
}

CASE(limit_of_addresses)
{
	finish(start(map_much));
}

static void
break_much(void)
{
	struct rlimit limit = {1 << 20, 1 << 20};

	show(setrlimit(RLIMIT_DATA, &limit));
	show((long)sbrk(2 << 20));
	check((long)sbrk(PAGE));
}

CASE(limit_of_data)
{
	finish(start(break_much));
}

static int
deep(int n)
{
	volatile char page[PAGE];

	page[0] = (char)n;
	return n == 0 ? 0 : deep(n - 1) + page[0] - page[0] + 1;
}

static void
go_deep(void)
{
	struct rlimit limit = {1 << 20, 8 << 20};

	show(setrlimit(RLIMIT_STACK, &limit));
	show(deep(100));
	show(deep(400));
}

CASE(limit_of_the_stack)
{
	finish(start(go_deep));
}

CASE(grows_down)
{
	char *p = mmap(NULL, 64 * PAGE, RW, ANON, -1, 0), *top;

	need(munmap(p, 64 * PAGE));
	top = mmap(p + 60 * PAGE, PAGE, RW, ANON | MAP_GROWSDOWN | MAP_FIXED,
		   -1, 0);
	show(top == p + 60 * PAGE);
	victim = top - 1;
	finish(start(read_victim));
	victim = top - 2 * PAGE;
	finish(start(read_victim));
}
