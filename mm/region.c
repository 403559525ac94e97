/*
 * Sets of regions: a tree by address, threaded as a list.
 *
 * Owns: struct region_set.
 * Invariants:
 *	R1 regions are page aligned, not empty, sorted and disjoint; prev and next
 *	   are the neighbours by address
 *	R3 shared implies a store
 *	   what a region weighs in the tree is the free run right below it
 */
#include "mm/region.h"

#include "kernel/assert.h"
#include "kernel/print.h"
#include "mm/layout.h"

static struct region *
region_of(const struct tree_node *n)
{
	return n ? CONTAINER(n, struct region, node) : NULL;
}

/* Where the free run below r begins. */
static vaddr_t
gap_start(const struct region *r)
{
	return r->prev ? r->prev->end : USER_START;
}

void
region_set_init(struct region_set *set)
{
	*set = (struct region_set){0};
}

/* What region_at_or_after(va) looks for, if it is beside the last one. */
static struct region *
near(const struct region_set *set, vaddr_t va)
{
	struct region *r = set->recent;

	if (r && va >= r->end)
		r = r->next;
	else if (r && va < gap_start(r))
		r = r->prev;
	return r && gap_start(r) <= va && va < r->end ? r : NULL;
}

struct region *
region_search(struct region_set *set, vaddr_t va)
{
	const struct tree_node *n = set->tree.root;
	struct region *best = near(set, va);

	if (best)
		return best;
	while (n) {
		struct region *r = region_of(n);

		if (va < r->end)
			best = r;
		n = va < r->end ? n->left : n->right;
	}
	set->recent = best;
	return best;
}

static uint64_t
gap(const struct region *r)
{
	return r->start - gap_start(r);
}

/* What the bound of r's node must be, given those below it. */
static uint64_t
least_bound(const struct region *r)
{
	const struct tree_node *n = &r->node;
	uint64_t below = max_u64(tree_bound(n->left), tree_bound(n->right));

	return max_u64(gap(r), below);
}

/* The gap in front of r, which may be NULL, may be larger now. */
static void
weigh(struct region *r)
{
	if (r)
		tree_weigh(&r->node, gap(r));
}

/* Makes r part of the list and the tree, right below next; NULL: as the last. */
static INLINE void
link(struct region_set *set, struct region *next, struct region *r)
{
	struct region *prev = region_below(set, next);

	assert(r->start < r->end && r->end <= USER_END);
	assert(!prev || prev->end <= r->start);
	assert(!next || r->end <= next->start);
	r->prev = prev;
	r->next = next;
	*(prev ? &prev->next : &set->first) = r;
	*(next ? &next->prev : &set->last) = r;
	r->node.bound = gap(r);
	tree_insert_between(&set->tree, prev ? &prev->node : NULL,
			    next ? &next->node : NULL, &r->node);
	set->recent = r;
	set->count++;
}

static INLINE void
unlink(struct region_set *set, struct region *r)
{
	*(r->prev ? &r->prev->next : &set->first) = r->next;
	*(r->next ? &r->next->prev : &set->last) = r->prev;
	tree_remove(&set->tree, &r->node);
	set->count--;
}

void
region_insert(struct region_set *set, struct region *r)
{
	link(set, region_at_or_after(set, r->start), r);
	set->bytes += r->end - r->start;
}

void
region_remove(struct region_set *set, struct region *r)
{
	unlink(set, r);
	set->recent = r->next;
	weigh(r->next);
	set->bytes -= r->end - r->start;
}

/* No gap changes here, nor there. */
void
region_split(struct region_set *set, struct region *low, struct region *high)
{
	low->end = high->start;
	link(set, low->next, high);
}

void
region_join(struct region_set *set, struct region *high)
{
	high->prev->end = high->end;
	unlink(set, high);
	set->recent = high->prev;
}

void
region_resize(struct region_set *set, struct region *r, vaddr_t end)
{
	assert(end > r->start && (!r->next || end <= r->next->start));
	set->bytes += end - r->end;
	r->end = end;
	weigh(r->next);
}

