/*
 * mistake: forgets the second table, DT_JMPREL: nobody fills the JUMP_SLOTs
 */
void
__dl_relocate(const struct objects *all, const struct object *o)
{
	for (size_t i = 0; i < o->data.count; i++)
		relocate(all, o, &o->data.first[i]);
}
