/*
 * Trees: order, balance, bounds.
 */
#include "hostile.h"

#include "mm/tree.h"

enum {
	NODES = 10000,
};

struct item {
	struct tree_node node;
	uint64_t key;
	uint64_t weight;
	bool in;
};

static struct item item[NODES];
static struct tree tree;
static unsigned compared;

static struct item *
item_of(const struct tree_node *n)
{
	return n ? CONTAINER(n, struct item, node) : NULL;
}

static int
compare(const struct tree_node *a, const struct tree_node *b)
{
	uint64_t x = item_of(a)->key, y = item_of(b)->key;

	compared++;
	return (x > y) - (x < y);
}

/* Keys are even, so that there is something between any two. */
static int
setup(void **state)
{
	(void)state;
	tree = (struct tree){.compare = compare};
	for (uint64_t i = 0; i < NODES; i++)
		item[i] = (struct item){
			.key = 2 * i,
			.weight = i * 7919 % NODES,
		};
	return 0;
}

static void
put(uint64_t i)
{
	item[i].node.bound = item[i].weight;
	tree_insert(&tree, &item[i].node);
	item[i].in = true;
}

/* The same between its neighbours. */
static void
put_between(uint64_t i)
{
	uint64_t prev = i, next = i + 1;

	while (prev > 0 && !item[prev - 1].in)
		prev--;
	while (next < NODES && !item[next].in)
		next++;
	item[i].node.bound = item[i].weight;
	tree_insert_between(&tree, prev ? &item[prev - 1].node : NULL,
			    next < NODES ? &item[next].node : NULL,
			    &item[i].node);
	item[i].in = true;
}

static void
take(uint64_t i)
{
	tree_remove(&tree, &item[i].node);
	item[i].in = false;
}

static int
max_int(int a, int b)
{
	return a > b ? a : b;
}

/* => height; order, balance and bounds of every node have been checked */
static int
check(const struct tree_node *n, uint64_t low, uint64_t high)
{
	const struct item *it = item_of(n);
	int left, right;

	if (!n)
		return 0;
	assert_true(it->in && it->key >= low && it->key < high);
	assert_true(!n->left || n->left->parent == n);
	assert_true(!n->right || n->right->parent == n);
	left = check(n->left, low, it->key);
	right = check(n->right, it->key + 1, high);
	assert_in_range(left - right + 1, 0, 2);
	assert_int_equal(n->lean, right - left);
	assert_true(n->bound >= it->weight);
	assert_true(n->bound >= tree_bound(n->left));
	assert_true(n->bound >= tree_bound(n->right));
	return max_int(left, right) + 1;
}

static int
check_tree(void)
{
	assert_true(!tree.root || !tree.root->parent);
	return check(tree.root, 0, UINT64_MAX);
}

static void
ten_thousand_nodes_in_any_order_are_at_most_twenty_levels_high(void **state)
{
	(void)state; /* 1.44 log2 10000 + 2 = 21.1 */
	for (uint64_t i = 0; i < NODES; i++)
		put(i);
	assert_in_range(check_tree(), 14, 20);
	setup(state);
	for (uint64_t i = NODES; i-- > 0;)
		put(i);
	assert_in_range(check_tree(), 14, 20);
	setup(state);
	for (uint64_t i = 0; i < NODES; i++)
		put(i * 7919 % NODES);
	assert_in_range(check_tree(), 14, 20);
}

static void
finding_among_ten_thousand_compares_no_more_than_the_height(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < NODES; i++)
		put(i * 7919 % NODES);
	for (uint64_t i = 0; i < NODES; i++) {
		compared = 0;
		assert_ptr_equal(tree_find(&tree, &item[i].node),
				 &item[i].node);
		assert_in_range(compared, 1, 22);
	}
	compared = 0;
	take(NODES / 2);
	put(NODES / 2);
	assert_in_range(compared, 1, 64);
}

/* The first item at or after a key, by looking at all. */
static const struct tree_node *
slow_at_or_after(uint64_t key)
{
	for (uint64_t i = (key + 1) / 2; i < NODES; i++)
		if (item[i].in)
			return &item[i].node;
	return NULL;
}

static void
check_searches(uint64_t key)
{
	struct item at = {.key = key};
	const struct tree_node *next = slow_at_or_after(key);
	const struct tree_node *same =
		next && item_of(next)->key == key ? next : NULL;

	assert_ptr_equal(tree_at_or_after(&tree, &at.node), next);
	assert_ptr_equal(tree_find(&tree, &at.node), same);
	assert_ptr_equal(tree_first(&tree), slow_at_or_after(0));
}

static void
random_insertions_and_removals_keep_order_balance_and_bounds(void **state)
{
	(void)state;
	random_start(0x7ee);
	for (int turn = 0; turn < 30000; turn++) {
		uint64_t i = random_below(turn < 15000 ? 300 : NODES);

		if (item[i].in)
			take(i);
		else if (random_below(2))
			put(i);
		else
			put_between(i);
		if (item[i].in) {
			item[i].weight = random_below(NODES);
			tree_weigh(&item[i].node, item[i].weight);
		}
		check_searches(random_below(700));
		if (turn < 5000 || turn % 100 == 0)
			check_tree();
	}
	for (uint64_t i = 0; i < NODES; i++)
		if (item[i].in)
			take(i);
	assert_null(tree.root);
	assert_null(tree_first(&tree));
}

static void
the_bounds_on_the_way_up_rise_with_a_weight(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		put(i);
	assert_in_range(tree.root->bound, 1, NODES - 1);
	item[777].weight = 2 * NODES;
	tree_weigh(&item[777].node, item[777].weight);
	assert_int_equal(tree.root->bound, 2 * NODES);
	check_tree();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			ten_thousand_nodes_in_any_order_are_at_most_twenty_levels_high,
			setup),
		cmocka_unit_test_setup(
			finding_among_ten_thousand_compares_no_more_than_the_height,
			setup),
		cmocka_unit_test_setup(
			random_insertions_and_removals_keep_order_balance_and_bounds,
			setup),
		cmocka_unit_test_setup(
			the_bounds_on_the_way_up_rise_with_a_weight, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
