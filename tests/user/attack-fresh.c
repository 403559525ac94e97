/*
 * What fresh memory holds: zeros, although a process that has just ended had
 * filled its frames with something else. Every kind of memory that grows:
 * anonymous, shared, heap, moved, given up and touched again, stack, bss, files
 * and their tails.
 *
 * The argument says how many pages are looked at; the closing note tells of a
 * million.
 */
#include <sys/stat.h>

#include "attack.h"

enum {
	QUICK = 20000,
	BATCH = 1024,
	SECRET = 0xa5,
	BSS_PAGES = 512,
	STACK_PAGES = 256,
	RW = PROT_READ | PROT_WRITE,
	PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS,
	FRESH_SHARED = MAP_SHARED | MAP_ANONYMOUS,
};

static char bss[BSS_PAGES * ATTACK_PAGE];
static long pages_seen;

/* Non-zero words of memory that nobody has written to. Its frames are real: each
 * page is written to first, with the zero that should be there. */
static long
dirty_words(volatile char *p, size_t pages)
{
	long dirty = 0;

	for (size_t i = 0; i < pages; i++) {
		const unsigned long *words;

		p[i * ATTACK_PAGE + 8] = 0;
		words = (const unsigned long *)(uintptr_t)(p + i * ATTACK_PAGE);
		for (size_t k = 0; k < ATTACK_PAGE / 8; k++)
			dirty += words[k] != 0;
	}
	pages_seen += (long)pages;
	return dirty;
}

