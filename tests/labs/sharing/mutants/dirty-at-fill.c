/*
 * mistake: the mark is made when the page is filled: a page that was read first
 * and written later is dropped, and the write is lost
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
	if (!*slot) {
		*slot = (slot_t)fill(st, index * PAGE_SIZE);
		if (!*slot)
			return -ENOMEM;
		if (write)
			*slot |= DIRTY;
	}
	*page = slot_frame(*slot);
	return 0;
}
