/* Mappings: mmap, munmap, mprotect, brk, and who sees what. */
#include <sys/mman.h>
#include <sys/resource.h>

#include "case.h"

enum {
	RW = PROT_READ | PROT_WRITE,
	ANON = MAP_PRIVATE | MAP_ANONYMOUS,
};

static char *
map(size_t len, int prot, int flags, int fd)
{
	char *p = mmap(NULL, len, prot, flags, fd, 0);

	need(p == MAP_FAILED ? -1 : 0);
	return p;
}

/* Runs an access in a child: it may be its last. */
static char *victim;

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

CASE(anonymous_memory_is_zero)
{
	char *p = map(5 * PAGE, RW, ANON, -1);
	int nonzero = 0;

	for (int i = 0; i < 5 * PAGE; i++)
		nonzero += p[i] != 0;
	show(nonzero);
	p[PAGE] = 1;
	show(munmap(p, 5 * PAGE));
	victim = p;
	finish(start(read_victim));
}

CASE(mmap_errors)
{
	int fd;

	make_file("f", "x");
	fd = open("f", O_RDONLY);
	show((long)mmap(NULL, 0, RW, ANON, -1, 0));
	show((long)mmap(NULL, -1ul, RW, ANON, -1, 0));
	show((long)mmap(NULL, 1ul << 47, RW, ANON, -1, 0));
	show((long)mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0));
	show((long)mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0));
	show((long)mmap(NULL, PAGE, RW, MAP_PRIVATE, 99, 0));
	show((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 100));
	show((long)mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0));
	show((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open("f", O_WRONLY),
			0));
	show((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open(".", O_RDONLY),
			0));
	show((long)mmap(BAD, PAGE, RW, ANON | MAP_FIXED, -1, 0));
	show((long)mmap((void *)0x7ffffffff000, PAGE, RW, ANON | MAP_FIXED, -1,
			0));
	show((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd,
			(off_t)(-1ul << 12)));
}

CASE(munmap_errors)
{
	char *p = map(3 * PAGE, RW, ANON, -1);

	show(munmap(p, 0));
	show(munmap(p + 1, PAGE));
	show(munmap(p, -1ul));
	show(munmap((void *)(1ul << 47), PAGE));
	show(munmap(p + PAGE, 1));
	p[0] = p[2 * PAGE] = 1;
	victim = p + PAGE;
	finish(start(write_victim));
	show(munmap(p, 3 * PAGE)); /* a hole is no error */
	show(munmap(p, 3 * PAGE));
}

CASE(mprotect_errors)
{
	char *p = map(3 * PAGE, RW, ANON, -1);
	int fd;

	show(mprotect(p + 1, PAGE, PROT_READ));
	show(mprotect(p, 0, PROT_READ));
	show(mprotect(p, -1ul, PROT_READ));
	show(mprotect(p, PAGE, 0x1000000));
	need(munmap(p + PAGE, PAGE));
	show(mprotect(p, 3 * PAGE, PROT_READ));
	show(mprotect(p + PAGE, PAGE, PROT_READ));
	make_file("f", "x");
	fd = open("f", O_RDONLY);
	p = map(PAGE, PROT_READ, MAP_SHARED, fd);
	show(mprotect(p, PAGE, RW));
	p = map(PAGE, PROT_READ, MAP_PRIVATE, fd);
	show(mprotect(p, PAGE, RW));
}

CASE(protection_is_kept)
{
	victim = map(PAGE, PROT_READ, ANON, -1);
	finish(start(read_victim));
	finish(start(write_victim));
	show(mprotect(victim, PAGE, PROT_NONE));
	finish(start(read_victim));
	show(mprotect(victim, PAGE, RW));
	finish(start(write_victim));
	show(mprotect(victim, PAGE, PROT_WRITE));
	finish(start(read_victim));
	show(mprotect(victim, PAGE, PROT_READ | PROT_EXEC));
	finish(start(write_victim));
}

static void
run_victim(void)
{
	void (*function)(void);

	memcpy(&function, &victim, sizeof(function));
	function();
	printf("it ran\n");
}

CASE(execution_needs_the_right)
{
	victim = map(PAGE, RW, ANON, -1);
	*victim = (char)0xc3; /* ret */
	finish(start(run_victim));
	show(mprotect(victim, PAGE, PROT_READ | PROT_EXEC));
	finish(start(run_victim));
}

