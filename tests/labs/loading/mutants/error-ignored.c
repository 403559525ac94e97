/*
 * mistake: a segment that could not be mapped is not noticed: the program starts
 * without it
 */
static int
map_segments(struct space *s, struct store *st, const struct elf_image *image,
	     vaddr_t base)
{
	for (size_t i = 0; i < image->segments; i++)
		(void)!map_segment(s, st, &image->segment[i], base);
	return 0;
}