/* Copies the subtree that *link leads to, left to right, so that each copy is
 * the last so far. */
static bool
copy_subtree(struct region_set *to, struct tree_node *parent,
	     struct tree_node **link,
	     struct region *(*copy)(const struct region *r))
{
	struct region *r;
	bool ok;

	if (!*link)
		return true;
	r = copy(region_of(*link));
	if (!r)
		return false;
	*link = &r->node;
	r->node.parent = parent;
	ok = copy_subtree(to, &r->node, &r->node.left, copy);
	r->prev = to->last;
	r->next = NULL;
	*(to->last ? &to->last->next : &to->first) = r;
	to->last = r;
	return ok && copy_subtree(to, &r->node, &r->node.right, copy);
}

bool
region_set_copy(struct region_set *to, const struct region_set *from,
		struct region *(*copy)(const struct region *r))
{
	*to = *from;
	to->first = to->last = to->recent = NULL;
	return copy_subtree(to, NULL, &to->tree.root, copy);
}

void
region_move_start(struct region_set *set, struct region *r, vaddr_t start)
{
	assert(start < r->end && start >= gap_start(r));
	set->bytes += r->start - start;
	r->start = start;
	weigh(r);
}

/* Whether len bytes are free right below r and the ceiling. */
static bool
fits(const struct region *r, uint64_t len, vaddr_t ceiling)
{
	return gap_start(r) + len <= min_u64(r->start, ceiling);
}

/* The region in front of which the highest gap of len bytes is. Right to left;
 * subtrees without one are skipped. The ceiling can disappoint, along one path,
 * and so can bounds that are too high: each of them but once. */
static struct region *
gap_in(struct tree_node *n, uint64_t len, vaddr_t ceiling)
{
	struct tree_node *from = NULL, *next;

	for (; n; from = n, n = next) {
		struct region *r = region_of(n);

		next = n->right;
		if (from == n->parent && r->start < ceiling &&
		    tree_bound(next) >= len)
			continue;
		next = n->left;
		if (!from || from != next) {
			if (fits(r, len, ceiling))
				return r;
			if (tree_bound(next) >= len)
				continue;
		}
		n->bound = least_bound(r);
		next = n->parent;
	}
	return NULL;
}

vaddr_t
region_gap(struct region_set *set, uint64_t len, vaddr_t ceiling)
{
	vaddr_t floor = set->last ? set->last->end : USER_START;
	struct region *above;

	assert(len <= USER_END);
	if (floor <= ceiling && ceiling - floor >= len)
		return ceiling - len;
	above = gap_in(set->tree.root, len, ceiling);
	if (!above)
		return 0;
	set->recent = above;
	return min_u64(above->start, ceiling) - len;
}

static bool
region_ok(const struct region_set *set, const struct region *r)
{
	bool aligned = ((r->start | r->end | r->offset) & PAGE_MASK) == 0;
	bool placed = r->start >= gap_start(r) && r->start < r->end &&
		      r->end <= USER_END;
	bool linked = (r->next ? r->next->prev : set->last) == r;
	bool rights = (!r->shared || r->store) && !(r->prot & ~r->max_prot);
	bool bounded = r->node.bound >= least_bound(r);

	return aligned && placed && linked && rights && bounded;
}

bool
region_set_audit(struct region_set *set)
{
	size_t count = 0;
	uint64_t bytes = 0;

	for (const struct region *r = set->first; r; r = r->next) {
		if (!region_ok(set, r) || region_find(set, r->start) != r) {
			print("audit: region %lx-%lx breaks R1 or R3\n",
			      r->start, r->end);
			return false;
		}
		count++;
		bytes += r->end - r->start;
	}
	if (count != set->count || bytes != set->bytes)
		print("audit: %zu regions, %lu bytes; counted %zu, %lu\n",
		      count, bytes, set->count, set->bytes);
	return count == set->count && bytes == set->bytes;
}
