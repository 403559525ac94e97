/*
 * poll and select: sleeping until one of several files is ready.
 *
 * Both look at their descriptors in a loop. The first time round the thread
 * also joins the queue of each file that may become ready, so that from then on
 * whatever happens to one of them ends its sleep; then it looks again.
 */
#include "kernel/poll.h"

#include "kernel/file.h"
#include "kernel/files.h"
#include "kernel/inode.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/signal.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "mm/heap.h"
#include "mm/user.h"

enum {
	ALWAYS = POLLERR | POLLHUP | POLLNVAL, /* reported unasked */
	SETS = 3,			       /* of select */
	SET_BITS = 64,
	SET_WORDS = FILES_MAX / SET_BITS,
};

/* What each set of select asks for. */
static const uint32_t set_events[SETS] = {
	POLLIN_ANY | POLLHUP | POLLERR,
	POLLOUT_ANY | POLLERR,
	POLLPRI,
};

/* struct pollfd of poll(2). */
struct pollfd {
	int32_t fd;
	uint16_t events, revents;
};

/* A file that the thread waits for. */
struct watch {
	struct list link;
	struct file *file; /* a reference, so that its queue stays */
	struct waiter waiter;
};

/* One call. */
struct request {
	/* Looks at all descriptors. => how many are ready, or -errno */
	long (*look)(struct request *r);
	struct list watches;
	bool join;	       /* they are to be watched from now on */
	bool store;	       /* of select: this time the result counts */
	uint64_t count;	       /* descriptors, */
	vaddr_t at[SETS];      /* and where the program has them */
	uint64_t until;	       /* when to give up: monotonic ns */
	uint64_t mask;	       /* blocked signals while it waits, */
	bool masked;	       /* if they are others than before */
	uint64_t (*set)[SETS]; /* of select: what was asked for */
};

static int
watch(struct request *r, struct file *f, struct wait_queue *queue)
{
	struct watch *w = heap_alloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	file_hold(f);
	w->file = f;
	wait_add(queue, &w->waiter);
	list_append(&r->watches, &w->link);
	return 0;
}

static void
unwatch_all(struct request *r)
{
	while (!list_empty(&r->watches)) {
		struct watch *w =
			CONTAINER(r->watches.next, struct watch, link);

		list_remove(&w->link);
		wait_remove(&w->waiter);
		file_drop(w->file);
		heap_free(w);
	}
}

/* What a descriptor is ready for, or -ENOMEM. */
static int
look_at(struct request *r, uint64_t fd)
{
	struct file *f = files_get(process_current()->files, fd);
	struct wait_queue *queue;
	int error = 0, events;

	if (!f)
		return POLLNVAL;
	if (!f->inode->ops->poll)
		return POLLIN_ANY | POLLOUT_ANY;
	events = f->inode->ops->poll(f, &queue);
	if (r->join)
		error = watch(r, f, queue);
	return error ? error : events;
}

static long
look_poll(struct request *r)
{
	struct space *s = process_current()->space;
	long ready = 0;

	for (uint64_t i = 0; i < r->count; i++) {
		vaddr_t at = r->at[0] + i * sizeof(struct pollfd);
		struct pollfd p;
		int found = 0, error = user_get(s, &p, at, sizeof(p));

		if (!error && p.fd >= 0)
			found = look_at(r, (uint64_t)p.fd);
		if (found < 0)
			return found;
		p.revents = (uint16_t)(found & (p.events | ALWAYS));
		ready += p.revents != 0;
		if (!error)
			error = user_put(s, at, &p, sizeof(p));
		if (error)
			return error;
	}
	return ready;
}

/* One word of each set. => how many bits are in the results */
static long
look_word(struct request *r, uint64_t word, uint64_t result[SETS])
{
	const uint64_t *set = r->set[word];
	uint64_t any = set[0] | set[1] | set[2];
	long ready = 0;

	for (; any; any &= any - 1) {
		uint64_t bit = any & -any;
		int events = look_at(r, word * SET_BITS +
						(uint64_t)__builtin_ctzl(any));

		if (events < 0 || events & POLLNVAL)
			return events < 0 ? events : -EBADF;
		for (int i = 0; i < SETS; i++)
			if (set[i] & bit && (uint32_t)events & set_events[i]) {
				result[i] |= bit;
				ready++;
			}
	}
	return ready;
}

static long
look_select(struct request *r)
{
	struct space *s = process_current()->space;
	long ready = 0;

	for (uint64_t word = 0; word * SET_BITS < r->count; word++) {
		uint64_t result[SETS] = {0};
		long n = look_word(r, word, result);

		for (int i = 0; n >= 0 && i < SETS; i++)
			if (r->store && r->at[i] &&
			    user_put(s, r->at[i] + word * sizeof(uint64_t),
				     &result[i], sizeof(uint64_t)))
				n = -EFAULT;
		if (n < 0)
			return n;
		ready += n;
	}
	return ready;
}

