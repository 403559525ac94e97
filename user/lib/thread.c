/*
 * Threads: their memory, their beginning and their end.
 *
 * Owns: how many there are; the first one.
 *
 * The end: the kernel clears a thread's tid, which wakes who waits to join it and
 * to free its memory. If nobody will, the thread frees it itself, as its last
 * act.
 */
#include "thread.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <time.h>

enum {
	/* What pthread_create asks of clone(2): VM FS FILES SIGHAND THREAD
	 * SYSVSEM SETTLS PARENT_SETTID CHILD_CLEARTID */
	THREAD_FLAGS = 0x3d0f00,
	SET_FS = 0x1002, /* arch_prctl(2) */
	STACK_SIZE = 8 << 20,
	THREAD_ALIGN = 64,
};

/* Not zeros: it lies in the page of data that is written to anyway. */
struct thread __main_thread = {.self = &__main_thread};
bool __threaded;
static atomic_int count = 1;

int *
__errno_location(void)
{
	return &__self()->error;
}

/* The program's thread-local variables, as they begin. */
struct tls {
	const char *image;
	size_t filled, size; /* the rest is zeros; size: aligned */
};

/* Of the program's own headers, and its alone: libraries have none here. */
static struct tls
find_tls(void)
{
	const Elf64_Phdr *ph = (const Elf64_Phdr *)getauxval(AT_PHDR);
	size_t n = getauxval(AT_PHNUM);
	struct tls tls = {NULL, 0, 0};
	uintptr_t base = 0;

	for (size_t i = 0; i < n; i++)
		if (ph[i].p_type == PT_PHDR)
			base = (uintptr_t)ph - ph[i].p_vaddr;
	for (size_t i = 0; i < n; i++)
		if (ph[i].p_type == PT_TLS) {
			tls.image = (const char *)(base + ph[i].p_vaddr);
			tls.filled = ph[i].p_filesz;
			tls.size = (ph[i].p_memsz + ph[i].p_align - 1) &
				   -ph[i].p_align;
		}
	return tls;
}

/* At the end of this memory, zeros so far. => the thread; its variables are
 * below */
static struct thread *
place(char *memory, size_t size)
{
	struct tls tls = find_tls();
	size_t top = (sizeof(struct thread) + THREAD_ALIGN - 1) &
		     -(size_t)THREAD_ALIGN;
	struct thread *t = (struct thread *)(void *)(memory + size - top);

	if (tls.filled)
		memcpy((char *)t - tls.size, tls.image, tls.filled);
	t->self = t;
	t->memory = memory;
	t->size = size;
	return t;
}

static size_t
pages(size_t n)
{
	return (n + PAGE - 1) & -(size_t)PAGE;
}

/* How much place() needs. */
static size_t
need(void)
{
	return sizeof(struct thread) + find_tls().size + 2 * THREAD_ALIGN;
}

static char *
map(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void
__thread_init(void)
{
	struct thread *t = &__main_thread;
	size_t size = pages(need());

	if (__threaded)
		return;
	if (find_tls().size) {
		char *memory = map(size);

		if (memory == MAP_FAILED)
			abort();
		t = place(memory, size);
		t->error = __main_thread.error;
		t->memory = NULL;
	}
	t->tid = (int)kernel(SYS_set_tid_address, &t->tid);
	kernel(SYS_arch_prctl, SET_FS, t);
	__threaded = true;
}

/* The program's first thread has its variables before main. */
void
__thread_start(void)
{
	if (find_tls().size)
		__thread_init();
}

void
__thread_forked(void)
{
	struct thread *t = __self();

	if (!__threaded)
		return; /* a write would cost the child a page */
	count = 1;
	t->tid = (int)kernel(SYS_set_tid_address, &t->tid);
}

static void
run(void)
{
	struct thread *t = __self();

	pthread_exit(t->start(t->argument));
}

int
pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attr,
	       void *(*start)(void *), void *restrict argument)
{
	size_t stack = attr && attr->stack_size ? attr->stack_size : STACK_SIZE;
	size_t size = PAGE + pages(stack + need());
	char *memory = map(size);
	struct thread *t;
	int tid;

	__thread_init();
	if (memory == MAP_FAILED)
		return EAGAIN;
	mprotect(memory, PAGE, PROT_NONE);
	t = place(memory, size);
	t->start = start;
	t->argument = argument;
	t->state = attr && attr->detached ? DETACHED : JOINABLE;
	atomic_fetch_add(&count, 1);
	*thread = (pthread_t)t;
	tid = __clone(THREAD_FLAGS, (char *)t - find_tls().size, &t->tid,
		      &t->tid, t, run);
	if (tid >= 0)
		return 0;
	atomic_fetch_sub(&count, 1);
	munmap(memory, size);
	return -tid;
}

void
pthread_exit(void *result)
{
	struct thread *t = __self();
	sigset_t all;

	t->no_cancel = 1;
	while (t->cleanup)
		__cleanup_pop(t->cleanup, 1);
	__thread_end_values(t);
	t->result = result;
	if (atomic_fetch_sub(&count, 1) == 1)
		exit(0);  /* the last one */
	sigfillset(&all); /* no handler may need the stack any more */
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (atomic_exchange(&t->state, ENDED) == DETACHED && t->memory) {
		kernel(SYS_set_tid_address, NULL);
		__unmap_self(t->memory, t->size);
	}
	for (;;)
		kernel(SYS_exit, 0);
}

int
pthread_join(pthread_t thread, void **result)
{
	struct thread *t = (struct thread *)thread;
	int tid;

	if (t == __self())
		return EDEADLK;
	while ((tid = t->tid) != 0)
		__futex_sleep(&t->tid, tid, NULL);
	if (result)
		*result = t->result;
	if (t->memory)
		munmap(t->memory, t->size);
	return 0;
}

int
pthread_detach(pthread_t thread)
{
	struct thread *t = (struct thread *)thread;

	if (atomic_exchange(&t->state, DETACHED) == ENDED)
		return pthread_join(thread, NULL);
	return 0;
}

pthread_t
pthread_self(void)
{
	return (pthread_t)__self();
}

int
pthread_equal(pthread_t a, pthread_t b)
{
	return a == b;
}

int
pthread_kill(pthread_t thread, int signal)
{
	struct thread *t = (struct thread *)thread;

	__thread_init();
	return (int)-kernel(SYS_tgkill, kernel(SYS_getpid), t->tid, signal);
}

int
pthread_attr_init(pthread_attr_t *attr)
{
	*attr = (pthread_attr_t){0};
	return 0;
}

int
pthread_attr_destroy(pthread_attr_t *attr)
{
	(void)attr;
	return 0;
}

int
pthread_attr_setdetachstate(pthread_attr_t *attr, int detached)
{
	attr->detached = detached == PTHREAD_CREATE_DETACHED;
	return 0;
}

int
pthread_attr_setstacksize(pthread_attr_t *attr, size_t size)
{
	if (size < PTHREAD_STACK_MIN)
		return EINVAL;
	attr->stack_size = size;
	return 0;
}
