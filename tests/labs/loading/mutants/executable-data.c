/*
 * mistake: every segment may be executed, because one of them must
 */
static int
map_segment(struct space *s, struct store *st, const struct elf_segment *seg,
	    vaddr_t base)
{
	vaddr_t start = page_down(base + seg->vaddr);
	vaddr_t end = page_up(base + seg->vaddr + seg->memsz);
	uint64_t head = seg->vaddr % PAGE_SIZE;
	struct region like = {
		.prot = (uint8_t)(seg->prot | PROT_EXEC),
		.max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
		.store = st,
		.offset = seg->offset - head,
		.filled = REGION_FILLED,
		.label = segment_label(seg),
	};

	if (seg->filesz == 0)
		like.filled = 0;
	else if (seg->memsz > seg->filesz)
		like.filled = head + seg->filesz;
	(void)head;
	return space_map(s, start, end - start, &like);
}
