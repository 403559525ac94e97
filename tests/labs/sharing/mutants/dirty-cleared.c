/*
 * mistake: the mark follows the last toucher: a reader after the writer clears
 * it, and the write is lost
 */
int
store_page(struct store *st, uint64_t index, bool write, struct frame **page)
{
	slot_t *slot;

	if (index >= page_up(st->size) / PAGE_SIZE)
		return -ENXIO;
	slot = find_slot(st, index, true);
	if (!slot)
		return -ENOMEM;
	if (!*slot)
		*slot = (slot_t)fill(st, index * PAGE_SIZE);
	if (!*slot)
		return -ENOMEM;
	*slot = (slot_t)slot_frame(*slot) | (write ? DIRTY : 0);
	*page = slot_frame(*slot);
	return 0;
}
