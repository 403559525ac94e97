/*
 * fail-Nth (make INJECT=1): the n-th request of a process for memory, or its
 * n-th copy to or from user memory, fails.
 *
 * The kernel knows nothing of this. The linker puts each __wrap_NAME below in
 * front of NAME (ld --wrap, see INJECTED in the Makefile), so what is tested is
 * the code that everybody runs; a call within one object (frame_alloc_zeroed of
 * frame_alloc) stays as it is, so that each request counts once. It is a
 * variant, not a second link of the same objects, since a call that is compiled
 * as a jump would hide who asked.
 *
 * Owns: the experiment, of which there is one at a time, and the record of all
 * sites (return addresses) and chains (hashes of the backtrace) since boot.
 *
 * A request belongs to the process whose call or fault it serves; before
 * process 1 has its program, to the boot (command line: fail=n).
 */
#include "debug/breakage.h"
#include "kernel/bootinfo.h"
#include "kernel/panic.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "kernel/trap.h"
#include "mm/frame.h"
#include "mm/store.h"
#include "user/include/quire/abi.h"

enum {
	SITES = 2048,	/* slots of the table, at least twice what there are */
	CHAINS = 16384, /* the same */
	DEPTH = 24,	/* calls of a backtrace that tell chains apart */
	BOOT = -1,	/* as a pid */
};

struct site {
	uint64_t address;	 /* where the request returns to; 0: free */
	uint64_t passed, failed; /* how often */
	uint64_t first; /* number of the boot's request that came first */
};

/* The experiment. */
static pid_t subject; /* whose requests count; 0: nobody's */
static uint64_t mode; /* FAIL_* */
static uint64_t fail_at, asked, failures;
static uint64_t failed_at; /* number of the last request that failed, */
static const struct thread *failed_by; /* and for whom */
static uint64_t last[DEPTH];	       /* who asked for what failed last */

static struct site sites[SITES];
static uint64_t chains[CHAINS]; /* hashes of those that have failed */
static size_t chain_count;
static long objects; /* of the kernel's heap, alive */

/* ---- The record ----------------------------------------------------------- */

static void
note_site(uint64_t address, bool fails)
{
	size_t i = address % SITES;

	while (sites[i].address && sites[i].address != address)
		i = (i + 1) % SITES;
	if (!sites[i].address)
		sites[i] = (struct site){.address = address, .first = asked};
	if (fails)
		sites[i].failed++;
	else
		sites[i].passed++;
}

/* The return addresses from `rbp` up to where the kernel was entered. => their
 * hash, never 0 */
static uint64_t
backtrace(const uint64_t *rbp, uint64_t calls[DEPTH])
{
	uint64_t hash = 14695981039346656037ul; /* FNV-1a */
	int depth = 0;

	while (rbp && depth < DEPTH) {
		const uint64_t *next = (const uint64_t *)rbp[0];

		calls[depth] = rbp[1];
		hash = (hash ^ calls[depth++]) * 1099511628211ul;
		rbp = next > rbp ? next : NULL;
	}
	while (depth < DEPTH)
		calls[depth++] = 0;
	return hash | 1;
}

/* => whether it is new */
static bool
note_chain(uint64_t hash)
{
	size_t i = hash / 2 % CHAINS;

	while (chains[i] && chains[i] != hash)
		i = (i + 1) % CHAINS;
	if (chains[i] || chain_count == CHAINS / 2)
		return false;
	chains[i] = hash;
	chain_count++;
	return true;
}

static void
print_last(void)
{
	uint64_t offset;

	print("inject: last failure, request %lu:", failed_at);
	for (int i = 0; i < DEPTH && last[i]; i++)
		print(" %s", symbol_find(last[i], &offset)
				     ? symbol_find(last[i], &offset)
				     : "?");
	print("\n");
}

static void
report(void)
{
	for (size_t i = 0; i < SITES; i++)
		if (sites[i].address)
			print("inject: site %lx passed %lu failed %lu first "
			      "%lu\n",
			      sites[i].address, sites[i].passed,
			      sites[i].failed, sites[i].first);
	print("inject: %zu chains failed\n", chain_count);
}

/* ---- The experiment ------------------------------------------------------- */

static bool
is_subject(void)
{
	const struct process *p = process_current();

	if (subject == BOOT)
		return !process_init || !process_init->has_execed;
	while (p && p->pid != subject && mode & FAIL_CHILDREN)
		p = p->parent;
	return p && p->pid == subject;
}

static bool
must_fail(uint64_t hash)
{
	if (mode & FAIL_NEW)
		return failures == 0 && note_chain(hash);
	if (fail_at == 0 || asked < fail_at)
		return false;
	return asked == fail_at || mode & FAIL_ONWARD;
}

