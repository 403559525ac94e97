/*
 * mistake: the slot does not remember the frame, so each toucher gets a copy of
 * its own
 */
int
store_page(struct store *st, uint64_t index, bool write, struct frame **page)
{
	slot_t *slot;
	struct frame *f;

	if (index >= page_up(st->size) / PAGE_SIZE)
		return -ENXIO;
	slot = find_slot(st, index, true);
	if (!slot)
		return -ENOMEM;
	f = write && *slot ? slot_frame(*slot) : fill(st, index * PAGE_SIZE);
	if (!f)
		return -ENOMEM;
	if (write)
		*slot = (slot_t)f | DIRTY;
	*page = f;
	return 0;
}
