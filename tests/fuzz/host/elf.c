/*
 * kernel/elf.c: the bytes are the start of a file, and say in their last 4 how
 * long it is beyond them. What is accepted has the invariants E1 to E4.
 */
#include "kernel/elf.h"

#include "mm/layout.h"
#include "mm/pt.h"
#include "target.h"

static void
check_segment(const struct elf_image *image, size_t i, uint64_t file_size)
{
	const struct elf_segment *s = &image->segment[i];

	MUST(s->filesz <= s->memsz && s->memsz > 0);
	MUST(s->filesz == 0 || s->offset <= file_size);
	MUST(s->filesz == 0 || s->filesz <= file_size - s->offset);
	MUST(s->offset % PAGE_SIZE == s->vaddr % PAGE_SIZE);
	MUST(s->vaddr >= image->low && s->memsz <= image->high - s->vaddr);
	if (i > 0)
		MUST(page_down(s->vaddr) >= page_up(s[-1].vaddr + s[-1].memsz));
	if (!image->relocatable)
		MUST(s->vaddr >= USER_START);
	MUST(!(s->prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC)));
}

static bool
entry_is_executable(const struct elf_image *image)
{
	for (size_t i = 0; i < image->segments; i++)
		if (image->segment[i].prot & PROT_EXEC &&
		    image->entry - image->segment[i].vaddr <
			    image->segment[i].memsz)
			return true;
	return false;
}

static void
check_image(const struct elf_image *image, uint64_t file_size)
{
	MUST(image->segments > 0 && image->segments <= ELF_SEGMENTS);
	MUST(image->low < image->high &&
	     image->high <= STACK_START - STACK_GUARD);
	for (size_t i = 0; i < image->segments; i++)
		check_segment(image, i, file_size);
	MUST(entry_is_executable(image));
	MUST(image->interp_size == 0 ||
	     (image->interp_offset <= file_size &&
	      image->interp_size <= file_size - image->interp_offset));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct elf_image image;
	const char *why = NULL;
	uint32_t more = 0;
	char *head;
	int error;

	if (size < sizeof(more))
		return 0;
	size -= sizeof(more);
	memcpy(&more, bytes + size, sizeof(more));
	head = exact_copy(bytes, size);
	error = elf_parse(&image, head, size, size + more, &why);
	MUST(error == (why ? -ENOEXEC : 0));
	if (!error)
		check_image(&image, size + more);
	free(head);
	return 0;
}
