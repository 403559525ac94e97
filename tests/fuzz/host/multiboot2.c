/*
 * kernel/multiboot2.c: the bytes are the information, somewhere in memory.
 */
#include "bootinfo.h"

enum {
	INFO = 0x9000,
};

static char *memory;
static size_t memory_size;

static const void *
view(paddr_t addr, size_t len)
{
	if (addr < INFO || addr - INFO > memory_size ||
	    len > memory_size - (addr - INFO))
		return NULL;
	return memory + (addr - INFO);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct bootinfo b;

	memory = exact_copy(bytes, size);
	memory_size = size;
	check_bootinfo(&b, multiboot2_parse(&b, INFO, view));
	if (!b.error)
		MUST(b.ranges > 0);
	else
		/* Of a tag that is missing: where it would be, aligned. */
		MUST(b.error_offset < size + 8);
	free(memory);
	return 0;
}
