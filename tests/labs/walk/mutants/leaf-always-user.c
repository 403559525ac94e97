/*
 * mistake: a page of PROT_NONE has U, and programs read it
 */
static pte_t
leaf_bits(const struct frame *f, int prot, bool shared)
{
	pte_t bits = PTE_P | PTE_U;

	if (!(prot & PROT_EXEC))
		bits |= PTE_NX;
	if (shared)
		bits |= PTE_SHARED;
	if ((prot & PROT_WRITE) && (shared || f->refs == 1))
		bits |= PTE_W;
	return bits;
}
