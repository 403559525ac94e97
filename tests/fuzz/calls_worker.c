/*
 * A worker: call after call, as its random numbers say.
 *
 * It has no libc: what it does to its own memory, thread pointer and
 * descriptors would soon be its end. That happens anyway, and then process 1
 * starts another. Now and then a worker makes itself fit again: memory to point
 * into, descriptors to use, an alarm that ends what would sleep for ever.
 *
 * A child of a worker, process or thread, gets a stack and scratch memory of its
 * own, whatever it shares with its parent, makes a few calls and ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "calls.h"

enum {
	AREAS = 64, /* children that may live at a time */
	STACK = 0x4000,
	REFRESH = 2048, /* calls after which all is made anew */
	ALARM = 64,	/* calls after which the alarm is */
	FILES = 40,	/* descriptors that a worker may have */
	DEPTH = 3,	/* children of children ... */
	LAST_ERRNO = 133,
	SA_RESTORER = 0x04000000,
};

struct area {
	char scratch[SCRATCH];
	char stack[STACK];
} __attribute__((aligned(PAGE)));

struct area areas[AREAS];
uint64_t areas_used;

/* c->number and arguments; forks: whether a 0 means to be the child.
 * => the result, *changed: whether a register was not what it had been */
long raw_call(const struct call *c, struct worker *w, long forks,
	      long *changed);
void child_main(struct worker *parent, struct area *area);
void handle_nothing(int);
void restore(void);

__asm__(".globl raw_call, handle_nothing, restore\n"
	"raw_call:\n"
	"	push %rbx; push %rbp; push %r12; push %r13; push %r14\n"
	"	mov %rdi, %rbx; mov %rsi, %r12; mov %rdx, %r13\n"
	"	mov %rcx, %r14\n"
	"	mov (%rbx), %rax\n"
	"	mov 8(%rbx), %rdi; mov 16(%rbx), %rsi; mov 24(%rbx), %rdx\n"
	"	mov 32(%rbx), %r10; mov 40(%rbx), %r8; mov 48(%rbx), %r9\n"
	"	syscall\n"
	"	test %rax, %rax\n"
	"	jnz 1f\n"
	"	test %r13, %r13\n"
	"	jz 1f\n"
	"	mov $1, %eax\n"
	"	lock xadd %rax, areas_used(%rip)\n"
	"	and $63, %eax\n"
	"	imul $0x14000, %rax, %rsi\n"
	"	lea areas(%rip), %rax\n"
	"	add %rax, %rsi\n"
	"	lea 0x14000(%rsi), %rsp\n"
	"	mov %r12, %rdi\n"
	"	xor %ebp, %ebp\n"
	"	call child_main\n"
	"1:	xor 8(%rbx), %rdi; xor 16(%rbx), %rsi; xor 24(%rbx), %rdx\n"
	"	xor 32(%rbx), %r10; xor 40(%rbx), %r8; xor 48(%rbx), %r9\n"
	"	or %rsi, %rdi; or %rdx, %rdi; or %r10, %rdi; or %r8, %rdi\n"
	"	or %r9, %rdi\n"
	"	mov %rdi, (%r14)\n"
	"	pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"handle_nothing:\n"
	"	ret\n"
	"restore:\n"
	"	mov $15, %eax\n"
	"	syscall\n");

_Static_assert(sizeof(struct area) == 0x14000, "as raw_call has it");
_Static_assert(AREAS == 64, "as raw_call has it");

static long
plain(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	const struct call call = {number, {a, b, c, d, e}};
	long changed;

	return raw_call(&call, NULL, 0, &changed);
}

long
make_call(const struct call *c)
{
	long changed;

	return raw_call(c, NULL, 0, &changed);
}

static uint64_t
at(const void *p)
{
	return (uintptr_t)p;
}

static void
handle(int signal)
{
	const struct {
		void (*handler)(int);
		uint64_t flags;
		void (*restorer)(void);
		uint64_t mask;
	} action = {handle_nothing, SA_RESTORER, restore, 0};

	plain(SYS_rt_sigaction, (uint64_t)signal, at(&action), 0, 8, 0);
}

