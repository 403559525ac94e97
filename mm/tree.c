/*
 * AVL trees: the two subtrees of every node differ in height by at most one, so
 * a tree of n nodes is at most 1.44 log2 n high.
 *
 * Insertion and removal change one place at the bottom. mend() goes up from there
 * and sets each node right, but no further than something changes: most often
 * that ends after two or three steps.
 */
#include "mm/tree.h"

#include "kernel/assert.h"

static struct tree_node **
child(struct tree_node *n, bool right)
{
	return right ? &n->right : &n->left;
}

/* Hangs n, which may be NULL, below parent; NULL: it is the root. */
static void
hang(struct tree *t, struct tree_node *parent, bool right, struct tree_node *n)
{
	*(parent ? child(parent, right) : &t->root) = n;
	if (n)
		n->parent = parent;
}

static bool
is_right(const struct tree_node *n)
{
	return n->parent && n->parent->right == n;
}

/* Puts n in old's place. */
static void
replace(struct tree *t, struct tree_node *old, struct tree_node *n)
{
	hang(t, old->parent, is_right(old), n);
}

static int
max_int(int a, int b)
{
	return a > b ? a : b;
}

/*
 * To the right, and back to the left:
 *
 *	    n            l
 *	   / \          / \
 *	  l   c   -->  a   n
 *	 / \              / \
 *	a   b            b   c
 *
 * How the two lean follows from what a, b and c have in common: their heights.
 * What l had below it n may have lost: its bound is then too high.
 */
static struct tree_node *
rotate(struct tree *t, struct tree_node *n, bool right)
{
	struct tree_node *up = *child(n, !right);
	int side = right ? 1 : -1;

	replace(t, n, up);
	hang(t, n, !right, *child(up, right));
	hang(t, up, right, n);
	up->bound = n->bound;
	n->lean += side * (1 + max_int(-side * up->lean, 0));
	up->lean += side * (1 + max_int(side * n->lean, 0));
	return up;
}

/* The root of n's subtree, one side of which is two levels higher. */
static COLD struct tree_node *
balance(struct tree *t, struct tree_node *n, bool right)
{
	struct tree_node *heavy = *child(n, right);

	if (heavy->lean == (right ? -1 : 1))
		rotate(t, heavy, right);
	return rotate(t, n, !right);
}

/* One side of n has become higher by `more`, 1 or -1: sets right how n leans, and
 * what is above, as far as it has become higher, or less high, with it. */
static INLINE void
mend(struct tree *t, struct tree_node *n, bool right, int more)
{
	while (n) {
		n->lean += (right ? 1 : -1) * more;
		if (n->lean < -1 || n->lean > 1)
			n = balance(t, n, n->lean > 0);
		if ((n->lean == 0) == (more > 0))
			return;
		right = is_right(n);
		n = n->parent;
	}
}

static void
add_leaf(struct tree *t, struct tree_node *parent, bool right,
	 struct tree_node *n)
{
	n->left = n->right = NULL;
	n->lean = 0;
	hang(t, parent, right, n);
	tree_weigh(parent, n->bound);
	mend(t, parent, right, 1);
}

void
tree_insert(struct tree *t, struct tree_node *node)
{
	struct tree_node *parent = NULL, *next = t->root;
	int order = 0;

	while (next) {
		parent = next;
		order = t->compare(node, parent);
		assert(order != 0);
		next = *child(parent, order > 0);
	}
	add_leaf(t, parent, order > 0, node);
}

/* One of two neighbours has no child on the side of the other. */
void
tree_insert_between(struct tree *t, struct tree_node *prev,
		    struct tree_node *next, struct tree_node *node)
{
	if (next && !next->left)
		add_leaf(t, next, false, node);
	else
		add_leaf(t, prev, true, node);
}

/* The lowest of n's subtree. */
static struct tree_node *
first(struct tree_node *n)
{
	while (n && n->left)
		n = n->left;
	return n;
}

void
tree_remove(struct tree *t, struct tree_node *node)
{
	struct tree_node *next = node->right, *lowest = node->parent;
	bool right = is_right(node);

	if (!node->left || !next) {
		replace(t, node, next ? next : node->left);
	} else {
		/* What comes next takes the place of node. */
		next = first(next);
		right = next->parent == node;
		lowest = right ? next : next->parent;
		replace(t, next, next->right);
		replace(t, node, next);
		hang(t, next, false, node->left);
		hang(t, next, true, node->right);
		next->lean = node->lean;
		next->bound = node->bound;
	}
	mend(t, lowest, right, -1);
}

struct tree_node *
tree_at_or_after(const struct tree *t, const struct tree_node *key)
{
	struct tree_node *n = t->root, *best = NULL;

	while (n) {
		int order = t->compare(key, n);

		if (order == 0)
			return n;
		if (order < 0)
			best = n;
		n = order < 0 ? n->left : n->right;
	}
	return best;
}

struct tree_node *
tree_find(const struct tree *t, const struct tree_node *key)
{
	struct tree_node *n = t->root;
	int order;

	while (n && (order = t->compare(key, n)) != 0)
		n = order < 0 ? n->left : n->right;
	return n;
}

struct tree_node *
tree_first(const struct tree *t)
{
	return first(t->root);
}
