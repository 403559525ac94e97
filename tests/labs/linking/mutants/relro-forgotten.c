/*
 * mistake: what is constant after relocation stays writable
 */
void
__dl_protect(const struct object *o)
{
	(void)o;
}