/* => as the system call; nobody is watched any more */
static long
await(struct request *r)
{
	uint64_t old = thread_current()->blocked;
	long ready;

	list_init(&r->watches);
	if (r->masked)
		signal_block_for_call(r->mask);
	r->join = timer_now() < r->until;
	while ((ready = r->look(r)) == 0) {
		r->join = false;
		if (signal_due())
			ready = -EINTR;
		if (ready < 0 || timer_now() >= r->until)
			break;
		(void)!sched_sleep(r->until);
	}
	unwatch_all(r);
	r->join = false; /* select looks once more, to store what it finds */
	if (r->masked && ready != -EINTR)
		signal_block(old);
	return ready;
}

/* As time_get_deadline, but of select's timeval: its microseconds may be more
 * than a second. */
static int
read_timeval(vaddr_t from, uint64_t *until)
{
	struct linux_timeval t;
	uint64_t ns;
	int error;

	*until = TIMEOUT_NEVER;
	if (!from)
		return 0;
	error = user_get(process_current()->space, &t, from, sizeof(t));
	if (error)
		return error;
	if (__builtin_add_overflow(t.seconds, t.microseconds / 1000000,
				   &t.seconds))
		return -EINVAL;
	t.microseconds %= 1000000;
	if (!time_from_val(&t, &ns))
		return -EINVAL;
	*until = timer_now() + ns;
	return 0;
}

/* Says how much of the time is left. => result */
static long
write_time(const struct request *r, vaddr_t to, bool micro, long result)
{
	uint64_t now = timer_now();
	struct linux_timespec t =
		time_spec(r->until > now ? r->until - now : 0);

	if (micro)
		t.nanoseconds /= 1000;
	/* A result that cannot be told in full is better than none. */
	if (to)
		(void)!user_put(process_current()->space, to, &t, sizeof(t));
	return result;
}

static int
read_mask(struct request *r, vaddr_t from, size_t size)
{
	if (!from)
		return 0;
	if (size != sizeof(r->mask))
		return -EINVAL;
	r->masked = true;
	return user_get(process_current()->space, &r->mask, from, size);
}

static long
poll(struct request *r, vaddr_t fds, uint64_t count)
{
	if ((uint32_t)count > files_limit())
		return -EINVAL;
	r->look = look_poll;
	r->at[0] = fds;
	r->count = (uint32_t)count;
	return await(r);
}

long
sys_poll(vaddr_t fds, uint64_t count, uint64_t ms)
{
	struct request r = {.until = TIMEOUT_NEVER};

	if ((int32_t)ms >= 0)
		r.until = timer_now() + (uint32_t)ms * 1000000ul;
	return poll(&r, fds, count);
}

long
sys_ppoll(vaddr_t fds, uint64_t count, vaddr_t time, vaddr_t mask, size_t size)
{
	struct request r = {0};
	int error = time_get_deadline(time, &r.until);

	if (!error)
		error = read_mask(&r, mask, size);
	if (error)
		return error;
	return write_time(&r, time, false, poll(&r, fds, count));
}

/* => -EFAULT */
static int
read_sets(const struct request *r)
{
	struct space *s = process_current()->space;
	uint64_t words = (r->count + SET_BITS - 1) / SET_BITS;

	for (uint64_t i = 0; i < words * SETS; i++) {
		vaddr_t at = r->at[i % SETS];
		uint64_t word = i / SETS, rest = r->count - word * SET_BITS;
		uint64_t *to = &r->set[word][i % SETS];
		int error = at ? user_get(s, to, at + word * sizeof(*to),
					  sizeof(*to))
			       : 0;

		if (error)
			return error;
		if (rest < SET_BITS)
			*to &= (1ul << rest) - 1;
	}
	return 0;
}

static long
select(struct request *r, uint64_t count)
{
	uint64_t set[SET_WORDS][SETS] = {{0}};
	long ready;

	if ((int32_t)count < 0)
		return -EINVAL;
	r->count = min_u64((uint32_t)count, FILES_MAX);
	r->look = look_select;
	r->set = set;
	ready = read_sets(r);
	if (ready == 0)
		ready = await(r);
	r->store = true;
	return ready < 0 ? ready : look_select(r);
}

long
sys_select(uint64_t count, vaddr_t in, vaddr_t out, vaddr_t odd, vaddr_t time)
{
	struct request r = {.at = {in, out, odd}};
	int error = read_timeval(time, &r.until);

	return error ? error : write_time(&r, time, true, select(&r, count));
}

long
sys_pselect6(uint64_t count, vaddr_t in, vaddr_t out, vaddr_t odd, vaddr_t time,
	     vaddr_t mask)
{
	struct request r = {.at = {in, out, odd}};
	uint64_t pair[2] = {0, 0}; /* where the mask is, and its size */
	int error = time_get_deadline(time, &r.until);

	if (!error && mask)
		error = user_get(process_current()->space, pair, mask,
				 sizeof(pair));
	if (!error)
		error = read_mask(&r, pair[0], pair[1]);
	if (error)
		return error;
	return write_time(&r, time, false, select(&r, count));
}
