/*
 * mistake: notes the new end before it is known whether there is room
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

	if (end < s->heap_start || end > USER_END)
		return -ENOMEM;
	s->heap_end = end;
	new = page_up(end);
	if (new > old && !is_free(s, old, new - old))
		return -ENOMEM;
	if (new > old)
		return space_map(s, old, new - old, &heap);
	if (new < old)
		return space_unmap(s, new, old - new);
	return 0;
}
