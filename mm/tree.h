/*
 * A balanced binary tree (AVL) whose nodes live inside the objects it orders:
 * regions by address, directory entries by name, processes by number.
 * Insertion, removal and search cost O(log n); nothing is allocated. Where a
 * node's neighbour is at hand, no search is needed, and what is left of insertion
 * and removal is a few steps on average.
 *
 * Nodes may have a weight (the gap in front of a region, say); each knows the
 * heaviest of its subtree, so that a search can pass over what is too light.
 */
#pragma once

#include "kernel/types.h"

struct tree_node {
	struct tree_node *left, *right;
	struct tree_node *parent; /* NULL: the root */
	uint64_t weight;
	uint64_t heaviest; /* weight of the subtree that starts here */
	int height;	   /* of that subtree; a leaf has 1 */
};

struct tree {
	struct tree_node *root;
	/* < 0, 0, > 0 as a goes before, with, after b; NULL if neither
	 * tree_insert nor a search is used */
	int (*compare)(const struct tree_node *a, const struct tree_node *b);
};

static inline uint64_t
tree_heaviest(const struct tree_node *n)
{
	return n ? n->heaviest : 0;
}

/* => nothing equal to node is in the tree */
void tree_insert(struct tree *t, struct tree_node *node);
/* The same, where it is known what goes right before it; NULL: nothing. */
void tree_insert_after(struct tree *t, struct tree_node *prev,
		       struct tree_node *node);
/* => node is in the tree */
void tree_remove(struct tree *t, struct tree_node *node);
/* Gives node, which is in the tree, this weight. */
void tree_weigh(struct tree *t, struct tree_node *node, uint64_t weight);
/* The node equal to key, or NULL; and that or the first after it. key is a
 * node outside the tree of which only what compare reads is set. */
struct tree_node *tree_find(const struct tree *t, const struct tree_node *key);
struct tree_node *tree_at_or_after(const struct tree *t,
				   const struct tree_node *key);
struct tree_node *tree_first(const struct tree *t);