static void *
map(size_t pages, int flags, int fd)
{
	void *p = mmap(NULL, pages * ATTACK_PAGE, RW, flags, fd, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

static void
unmap(void *p, size_t pages)
{
	need(munmap(p, pages * ATTACK_PAGE) == 0, "munmap");
}

/* A process that leaves a secret in so many frames, and in pipes. */
static int
leave_secrets(void *unused)
{
	size_t size = 2 * BATCH * ATTACK_PAGE;
	char *p = map(2 * BATCH, PRIVATE, -1);
	int fds[2];

	(void)unused;
	memset(p, SECRET, size);
	if (pipe(fds) == 0 && write(fds[1], p, 65536) != 65536)
		return 1;
	return 0;
}

static long
anonymous(void)
{
	void *p = map(BATCH, PRIVATE, -1);
	long dirty = dirty_words(p, BATCH);

	unmap(p, BATCH);
	return dirty;
}

static long
shared(void)
{
	void *p = map(BATCH, FRESH_SHARED, -1);
	long dirty = dirty_words(p, BATCH);

	unmap(p, BATCH);
	return dirty;
}

/* A page that has been read shows the frame of zeros; then it is written to. */
static long
read_first(void)
{
	volatile char *p = map(BATCH, PRIVATE, -1);
	long dirty = 0;

	for (size_t i = 0; i < BATCH; i++)
		dirty += p[i * ATTACK_PAGE + 100] != 0;
	dirty += dirty_words(p, BATCH);
	unmap((void *)(uintptr_t)p, BATCH);
	return dirty;
}

static long
moved(void)
{
	char *p = map(1, PRIVATE, -1);
	long dirty;

	memset(p, 1, ATTACK_PAGE);
	p = mremap(p, ATTACK_PAGE, (BATCH + 1) * ATTACK_PAGE, 1);
	need(p != MAP_FAILED, "mremap");
	dirty = dirty_words(p + ATTACK_PAGE, BATCH);
	unmap(p, BATCH + 1);
	return dirty;
}

static long
given_up(void)
{
	char *p = map(BATCH, PRIVATE, -1);
	long dirty;

	memset(p, SECRET, BATCH * ATTACK_PAGE);
	need(madvise(p, BATCH * ATTACK_PAGE, MADV_DONTNEED) == 0, "madvise");
	dirty = dirty_words(p, BATCH);
	unmap(p, BATCH);
	return dirty;
}

/* The break: up, filled, down, up again. */
static long
heap(void)
{
	char *start = (char *)((syscall(SYS_brk, 0) + 4095l) & -4096l);
	uintptr_t end = (uintptr_t)start + BATCH * ATTACK_PAGE;
	long dirty;

	need(syscall(SYS_brk, end) == (long)end, "brk");
	dirty = dirty_words(start, BATCH);
	memset(start, SECRET, BATCH * ATTACK_PAGE);
	need(syscall(SYS_brk, start) == (long)(uintptr_t)start, "brk");
	need(syscall(SYS_brk, end) == (long)end, "brk");
	dirty += dirty_words(start, BATCH);
	need(syscall(SYS_brk, start) == (long)(uintptr_t)start, "brk");
	return dirty;
}

/* Below the stack pointer, where nothing has been yet. */
static int
stack_of_child(void *unused)
{
	volatile char *low;

	(void)unused;
	__asm__("mov %%rsp, %0" : "=r"(low));
	low -= (STACK_PAGES + 16) * ATTACK_PAGE + (uintptr_t)low % ATTACK_PAGE;
	for (size_t i = STACK_PAGES; i-- > 0;) /* downwards, as it grows */
		low[i * ATTACK_PAGE] = 0;
	return dirty_words(low, STACK_PAGES) != 0;
}

static long
stack(void)
{
	pages_seen += STACK_PAGES;
	return ending(run(stack_of_child, NULL));
}

static char *self;

/* A new program looks at its bss. */
static long
new_program(void)
{
	char *argv[] = {self, (char[]){"bss"}, NULL};

	pages_seen += BSS_PAGES;
	return ending(run_program(argv));
}

static int
look_at_bss(void)
{
	uintptr_t start = ((uintptr_t)bss + 4095) & -4096ul;

	return dirty_words((char *)start, BSS_PAGES - 1) != 0;
}

static int
new_file(void)
{
	int fd = open("/tmp/attack-fresh", O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, "a file");
	need(unlink("/tmp/attack-fresh") == 0, "unlink");
	return fd;
}

/* Pages of a file that nobody wrote, through a map. */
static long
file_map(void)
{
	int fd = new_file();
	void *p;
	long dirty;

	need(ftruncate(fd, BATCH * ATTACK_PAGE) == 0, "ftruncate");
	p = map(BATCH, MAP_SHARED, fd);
	dirty = dirty_words(p, BATCH);
	unmap(p, BATCH);
	close(fd);
	return dirty;
}

/* The same by read, and what a write leaves untouched of its page. */
static long
file_holes(void)
{
	static char buf[ATTACK_PAGE];
	int fd = new_file();
	long dirty = 0;

	for (int i = 0; i < BATCH / 4; i++)
		need(pwrite(fd, "", 1, i * ATTACK_PAGE + 2000) == 1, "pwrite");
	for (int i = 0; i < BATCH / 4 - 1; i++) {
		need(pread(fd, buf, sizeof(buf), i * ATTACK_PAGE) ==
			     sizeof(buf),
		     "pread");
		for (size_t k = 0; k < sizeof(buf); k++)
			dirty += buf[k] != 0;
	}
	pages_seen += BATCH / 4 - 1;
	close(fd);
	return dirty;
}

/* Tails: a file of one byte shows zeros behind it; so does one that was cut and
 * has grown again. */
static long
file_tails(void)
{
	static char secret[2 * ATTACK_PAGE];
	int fd = new_file();
	volatile char *p;
	long dirty;

	memset(secret, SECRET, sizeof(secret));
	need(write(fd, secret, 1) == 1, "write");
	p = map(1, MAP_PRIVATE, fd);
	dirty = p[0] != (char)SECRET;
	p[0] = 0;
	dirty += dirty_words(p, 1);
	unmap((void *)(uintptr_t)p, 1);
	need(pwrite(fd, secret, sizeof(secret), 0) == sizeof(secret), "pwrite");
	need(ftruncate(fd, 1) == 0 && ftruncate(fd, sizeof(secret)) == 0,
	     "ftruncate");
	p = map(2, MAP_SHARED, fd);
	dirty += p[0] != (char)SECRET;
	p[0] = 0;
	dirty += dirty_words(p, 2);
	unmap((void *)(uintptr_t)p, 2);
	close(fd);
	return dirty;
}

/* A pipe gives what was put into it and touches nothing behind it. */
static long
pipe_bytes(void)
{
	static unsigned char buf[ATTACK_PAGE];
	long wrong = 0;
	int fds[2];

	need(pipe(fds) == 0, "pipe");
	memset(buf, 0x11, sizeof(buf));
	need(write(fds[1], "x", 1) == 1, "write");
	wrong += read(fds[0], buf, sizeof(buf)) != 1 || buf[0] != 'x';
	for (size_t i = 1; i < sizeof(buf); i++)
		wrong += buf[i] != 0x11;
	close(fds[0]);
	close(fds[1]);
	return wrong;
}

static const struct {
	const char *claim;
	long (*look)(void);
} kinds[] = {
	{"anonymous memory", anonymous},
	{"shared memory", shared},
	{"memory that was read first", read_first},
	{"what mremap adds", moved},
	{"what was given up and touched again", given_up},
	{"the heap", heap},
	{"the stack", stack},
	{"the bss of a new program", new_program},
	{"a map of a file's holes", file_map},
	{"reading a file's holes", file_holes},
	{"the tails of files", file_tails},
	{"pipes", pipe_bytes},
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0]),
};

int
main(int argc, char *argv[])
{
	static long dirty[KINDS];
	long wanted;

	self = argv[0];
	if (argc > 1 && strcmp(argv[1], "bss") == 0)
		return look_at_bss();
	wanted = rounds(argc, argv, QUICK);
	while (pages_seen < wanted)
		for (size_t i = 0; i < KINDS; i++) {
			if (i % 3 == 0)
				need(run(leave_secrets, NULL) == 0, "secrets");
			dirty[i] += kinds[i].look();
		}
	for (size_t i = 0; i < KINDS; i++)
		is(dirty[i], 0, "zeros: %s", kinds[i].claim);
	diag("%ld pages", pages_seen);
	return done();
}
