/*
 * mistake: NX is forgotten: everything that can be read can be executed
 */
static pte_t
leaf_bits(const struct frame *f, int prot, bool shared)
{
	pte_t bits = PTE_P;

	if (prot != PROT_NONE)
		bits |= PTE_U;
	if (shared)
		bits |= PTE_SHARED;
	if ((prot & PROT_WRITE) && (shared || f->refs == 1))
		bits |= PTE_W;
	return bits;
}