/* Whether the request that returns to `site` fails. */
static bool
fails(const void *site)
{
	uint64_t calls[DEPTH], hash;
	bool yes;

	if (!subject || !is_subject())
		return false;
	asked++;
	hash = backtrace(__builtin_frame_address(0), calls);
	yes = must_fail(hash);
	note_site((uintptr_t)site, yes);
	if (!yes)
		return false;
	note_chain(hash);
	failures++;
	failed_at = asked;
	failed_by = thread_current();
	for (int i = 0; i < DEPTH; i++)
		last[i] = calls[i];
	return true;
}

static void
begin(pid_t pid, uint64_t n, uint64_t new_mode)
{
	subject = pid;
	mode = new_mode;
	fail_at = n;
	asked = failures = failed_at = 0;
}

/* fail_nth: see user/include/quire/abi.h. What stores can make again does not
 * count as used: it goes before anybody compares frames. */
static long
fail_nth(uint64_t n, uint64_t what)
{
	switch (what) {
	case FAIL_END:
		subject = 0;
		process_reap_unwanted();
		(void)store_reclaim();
		return (long)failures;
	case FAIL_ASKED:
		return (long)asked;
	case FAIL_WHICH:
		return (long)failed_at;
	case FAIL_OBJECTS:
		return objects;
	case FAIL_AUDIT:
		return breakage_audit(n);
	case FAIL_TELL:
		print_last();
		return 0;
	default:
		begin(process_current()->pid, n, what);
		return 0;
	}
}

/* ---- In front of the kernel ------------------------------------------------ */

/* NAME as it is, and what is called instead. */
#define WRAP(type, name, ...)            \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

#define FAILS fails(__builtin_return_address(0))

WRAP(struct frame *, frame_alloc, enum frame_kind kind)
{
	return FAILS ? NULL : __real_frame_alloc(kind);
}

WRAP(struct frame *, frame_alloc_zeroed, enum frame_kind kind)
{
	return FAILS ? NULL : __real_frame_alloc_zeroed(kind);
}

/* A request that fails would find memory a moment later. */
WRAP(size_t, store_reclaim, void)
{
	return subject ? 0 : __real_store_reclaim();
}

WRAP(void *, heap_alloc, size_t size)
{
	void *object = FAILS ? NULL : __real_heap_alloc(size);

	objects += object != NULL;
	return object;
}

WRAP(void *, heap_copy, const void *from, size_t size)
{
	void *object = FAILS ? NULL : __real_heap_copy(from, size);

	objects += object != NULL;
	return object;
}

WRAP(void, heap_free, void *object)
{
	objects -= object != NULL;
	__real_heap_free(object);
}

WRAP(size_t, user_read, struct space *s, void *to, vaddr_t from, size_t len)
{
	return FAILS ? 0 : __real_user_read(s, to, from, len);
}

WRAP(size_t, user_write, struct space *s, vaddr_t to, const void *from,
     size_t len)
{
	return FAILS ? 0 : __real_user_write(s, to, from, len);
}

WRAP(int, user_get, struct space *s, void *to, vaddr_t from, size_t len)
{
	return FAILS ? -EFAULT : __real_user_get(s, to, from, len);
}

WRAP(int, user_put, struct space *s, vaddr_t to, const void *from, size_t len)
{
	return FAILS ? -EFAULT : __real_user_put(s, to, from, len);
}

WRAP(long, user_string, struct space *s, char *buf, vaddr_t from, size_t size)
{
	return FAILS ? -EFAULT : __real_user_string(s, buf, from, size);
}

WRAP(int, user_copy, struct space *to_space, vaddr_t to,
     struct space *from_space, vaddr_t from, size_t len)
{
	return FAILS ? -EFAULT
		     : __real_user_copy(to_space, to, from_space, from, len);
}

void __real_syscall(struct trap_frame *f);

/* Performs a call; notes if it succeeds although a request failed in it. */
static void
perform(struct trap_frame *f)
{
	uint64_t before = failures, number = f->rax;

	__real_syscall(f);
	if (failures == before || failed_by != thread_current() ||
	    f->rax >= -4095ul)
		return;
	print("inject: ignored by call %lu, result %ld\n", number,
	      (long)f->rax);
	print_last();
}

/* The call's number is in no list: other kernels do not have it. */
WRAP(void, syscall, struct trap_frame *f)
{
	if (f->rax == QUIRE_FAIL_NTH)
		f->rax = (uint64_t)fail_nth(f->rdi, f->rsi);
	else
		perform(f);
}

static uint64_t
number(const char *digits)
{
	uint64_t n = 0;

	while (*digits >= '0' && *digits <= '9')
		n = n * 10 + (uint64_t)(*digits++ - '0');
	return n;
}

/* The boot's first step that takes memory. */
WRAP(void, memory_init, const struct bootinfo *b)
{
	char value[24];

	if (bootinfo_option(b, "fail", value, sizeof(value)))
		begin(BOOT, number(value), FAIL_ONCE);
	__real_memory_init(b);
}

WRAP(void, shutdown, bool passed)
{
	report();
	__real_shutdown(passed);
}

/* After a panic. */
WRAP(void, power_off, enum shutdown_status status)
{
	print_last();
	report();
	__real_power_off(status);
}
