/*
 * mistake: the sum of address and size wraps, so that a segment may seem to end
 * below the stack
 */
static bool
in_memory(const struct program_header *ph, bool relocatable)
{
	return ph->vaddr >= (relocatable ? 0 : USER_START) &&
	       ph->vaddr + ph->memsz <= PROGRAM_END;
}
