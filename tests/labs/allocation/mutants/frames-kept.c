/*
 * mistake: a lower boundary is only noted: region and frames stay
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
	while (new > old && space_find(s, old) &&
	       space_find(s, old)->label == heap.label)
		old += PAGE_SIZE;
	if (new > old && !is_free(s, old, new - old))
		return -ENOMEM;
	if (new > old)
		err = space_map(s, old, new - old, &heap);
	if (err < 0)
		return err;
	s->heap_end = end;
	return 0;
}
