/*
 * mistake: exec touches every page of a segment at once, so a program pays for
 * pages that it never uses
 */
static int
map_segments(struct space *s, struct store *st, const struct elf_image *image,
	     vaddr_t base)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < image->segments; i++) {
		const struct elf_segment *seg = &image->segment[i];
		vaddr_t va = page_down(base + seg->vaddr);
		char byte;

		err = map_segment(s, st, seg, base);
		for (; err == 0 && va < base + seg->vaddr + seg->memsz;
		     va += PAGE_SIZE)
			err = user_get(s, &byte, va, 1);
	}
	return err;
}
