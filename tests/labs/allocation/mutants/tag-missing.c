/*
 * mistake: no boundary tag: the block above finds its neighbour by old bytes
 */
static void
make_free(struct block *b, size_t size)
{
	b->header = size | BELOW_IN_USE;
	above(b)->header &= ~(size_t)BELOW_IN_USE;
	list_add(b);
}
