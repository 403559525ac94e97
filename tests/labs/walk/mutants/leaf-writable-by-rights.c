/*
 * mistake: W follows the region's rights alone: a page that others see can be
 * written
 */
static pte_t
leaf_bits(const struct frame *f, int prot, bool shared)
{
	pte_t bits = PTE_P;

	(void)f;
	if (prot != PROT_NONE)
		bits |= PTE_U;
	if (!(prot & PROT_EXEC))
		bits |= PTE_NX;
	if (shared)
		bits |= PTE_SHARED;
	if (prot & PROT_WRITE)
		bits |= PTE_W;
	return bits;
}