CASE(null_is_never_mapped)
{
	victim = NULL;
	finish(start(read_victim));
	finish(start(write_victim));
	finish(start(run_victim));
	victim = (char *)0xffff800000000000;
	finish(start(read_victim));
	victim = (char *)0x8000000000000000;
	finish(start(read_victim));
}

CASE(private_file)
{
	char *p, *q;
	int fd, nonzero = 0;

	make_file("f", "contents");
	fd = open("f", O_RDWR);
	p = map(PAGE, RW, MAP_PRIVATE, fd);
	q = map(PAGE, PROT_READ, MAP_PRIVATE, fd);
	printf("%s\n", p);
	for (int i = 8; i < PAGE; i++)
		nonzero += p[i] != 0;
	show(nonzero);
	p[0] = 'C';
	printf("%s %s\n", p, q);
	show_file("f");
	need(pwrite(fd, "X", 1, 1));
	printf("%s\n", q);
	close(fd);
	unlink("f");
	printf("%s\n", q);
}

CASE(shared_file)
{
	char *p, *q;
	int fd;

	make_file("f", "contents");
	fd = open("f", O_RDWR);
	p = map(PAGE, RW, MAP_SHARED, fd);
	q = map(PAGE, PROT_READ, MAP_SHARED, fd);
	p[0] = 'C';
	printf("%s\n", q);
	show_file("f");
	need(pwrite(fd, "W", 1, 3));
	printf("%s\n", p);
	p[20] = 'x'; /* behind the end: not of the file */
	show(lseek(fd, 0, SEEK_END));
	show(munmap(p, PAGE));
	show_file("f");
}

CASE(file_beyond_its_end)
{
	int fd;

	make_file("f", "x");
	fd = open("f", O_RDWR);
	victim = map(3 * PAGE, RW, MAP_SHARED, fd);
	victim += 100;
	finish(start(read_victim));
	victim += PAGE;
	finish(start(read_victim));
	finish(start(write_victim));
	need(ftruncate(fd, 3 * PAGE));
	finish(start(read_victim));
	need(ftruncate(fd, 0));
	finish(start(read_victim));
}

CASE(file_offset)
{
	char text[2 * PAGE + 1], *p;
	int fd;

	memset(text, 'a', PAGE);
	memset(text + PAGE, 'b', PAGE);
	text[2 * PAGE] = 0;
	make_file("f", text);
	fd = open("f", O_RDONLY);
	p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
	printf("%c%c\n", p[0], p[PAGE - 1]);
}

static volatile int *number;

static void
set_number(void)
{
	*number = 7;
}

CASE(fork_and_memory)
{
	static volatile int global = 1;

	number = (int *)map(PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
	finish(start(set_number));
	show(*number);
	number = (int *)map(PAGE, RW, ANON, -1);
	finish(start(set_number));
	show(*number);
	number = &global;
	finish(start(set_number));
	show(global);
}

CASE(fixed_replaces)
{
	char *p = map(3 * PAGE, RW, ANON, -1);

	memset(p, 'x', 3 * PAGE);
	show(mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) == p + PAGE);
	printf("%d %d %d\n", p[0], p[PAGE], p[2 * PAGE]);
	show((long)mmap(p + 1, PAGE, RW, ANON | MAP_FIXED, -1, 0));
}

CASE(fixed_without_replacing)
{
	int flags = ANON | MAP_FIXED_NOREPLACE;
	char *p = map(3 * PAGE, RW, ANON, -1);

	show((long)mmap(p, PAGE, RW, flags, -1, 0));
	need(munmap(p + PAGE, PAGE));
	show(mmap(p + PAGE, PAGE, RW, flags, -1, 0) == p + PAGE);
	show((long)mmap(p, 3 * PAGE, RW, flags, -1, 0));
}

CASE(no_room_for_as_much)
{
	const size_t len = 1ul << 45;
	int n = 0;

	while (mmap(NULL, len, PROT_NONE, ANON | MAP_NORESERVE, -1, 0) !=
	       MAP_FAILED)
		n++;
	show(errno);
	show(n > 0 && n <= 4);
	show(mmap(NULL, PAGE, RW, ANON, -1, 0) != MAP_FAILED);
}

