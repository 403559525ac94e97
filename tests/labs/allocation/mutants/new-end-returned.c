/*
 * mistake: sbrk returns the new end, not where the new memory begins
 */
long
sys_sbrk(uint64_t delta)
{
	struct space *s = process_current()->space;
	vaddr_t new;
	int err;

	if (__builtin_add_overflow((int64_t)s->heap_end, (int64_t)delta,
				   (int64_t *)&new))
		return -ENOMEM;
	err = space_set_heap_end(s, new);
	return err < 0 ? err : (long)s->heap_end;
}
