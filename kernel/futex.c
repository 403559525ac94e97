/*
 * Futexes: who waits for which word.
 *
 * Owns: the list of waiters, in the order they came.
 *
 * A word is known by what it is, not by where it is seen: a page of a shared
 * mapping by its store and offset, everything else by space and address. So
 * processes that share memory meet, whatever addresses they use.
 */
#include "kernel/futex.h"

#include "kernel/errno.h"
#include "kernel/list.h"
#include "kernel/process.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/timer.h"
#include "mm/layout.h"
#include "mm/space.h"
#include "mm/user.h"

enum {
	FUTEX_WAIT = 0,
	FUTEX_WAKE = 1,
	FUTEX_REQUEUE = 3,
	FUTEX_CMP_REQUEUE = 4,
	FUTEX_WAIT_BITSET = 9,
	FUTEX_WAKE_BITSET = 10,
	FUTEX_PRIVATE = 128,
	FUTEX_REALTIME = 256,

	BUCKETS = 64,
};

struct key {
	const void *object; /* a store or a space */
	uint64_t offset;    /* in bytes */
};

struct sleeper {
	struct list link;
	struct key key;
	uint32_t bits; /* wakes that name none of them are not meant */
	bool woken;
	struct wait_queue event; /* this one's own */
};

static struct list buckets[BUCKETS];

/* => no object: nothing is mapped there */
static struct key
key_of(struct space *s, vaddr_t va)
{
	const struct region *r = space_find(s, va);

	if (r && r->shared)
		return (struct key){r->store, r->offset + (va - r->start)};
	return (struct key){r ? s : NULL, va};
}

static bool
same(const struct key *a, const struct key *b)
{
	return a->object == b->object && a->offset == b->offset;
}

static struct list *
bucket_of(const struct key *key)
{
	uint64_t hash = (uintptr_t)key->object / 16 + key->offset / 4;
	struct list *bucket = &buckets[hash * 0x9e3779b97f4a7c15u >> 58];

	if (!bucket->next)
		list_init(bucket);
	return bucket;
}

/* Wakes up to `most` of those at key whose bits meet `bits`. => how many */
static long
wake(const struct key *key, long most, uint32_t bits)
{
	long woken = 0;

	list_each_safe(link, bucket_of(key)) {
		struct sleeper *s = CONTAINER(link, struct sleeper, link);

		if (woken >= most)
			break;
		if (!same(&s->key, key) || !(s->bits & bits))
			continue;
		list_remove(link);
		s->woken = true;
		wait_wake(&s->event);
		woken++;
	}
	return woken;
}

/* Lets up to `most` of those at `from` wait at `to` instead. => how many */
static long
move(const struct key *from, const struct key *to, long most)
{
	struct list *target = bucket_of(to);
	long moved = 0;

	if (same(from, to))
		return 0;
	list_each_safe(link, bucket_of(from)) {
		struct sleeper *s = CONTAINER(link, struct sleeper, link);

		if (moved >= most)
			break;
		if (!same(&s->key, from))
			continue;
		list_remove(link);
		s->key = *to;
		list_append(target, link);
		moved++;
	}
	return moved;
}

void
futex_wake_all(struct space *s, vaddr_t va)
{
	struct key key = key_of(s, va);

	wake(&key, INT32_MAX, UINT32_MAX);
}

/* => -EAGAIN if the word at va holds something else */
static int
expect(struct space *s, vaddr_t va, uint32_t value)
{
	uint32_t now;
	int err = user_get(s, &now, va, sizeof(now));

	return err < 0 || now == value ? err : -EAGAIN;
}

/* Sleeps if the word still holds `value`. Nothing can come in between: the
 * kernel is not preempted. */
static long
wait(struct space *s, vaddr_t va, uint32_t value, uint32_t bits, uint64_t until)
{
	struct sleeper self = {.key = key_of(s, va), .bits = bits};
	int err = expect(s, va, value);

	if (err < 0)
		return err;
	wait_queue_init(&self.event);
	list_append(bucket_of(&self.key), &self.link);
	while (err == 0 && !self.woken && timer_now() < until)
		err = wait_sleep_until(&self.event, until);
	list_remove(&self.link);
	if (self.woken)
		return 0;
	if (err == 0)
		return -ETIMEDOUT;
	return until == TIMEOUT_NEVER ? err : -EINTR;
}

/* Until when to wait: FUTEX_WAIT counts from now, FUTEX_WAIT_BITSET names a
 * moment of a clock. */
static int
get_deadline(vaddr_t from, int op, uint64_t *until)
{
	uint64_t ns = 0, now;
	int err;

	if (!from || (op & 0x7f) == FUTEX_WAIT)
		return time_get_deadline(from, until);
	err = time_get(from, &ns);
	now = op & FUTEX_REALTIME ? timer_real() : timer_now();
	*until = timer_now() + (ns > now ? ns - now : 0);
	return err;
}

static long
requeue(struct space *s, vaddr_t va, vaddr_t to, int wake_most, int move_most)
{
	struct key from_key = key_of(s, va), to_key = key_of(s, to);
	long woken;

	if (to % sizeof(uint32_t) || wake_most < 0 || move_most < 0)
		return -EINVAL;
	woken = wake(&from_key, wake_most, UINT32_MAX);
	return woken + move(&from_key, &to_key, move_most);
}

/* The fourth argument is a time for those that wait, else a count. */
long
sys_futex(vaddr_t va, uint64_t op, uint64_t value, uint64_t time_or_count,
	  vaddr_t other, uint64_t last)
{
	struct space *s = process_current()->space;
	int what = (int)op & 0x7f;
	bool with_bits = what == FUTEX_WAIT_BITSET || what == FUTEX_WAKE_BITSET;
	uint32_t bits = with_bits ? (uint32_t)last : UINT32_MAX;
	struct key key = key_of(s, va);
	uint64_t until;
	int err;

	if (va % sizeof(uint32_t) || !bits)
		return -EINVAL;
	if (va >= USER_END || !(key.object || (int)op & FUTEX_PRIVATE))
		return -EFAULT;
	switch (what) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		err = get_deadline(time_or_count, (int)op, &until);
		return err < 0 ? err
			       : wait(s, va, (uint32_t)value, bits, until);
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
		return wake(&key, (int)value, bits);
	case FUTEX_CMP_REQUEUE:
		err = expect(s, va, (uint32_t)last);
		if (err < 0)
			return err;
		return requeue(s, va, other, (int)value, (int)time_or_count);
	case FUTEX_REQUEUE:
		return requeue(s, va, other, (int)value, (int)time_or_count);
	default:
		return -ENOSYS;
	}
}
