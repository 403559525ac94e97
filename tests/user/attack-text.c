/*
 * Text that all programs share: whoever patches it patches a copy of its own.
 * Neither the programs that run already nor those that start later see it,
 * whatever way was taken: mprotect, /proc/self/mem, private maps, the zero page.
 * (The text of libc; on Linux, where this is a static program, its own.)
 */
#include "attack.h"

enum {
	REPORT = 3, /* the descriptor that a checker writes to */
};

struct text {
	uintptr_t start, end;
	char path[600];
};

/* The first executable map of a file whose name contains `name`. */
static int
find_text(const char *name, struct text *t)
{
	FILE *f = fopen("/proc/self/maps", "r");
	static char line[700];
	char rights[8];
	int found = 0;

	need(f != NULL, "/proc/self/maps");
	while (!found && fgets(line, sizeof(line), f)) {
		t->path[0] = 0;
		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %599s", &t->start,
			   &t->end, rights, t->path) < 4)
			continue;
		found = rights[2] == 'x' && strstr(t->path, name);
	}
	fclose(f);
	return found;
}

static struct text
shared_text(void)
{
	struct text t;

	need(find_text("libc.so", &t) || find_text("attack-text", &t),
	     "a map of text");
	return t;
}

static unsigned long
sum_of(const struct text *t)
{
	const unsigned char *p = (const unsigned char *)t->start;
	unsigned long sum = 0;

	for (uintptr_t i = 0; i < t->end - t->start; i++)
		sum = sum * 31 + p[i];
	return sum;
}

/* A program that starts now tells what it sees. */
static unsigned long
sum_of_later_program(char *self)
{
	unsigned long sum = 0;
	int fds[2], status;
	pid_t pid;

	need(pipe(fds) == 0, "pipe");
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], REPORT);
		execv(self, (char *[]){self, (char[]){"sum"}, NULL});
		_exit(99);
	}
	close(fds[1]);
	status = finish(pid);
	need(status == 0 && read(fds[0], &sum, 8) == 8, "a later program");
	close(fds[0]);
	return sum;
}

static int
report_sum(void)
{
	struct text t = shared_text();
	unsigned long sum = sum_of(&t);

	return write(REPORT, &sum, 8) == 8 ? 0 : 1;
}

/* What the processes tell each other. */
static volatile struct {
	int patched, asked, answered;
	unsigned long sum;
} * news;

/* Runs before, during and after the attack, and looks when it is asked to. */
static int
watch(void *argument)
{
	const struct text *t = argument;

	for (int i = 1;; i++) {
		while (news->asked < i)
			sched_yield();
		news->sum = sum_of(t);
		news->answered = i;
	}
	return 0;
}

static unsigned long
ask_watcher(void)
{
	news->asked++;
	while (news->answered < news->asked)
		sched_yield();
	return news->sum;
}

/* Without libc, which may be what has been patched. */
static void
wait_raw(void)
{
	for (;;) {
		long result;

		__asm__ volatile("syscall"
				 : "=a"(result)
				 : "a"(SYS_sched_yield)
				 : "rcx", "r11", "memory");
	}
}

/* One byte of each page becomes another one. */
static int
by_mprotect(void *argument)
{
	const struct text *t = argument;

	if (mprotect((void *)t->start, t->end - t->start,
		     PROT_READ | PROT_WRITE | PROT_EXEC) < 0)
		return 1;
	for (uintptr_t at = t->start; at < t->end; at += ATTACK_PAGE)
		*(volatile unsigned char *)(at + 4095) ^= 0xff;
	news->patched = 1;
	wait_raw();
	return 0;
}

static int
by_proc_mem(void *argument)
{
	const struct text *t = argument;
	int fd = open("/proc/self/mem", O_RDWR);

	for (uintptr_t at = t->start; at < t->end; at += ATTACK_PAGE) {
		unsigned char byte = (unsigned char)~*(unsigned char *)at;

		if (pwrite(fd, &byte, 1, (off_t)at) != 1)
			return 1;
	}
	news->patched = 1;
	wait_raw();
	return 0;
}

/* A private map of the same file. */
static int
by_private_map(void *argument)
{
	const struct text *t = argument;
	int fd = open(t->path, O_RDONLY);
	size_t size = t->end - t->start;
	unsigned char *p =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);

	if (p == MAP_FAILED)
		return 1;
	for (size_t i = 0; i < size; i += ATTACK_PAGE)
		p[i] ^= 0xff;
	msync(p, size, MS_SYNC);
	news->patched = 1;
	wait_raw();
	return 0;
}

