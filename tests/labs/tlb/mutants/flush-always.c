/*
 * mistake: roots that no CPU uses are flushed as well
 */
static void
flush_page(const struct frame *root, vaddr_t va)
{
	(void)root;
	cpu_flush_page(va);
}
