/*
 * Timeouts, in one tree by time.
 *
 * Owns: the tree. Setting, cancelling and the next one cost O(log n).
 */
#include "kernel/timeout.h"

static struct timeout *
timeout_of(const struct tree_node *n)
{
	return CONTAINER(n, struct timeout, node);
}

/* By time; two at the same time in any order, but not as equals. */
static int
compare(const struct tree_node *a, const struct tree_node *b)
{
	const struct timeout *x = timeout_of(a), *y = timeout_of(b);

	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	return (x > y) - (x < y);
}

static struct tree timeouts = {.compare = compare};

void
timeout_set(struct timeout *t, uint64_t when)
{
	if (when == TIMEOUT_NEVER)
		return;
	t->when = max_u64(when, 1);
	tree_insert(&timeouts, &t->node);
}

void
timeout_cancel(struct timeout *t)
{
	if (t->when)
		tree_remove(&timeouts, &t->node);
	t->when = 0;
}

void
timeout_run(uint64_t now)
{
	struct tree_node *first;

	while ((first = tree_first(&timeouts)) != NULL) {
		struct timeout *t = timeout_of(first);

		if (t->when > now)
			return;
		timeout_cancel(t);
		t->expire(t);
	}
}
