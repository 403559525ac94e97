/*
 * A balanced binary tree (AVL) whose nodes live inside the objects it orders:
 * regions by address, directory entries by name, processes by number.
 * Insertion, removal and search cost O(log n); nothing is allocated.
 *
 * A user supplies the order, and may keep a summary of each subtree in its
 * nodes (the largest gap, say): `update` recomputes it from the two children.
 */
#pragma once

#include "kernel/types.h"

struct tree_node {
	struct tree_node *left, *right;
	int height; /* of the subtree that starts here; a leaf has 1 */
};

struct tree {
	struct tree_node *root;
	/* < 0, 0, > 0 as a goes before, with, after b */
	int (*compare)(const struct tree_node *a, const struct tree_node *b);
	void (*update)(struct tree_node *node); /* or NULL */
};

/* => nothing equal to node is in the tree */
void tree_insert(struct tree *t, struct tree_node *node);
/* => node is in the tree */
void tree_remove(struct tree *t, struct tree_node *node);
/* Recomputes the summaries from node (which is in the tree) up to the root. */
void tree_refresh(struct tree *t, struct tree_node *node);
/* The node equal to key, or NULL; and that or the first after it. key is a
 * node outside the tree of which only what compare reads is set. */
struct tree_node *tree_find(const struct tree *t, const struct tree_node *key);
struct tree_node *tree_at_or_after(const struct tree *t,
				   const struct tree_node *key);
struct tree_node *tree_first(const struct tree *t);
