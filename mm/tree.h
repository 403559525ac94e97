/*
 * A balanced binary tree (AVL) whose nodes live inside the objects it orders:
 * regions by address, directory entries by name, processes by number.
 * Insertion, removal and search cost O(log n); nothing is allocated. Where a
 * node's neighbour is at hand, no search is needed, and what is left of insertion
 * and removal is a few steps on average.
 *
 * What nodes stand for may have weights (the gap in front of a region, say).
 * Each node then has a bound: nothing in its subtree is heavier, so that a search
 * can pass over what is too light. A bound may be too high: what becomes lighter,
 * or goes, costs nothing. A search that is disappointed lowers it.
 */
#pragma once

#include "kernel/types.h"

struct tree_node {
	struct tree_node *left, *right;
	struct tree_node *parent; /* NULL: the root */
	uint64_t bound; /* at least the weight here, and both children's bounds;
			   the weight when it is inserted */
	int lean;	/* how much higher the right subtree is: -1, 0, 1 */
};

struct tree {
	struct tree_node *root;
	/* < 0, 0, > 0 as a goes before, with, after b; NULL if neither
	 * tree_insert nor a search is used */
	int (*compare)(const struct tree_node *a, const struct tree_node *b);
};

static inline uint64_t
tree_bound(const struct tree_node *n)
{
	return n ? n->bound : 0;
}

/* n has this weight from now on. */
static inline void
tree_weigh(struct tree_node *n, uint64_t weight)
{
	for (; n && n->bound < weight; n = n->parent)
		n->bound = weight;
}

/* => nothing equal to node is in the tree */
void tree_insert(struct tree *t, struct tree_node *node);
/* The same, where it is known what goes right before and after it; NULL:
 * nothing. */
void tree_insert_between(struct tree *t, struct tree_node *prev,
			 struct tree_node *next, struct tree_node *node);
/* => node is in the tree */
void tree_remove(struct tree *t, struct tree_node *node);
/* The node equal to key, or NULL; and that or the first after it. key is a
 * node outside the tree of which only what compare reads is set. */
struct tree_node *tree_find(const struct tree *t, const struct tree_node *key);
struct tree_node *tree_at_or_after(const struct tree *t,
				   const struct tree_node *key);
struct tree_node *tree_first(const struct tree *t);