/* Whatever sleeps is interrupted, every 10 ms. */
static void
set_alarm(void)
{
	const uint64_t none = 0, period[4] = {0, 10000, 0, 10000};

	handle(SIGALRM);
	plain(SYS_rt_sigprocmask, SIG_SETMASK, at(&none), 0, 8, 0);
	plain(SYS_setitimer, 0, at(period), 0, 0, 0);
}

static void
fill(struct worker *w, char *from, size_t len)
{
	for (size_t i = 0; i < len; i += 8 * (1 + below(&w->r, 64)))
		*(uint64_t *)(void *)(from + i) =
			one_in(&w->r, 2) ? below(&w->r, 100) : draw(&w->r);
}

void
arena_refresh(struct worker *w)
{
	const size_t len = ARENA_PIECE * PAGE;
	char *piece = ARENA + w->refresh * len;
	uint64_t prot = PROT_READ | PROT_WRITE, flags = MAP_FIXED, fd = 3;
	uint64_t kind = below(&w->r, 9);
	const struct call unmap = {SYS_munmap, {at(piece), len}};
	struct call map = {SYS_mmap, {at(piece), len}};

	w->refresh = (w->refresh + 1) % (ARENA_PAGES / ARENA_PIECE);
	make_call(&unmap);
	if (kind == 0)
		return;
	flags |= kind == 1 || kind == 2 ? MAP_SHARED : MAP_PRIVATE;
	if (kind != 2 && kind != 3)
		flags |= MAP_ANONYMOUS;
	if (kind == 4)
		prot = PROT_NONE;
	if (kind == 5)
		prot = PROT_READ;
	if (kind == 6)
		prot |= PROT_EXEC;
	map.argument[2] = prot;
	map.argument[3] = flags;
	map.argument[4] = fd;
	if (make_call(&map) == (long)at(piece) && (prot & PROT_WRITE) &&
	    flags & MAP_ANONYMOUS && kind != 7)
		fill(w, piece, len);
}

/* Descriptors 3 to 11: a file of some pages, a memory file, pipes, a directory,
 * devices; the rest is closed. */
static void
open_files(void)
{
	plain(SYS_mkdir, at("/tmp/f"), 0777, 0, 0, 0);
	plain(SYS_chdir, at("/tmp/f"), 0, 0, 0, 0);
	for (uint64_t fd = 3; fd < FILES; fd++)
		plain(SYS_close, fd, 0, 0, 0, 0);
	plain(SYS_open, at("a"), O_RDWR | O_CREAT | O_NONBLOCK, 0666, 0, 0);
	plain(SYS_ftruncate, 3, 6 * PAGE + 100, 0, 0, 0);
	plain(SYS_memfd_create, at("m"), 0, 0, 0, 0);
	plain(SYS_pipe2, at(ARENA), O_NONBLOCK, 0, 0, 0);
	plain(SYS_pipe2, at(ARENA), 0, 0, 0, 0);
	plain(SYS_open, at("."), O_RDONLY | O_DIRECTORY, 0, 0, 0);
	plain(SYS_open, at("/dev/zero"), O_RDWR, 0, 0, 0);
	plain(SYS_open, at("/dev/null"), O_RDWR, 0, 0, 0);
	plain(SYS_open, at("/proc/self/maps"), O_RDONLY, 0, 0, 0);
	plain(SYS_open, at("/proc/self/fd"), O_RDONLY, 0, 0, 0);
}

/* A worker whose arena has the pipes' numbers written to a hole keeps the pipes
 * all the same: pipe2 fails, and later numbers differ. */
static void
refresh(struct worker *w)
{
	for (int i = 0; i < ARENA_PAGES / ARENA_PIECE; i++)
		arena_refresh(w);
	open_files();
	plain(SYS_umask, 0, 0, 0, 0, 0);
}

/* What would harm process 1, or end the machine. */
static void
make_harmless(struct call *c)
{
	uint64_t *a = c->argument;

	if (c->number == SYS_reboot && (uint32_t)a[0] == 0xfee1dead)
		a[0]++;
	if (c->number == SYS_prlimit64 && (int32_t)a[0] == 1)
		a[0] = 0;
}

/* Calls that would never end a chain of children are for their parents. */
static int
wanted(struct worker *w, const struct shape *s)
{
	if (!one_in(&w->r, (uint64_t)s->rarity))
		return 0;
	return w->depth < DEPTH ||
	       (s->number != SYS_fork && s->number != SYS_vfork &&
		s->number != SYS_clone);
}

