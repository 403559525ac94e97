/*
 * mistake: the size is rounded down, so the last page of most files is not
 * there
 */
int
store_page(struct store *st, uint64_t index, bool write, struct frame **page)
{
	slot_t *slot;

	if (index >= st->size / PAGE_SIZE)
		return -ENXIO;
	slot = find_slot(st, index, true);
	if (!slot)
		return -ENOMEM;
	if (!*slot)
		*slot = (slot_t)fill(st, index * PAGE_SIZE);
	if (!*slot)
		return -ENOMEM;
	if (write)
		*slot |= DIRTY;
	*page = slot_frame(*slot);
	return 0;
}
