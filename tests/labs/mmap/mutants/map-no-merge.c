/*
 * mistake: equal neighbours are never merged: a program that maps page by page
 * has a region for each
 */
static void
merge(struct space *s, struct region *high)
{
	(void)s;
	(void)high;
}
