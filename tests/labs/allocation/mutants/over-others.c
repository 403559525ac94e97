/*
 * mistake: does not look whether something is in the way: space_map unmaps it
 */
int
space_set_heap_end(struct space *s, vaddr_t end)
{
	static const struct region heap = {
		.prot = PROT_READ | PROT_WRITE,
		.max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
		.label = "heap",
	};
	vaddr_t old = page_up(s->heap_end), new;
	int err = 0;

	if (end < s->heap_start || end > USER_END)
		return -ENOMEM;
	new = page_up(end);
	if (new > old)
		err = space_map(s, old, new - old, &heap);
	else if (new < old)
		err = space_unmap(s, new, old - new);
	if (err < 0)
		return err;
	s->heap_end = end;
	return 0;
}
