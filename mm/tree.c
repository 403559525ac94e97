/*
 * AVL trees: the two subtrees of every node differ in height by at most one, so
 * a tree of n nodes is at most 1.44 log2 n high.
 *
 * Insertion and removal go down by recursion and mend each node on the way back
 * up: `mend` recomputes height and summary and rotates where the difference has
 * become two. The depth of the recursion is the height of the tree.
 */
#include "mm/tree.h"

#include "kernel/assert.h"

static int
height(const struct tree_node *n)
{
	return n ? n->height : 0;
}

static void
update(const struct tree *t, struct tree_node *n)
{
	int left = height(n->left), right = height(n->right);

	n->height = 1 + (left > right ? left : right);
	if (t->update)
		t->update(n);
}

static struct tree_node **
child(struct tree_node *n, bool right)
{
	return right ? &n->right : &n->left;
}

/*
 * To the right, and back to the left:
 *
 *	    n            l
 *	   / \          / \
 *	  l   c   -->  a   n
 *	 / \              / \
 *	a   b            b   c
 */
static struct tree_node *
rotate(const struct tree *t, struct tree_node *n, bool right)
{
	struct tree_node **down = child(n, !right), *up = *down;

	*down = *child(up, right);
	*child(up, right) = n;
	update(t, n);
	update(t, up);
	return up;
}

/* The root of n's subtree after its children changed by one level at most. */
static struct tree_node *
mend(const struct tree *t, struct tree_node *n)
{
	int lean = height(n->right) - height(n->left);
	bool right = lean > 0;
	struct tree_node **heavy = child(n, right);

	if (-1 <= lean && lean <= 1) {
		update(t, n);
		return n;
	}
	if (height(*child(*heavy, !right)) > height(*child(*heavy, right)))
		*heavy = rotate(t, *heavy, right);
	return rotate(t, n, !right);
}

static struct tree_node *
insert(const struct tree *t, struct tree_node *n, struct tree_node *new)
{
	struct tree_node **next;
	int order;

	if (!n) {
		new->left = new->right = NULL;
		update(t, new);
		return new;
	}
	order = t->compare(new, n);
	assert(order != 0);
	next = child(n, order > 0);
	*next = insert(t, *next, new);
	return mend(t, n);
}

void
tree_insert(struct tree *t, struct tree_node *node)
{
	t->root = insert(t, t->root, node);
}

/* Takes the first node out of n's subtree. */
static struct tree_node *
remove_first(const struct tree *t, struct tree_node *n,
	     struct tree_node **first)
{
	if (!n->left) {
		*first = n;
		return n->right;
	}
	n->left = remove_first(t, n->left, first);
	return mend(t, n);
}

static struct tree_node *
remove(const struct tree *t, struct tree_node *n, struct tree_node *old)
{
	struct tree_node **side, *next;

	assert(n);
	if (n != old) {
		side = child(n, t->compare(old, n) > 0);
		*side = remove(t, *side, old);
		return mend(t, n);
	}
	if (!n->right)
		return n->left;
	n->right = remove_first(t, n->right, &next);
	next->left = n->left;
	next->right = n->right;
	return mend(t, next);
}

void
tree_remove(struct tree *t, struct tree_node *node)
{
	t->root = remove(t, t->root, node);
}

static void
refresh(const struct tree *t, struct tree_node *n, struct tree_node *node)
{
	assert(n);
	if (n != node)
		refresh(t, *child(n, t->compare(node, n) > 0), node);
	update(t, n);
}

void
tree_refresh(struct tree *t, struct tree_node *node)
{
	refresh(t, t->root, node);
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
	struct tree_node *n = tree_at_or_after(t, key);

	return n && t->compare(key, n) == 0 ? n : NULL;
}

struct tree_node *
tree_first(const struct tree *t)
{
	struct tree_node *n = t->root;

	while (n && n->left)
		n = n->left;
	return n;
}
