/*
 * mistake: a block taken for use does not tell the block above, which then
 * merges with it when it is freed
 */
static void
take(struct block *b)
{
	list_remove(b);
	b->header |= IN_USE;
}