CASE(hint_is_taken_where_free)
{
	char *p = map(4 * PAGE, RW, ANON, -1);

	need(munmap(p, 4 * PAGE));
	show(mmap(p, PAGE, RW, ANON, -1, 0) == p);
	show(mmap(p, PAGE, RW, ANON, -1, 0) == p);
	show(mmap(p + PAGE + 5, PAGE, RW, ANON, -1, 0) == p + PAGE);
}

CASE(other_flags_are_accepted)
{
	int flags[] = {MAP_STACK,     MAP_NORESERVE, MAP_POPULATE,
		       MAP_GROWSDOWN, MAP_DENYWRITE, MAP_LOCKED,
		       MAP_NONBLOCK};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		char *p = mmap(NULL, PAGE, RW, ANON | flags[i], -1, 0);

		check((long)p);
		*p = 1;
	}
}

/* The call itself: musl's brk() refuses everything. => the new break */
static char *
move_break(char *to)
{
	return (char *)syscall(SYS_brk, to);
}

CASE(break_moves)
{
	static char buffer[4096];
	char *heap, *end;

	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer)); /* not from the heap */
	heap = move_break(0);
	end = heap + 3 * PAGE;
	show(move_break(end) == end);
	show(heap[2 * PAGE]);
	heap[2 * PAGE] = 7;
	show(move_break(heap) == heap);
	show(move_break(end) == end);
	show(heap[2 * PAGE]);
	show(move_break(end + 1) == end + 1);
	show(end[100]); /* the rest of its page */
	show(move_break(end) == end);
	show(move_break(NULL) == end);
	show(move_break(BAD) == end);
	show(move_break((char *)-1) == end);
	show(move_break((char *)(1ul << 48)) == end);
	victim = heap + 10 * PAGE;
	finish(start(read_victim));
}

static int
deep(int n)
{
	volatile char page[PAGE];

	page[0] = (char)n;
	return n == 0 ? 0 : deep(n - 1) + page[0] - page[0] + 1;
}

static void
too_deep(void)
{
	show(deep(100000));
}

CASE(stack_grows)
{
	show(deep(1000));
	finish(start(too_deep));
}

/* A limit below what the stack has already: nothing of that is lost. */
CASE(stack_is_longer_than_its_limit)
{
	volatile char *below = (volatile char *)__builtin_frame_address(0);
	struct rlimit limit;
	int sum = 0;

	show(deep(100));
	need(getrlimit(RLIMIT_STACK, &limit));
	limit.rlim_cur = 10 * PAGE;
	show(setrlimit(RLIMIT_STACK, &limit));
	for (int i = 20; i < 80; i++)
		below[-i * PAGE] = (char)i;
	for (int i = 20; i < 80; i++)
		sum += below[-i * PAGE];
	show(sum);
	finish(start(too_deep));
}

/* And whatever lies above it. No call here may use it any more. */
static void
unmap_the_stack(void)
{
	uintptr_t from = (uintptr_t)__builtin_frame_address(0) & -PAGE;

	__asm__ volatile("syscall; mov %%eax, %%edi; mov %2, %%eax; syscall"
			 :
			 : "a"(SYS_munmap), "D"(from), "i"(SYS_exit),
			   "S"(0x7ffffffff000 - from)
			 : "rcx", "r11", "memory");
}

CASE(program_without_a_stack)
{
	finish(start(unmap_the_stack));
}

CASE(system_calls_and_protection)
{
	char *p = map(2 * PAGE, RW, ANON, -1);
	int zero = open("/dev/zero", O_RDONLY);

	need(mprotect(p + PAGE, PAGE, PROT_READ));
	show(read(zero, p + PAGE, 10));
	show(read(zero, p + PAGE - 5, 10));
	need(mprotect(p + PAGE, PAGE, PROT_NONE));
	show(read(zero, p + PAGE - 5, 10));
	show(syscall(SYS_open, p + PAGE, O_RDONLY));
	memset(p, 'n', PAGE);
	show(syscall(SYS_open, p + PAGE - 5, O_RDONLY));
	p[PAGE - 1] = 0;
	show(syscall(SYS_open, p + PAGE - 5, O_RDONLY));
}
