/*
 * mistake: shared memory without a file is taken for private memory: fork copies
 * it
 */
static int
set_anonymous(struct region *like, uint64_t len)
{
	(void)len;
	like->shared = false;
	return 0;
}