static void
note_wrong(struct worker *w, const struct call *c, long result, const char *why)
{
	struct shared *s = w->shared;

	if (__atomic_exchange_n(&s->wrong, 1, __ATOMIC_RELAXED))
		return;
	s->wrong_call = *c;
	s->wrong_result = result;
	for (size_t i = 0; i < sizeof(s->wrong_why) - 1 && why[i]; i++)
		s->wrong_why[i] = why[i];
}

static int
number_of_result(long result)
{
	return result >= 0 || result >= -LAST_ERRNO;
}

static void
one_call(struct worker *w)
{
	struct shared *shared = w->shared;
	const struct shape *s;
	struct call c;
	long result, changed = 0;
	int forks;
	size_t index;

	do
		s = shape_at(below(&w->r, shape_count));
	while (!wanted(w, s));
	argue(w, s, &c);
	if (one_in(&w->r, 4096))
		c.number = (long)below(&w->r, 1100);
	make_harmless(&c);
	index = shape_index(c.number);
	forks = c.number == SYS_fork || c.number == SYS_vfork ||
		c.number == SYS_clone;
	__atomic_fetch_add(&shared->calls, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&shared->tried[index], 1, __ATOMIC_RELAXED);
	shared->progress[w->slot]++;
	result = raw_call(&c, w, forks, &changed);
	if (changed && c.number != SYS_rt_sigreturn)
		note_wrong(w, &c, result, "a register changed");
	if (!number_of_result(result))
		note_wrong(w, &c, result, "no such errno");
	if (result < 0)
		return;
	__atomic_fetch_add(&shared->fine[index], 1, __ATOMIC_RELAXED);
	if (result > 0)
		w->recent[w->nth % RECENT] = (uint64_t)result;
}

static void
calls(struct worker *w)
{
	struct shared *s = w->shared;

	for (; w->budget > 0 && s->calls < s->quota; w->budget--, w->nth++) {
		if (w->depth == 0 && w->nth % REFRESH == 0)
			refresh(w);
		if (w->nth % ALARM == 0)
			set_alarm();
		if (w->nth % ALARM == ALARM / 2)
			arena_refresh(w);
		one_call(w);
	}
}

void
child_main(struct worker *parent, struct area *area)
{
	struct shared *s = parent->shared;
	uint64_t n = __atomic_fetch_add(&s->children, 1, __ATOMIC_RELAXED);
	struct worker w = {
		.r = random_of(s->seed, 1000000 + n),
		.shared = s,
		.slot = parent->slot,
		.pid = (uint64_t)plain(SYS_getpid, 0, 0, 0, 0, 0),
		.depth = parent->depth + 1,
		.nth = 1,
		.scratch = area->scratch,
	};

	w.budget = (long)below(&w.r, 64);
	for (int i = 0; i < RECENT; i++)
		w.recent[i] = parent->recent[i];
	set_alarm();
	calls(&w);
	for (;;)
		plain(SYS_exit, 0, 0, 0, 0, 0);
}

void
work(struct shared *shared, int slot, uint64_t incarnation)
{
	const uint64_t files[2] = {FILES, FILES};
	static struct worker w;
	uint64_t null =
		(uint64_t)plain(SYS_open, at("/dev/null"), O_RDWR, 0, 0, 0);

	w = (struct worker){
		.r = random_of(shared->seed,
			       (uint64_t)slot + incarnation * WORKERS),
		.shared = shared,
		.slot = slot,
		.pid = (uint64_t)plain(SYS_getpid, 0, 0, 0, 0, 0),
		.budget = INT64_MAX,
		.scratch = areas[AREAS - 1].scratch,
	};
	for (uint64_t fd = 0; fd < 3; fd++)
		plain(SYS_dup2, null, fd, 0, 0, 0);
	for (int signal = 1; signal < 32; signal++)
		if (signal != SIGSEGV && signal != SIGBUS && signal != SIGILL &&
		    signal != SIGFPE && signal != SIGTRAP)
			handle(signal);
	plain(slot ? SYS_setpgid : SYS_setsid, 0, 0, 0, 0, 0);
	plain(SYS_setrlimit, 7, at(files), 0, 0, 0);
	calls(&w);
	for (;;)
		plain(SYS_exit_group, 0, 0, 0, 0, 0);
}
