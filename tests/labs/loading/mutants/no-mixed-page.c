/*
 * mistake: the page in which .data ends is taken for a page of the file, so the
 * beginning of .bss shows what comes next in the file
 */
static int
fetch(const struct region *r, uint64_t offset, int access, struct frame **page)
{
	if (!r->store || r->filled <= offset) {
		*page = zero_page(access);
		return *page ? 0 : -ENOMEM;
	}
	return file_page(r, offset, page);
}