static void
patch(int (*how)(void *), struct text *t, char *self, const char *claim)
{
	unsigned long before = sum_of(t);
	pid_t pid;

	news->patched = 0;
	pid = start(how, t);
	while (!news->patched && waitpid(pid, NULL, WNOHANG) == 0)
		sched_yield();
	ok(news->patched, "%s: patched", claim);
	ok(sum_of(t) == before, "%s: its parent sees nothing of it", claim);
	ok(ask_watcher() == before, "%s: nor who runs beside it", claim);
	ok(sum_of_later_program(self) == before, "%s: nor a later program",
	   claim);
	if (news->patched)
		stop(pid);
	ok(sum_of_later_program(self) == before,
	   "%s: nor one when it has ended", claim);
}

static void
write_text(void *at)
{
	*(volatile char *)at = 0;
}

/* Ways that are closed. */
static void
refusals(const struct text *t)
{
	void *text = (void *)t->start;
	int fd = open(t->path, O_RDONLY), zero = open("/dev/zero", O_RDONLY);
	void *p;

	attack_begin();
	is_refused(attempt(write_text, text), SIGSEGV, SEGV_ACCERR, t->start,
		   "writing to text");
	fails(read(zero, text, 16), EFAULT, "reading into text");
	fails(mmap(NULL, ATTACK_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   0),
	      EACCES, "sharing a file opened for reading, to write");
	p = mmap(NULL, ATTACK_PAGE, PROT_READ, MAP_SHARED, fd, 0);
	ok(p != MAP_FAILED, "to read it, yes");
	fails(mprotect(p, ATTACK_PAGE, PROT_READ | PROT_WRITE), EACCES,
	      "which does not become writing");
	is_refused(attempt(write_text, p), SIGSEGV, SEGV_ACCERR, (uintptr_t)p,
		   "nor does trying it");
	fails(read(zero, p, 16), EFAULT, "nor reading into it");
	fails(write(fd, "", 1), EBADF, "writing to the descriptor");
	close(fd);
	close(zero);
}

/* The program that runs can be neither opened for writing nor shortened. */
static void
running_program(char *self)
{
	fails(open(self, O_RDWR), ETXTBSY,
	      "opening a running program to write");
	fails(truncate(self, 0), ETXTBSY, "truncating it");
}

/* The frame of zeros, which all untouched memory shows. */
static void
zero_page(void)
{
	volatile char *p = mmap(NULL, 2 * ATTACK_PAGE, PROT_READ,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int zero = open("/dev/zero", O_RDONLY);

	need(p != MAP_FAILED && zero >= 0, "mmap");
	is(p[0] + p[ATTACK_PAGE], 0, "two pages of zeros, for reading only");
	fails(read(zero, (void *)(uintptr_t)p, 1), EFAULT,
	      "which no system call writes to");
	need(mprotect((void *)(uintptr_t)p, ATTACK_PAGE,
		      PROT_READ | PROT_WRITE) == 0,
	     "mprotect");
	p[0] = 'Z';
	is(p[ATTACK_PAGE], 0, "one is written to: the other is as it was");
	p = mmap(NULL, ATTACK_PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0);
	is(p[0], 0, "and so is a fresh one");
	close(zero);
}

/* The memory of any process, as a file: nothing there that Quire has. */
static void
memory_file(struct text *t, char *self)
{
	if (access("/proc/self/mem", F_OK) == 0) {
		patch(by_proc_mem, t, self, "/proc/self/mem");
		return;
	}
	fails(open("/proc/1/mem", O_RDWR), ENOENT, "no /proc/1/mem");
	fails(open("/proc/kcore", O_RDONLY), ENOENT, "no /proc/kcore");
	fails(open("/dev/mem", O_RDWR), ENOENT, "no /dev/mem");
	fails(open("/dev/kmem", O_RDWR), ENOENT, "no /dev/kmem");
	fails(open("/dev/port", O_RDWR), ENOENT, "no /dev/port");
}

int
main(int argc, char *argv[])
{
	static struct text t;
	pid_t watcher;

	if (argc > 1 && strcmp(argv[1], "sum") == 0)
		return report_sum();
	t = shared_text();
	news = shared_pages(1);
	watcher = start(watch, &t);
	ok(sum_of_later_program(argv[0]) == sum_of(&t) &&
		   ask_watcher() == sum_of(&t),
	   "all see the same text");
	patch(by_mprotect, &t, argv[0], "mprotect");
	memory_file(&t, argv[0]);
	patch(by_private_map, &t, argv[0], "a private map");
	refusals(&t);
	running_program(argv[0]);
	zero_page();
	stop(watcher);
	return done();
}
