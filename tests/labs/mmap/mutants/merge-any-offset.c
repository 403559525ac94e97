/*
 * mistake: neighbours of one file are merged whatever their offsets: pages show
 * another part of the file
 */
static bool
continues(const struct region *a, uint64_t len, const struct region *b)
{
	(void)len;
	return a->prot == b->prot && a->max_prot == b->max_prot &&
	       a->shared == b->shared && a->store == b->store &&
	       a->label == b->label;
}
