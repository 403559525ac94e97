/*
 * mistake: a CR3 load is thought to forget kernel pages
 */
struct frame *
pt_unmap_kernel(uint64_t va)
{
	pte_t *e = walk(va, 1);
	struct frame *f;

	assert(e && (*e & PTE_P));
	f = pte_frame(*e);
	shadow_change(kernel_root, va, 1, *e, 0);
	*e = 0;
	cpu_flush_all();
	return f;
}
