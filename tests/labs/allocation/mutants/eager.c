/*
 * mistake: takes a frame for each new page at once, touched or not
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
	if (new > old && !is_free(s, old, new - old))
		return -ENOMEM;
	if (new > old)
		err = space_map(s, old, new - old, &heap);
	else if (new < old)
		err = space_unmap(s, new, old - new);
	for (vaddr_t va = old; err == 0 && va < new; va += PAGE_SIZE) {
		int space_fault(struct space * of, vaddr_t at, int access);

		err = space_fault(s, va, PROT_WRITE);
	}
	if (err < 0)
		return err;
	s->heap_end = end;
	return 0;
}
