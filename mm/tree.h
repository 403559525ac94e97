/*
 * A balanced binary tree (AVL) whose nodes live inside the objects it orders:
 * regions by address, directory entries by name, processes by number.
 * Insertion, removal and search cost O(log n); nothing is allocated. Where a
 * node's neighbour is at hand, no search is needed, and what is left of insertion
 * and removal is a few steps on average.
 *
 * A user supplies the order, and may keep a summary of each subtree in its
 * nodes (the largest gap, say): `update` recomputes it from the two children.
 */
#pragma once

#include "kernel/types.h"

struct tree_node {
	struct tree_node *left, *right;
	struct tree_node *parent; /* NULL: the root */
	int height; /* of the subtree that starts here; a leaf has 1 */
};

struct tree {
	struct tree_node *root;
	/* < 0, 0, > 0 as a goes before, with, after b */
	int (*compare)(const struct tree_node *a, const struct tree_node *b);
	/* => whether the summary has changed; or NULL */
	bool (*update)(struct tree_node *node);
};

/* => nothing equal to node is in the tree */
void tree_insert(struct tree *t, struct tree_node *node);
/* The same, where it is known what goes right before it; NULL: nothing. */
void tree_insert_after(struct tree *t, struct tree_node *prev,
		       struct tree_node *node);
/* => node is in the tree */
void tree_remove(struct tree *t, struct tree_node *node);
/* Recomputes the summaries from node (which is in the tree) upwards. */
void tree_refresh(struct tree *t, struct tree_node *node);
/* The node equal to key, or NULL; and that or the first after it. key is a
 * node outside the tree of which only what compare reads is set. */
struct tree_node *tree_find(const struct tree *t, const struct tree_node *key);
struct tree_node *tree_at_or_after(const struct tree *t,
				   const struct tree_node *key);
struct tree_node *tree_first(const struct tree *t);
