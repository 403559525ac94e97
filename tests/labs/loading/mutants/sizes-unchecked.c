/*
 * mistake: a segment may be larger in the file than in memory
 */
static const char *
take_load(struct elf_image *image, struct program_header *ph,
	  uint64_t file_size)
{
	if (ph->memsz == 0)
		return NULL;
	if (ph->filesz == 0)
		ph->offset = ph->vaddr % PAGE_SIZE;
	else if (!in_file(ph, file_size))
		return "a segment beyond the end of the file";
	if (!in_memory(ph, image->relocatable))
		return "a segment outside the memory of programs";
	if (!pages_agree(ph))
		return "a segment at odds with page boundaries";
	return add_segment(image, ph);
}
