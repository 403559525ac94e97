/*
 * mistake: a relocatable image is mapped at the addresses that its headers name,
 * not at its base
 */
static int
map_segments(struct space *s, struct store *st, const struct elf_image *image,
	     vaddr_t base)
{
	int err = 0;

	(void)base;
	for (size_t i = 0; err == 0 && i < image->segments; i++)
		err = map_segment(s, st, &image->segment[i], 0);
	return err;
}
