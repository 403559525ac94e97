/*
 * mistake: the page number is flushed instead of the address
 */
static void
flush_page(const struct frame *root, vaddr_t va)
{
	if (active(root))
		cpu_flush_page(va / PAGE_SIZE);
}
