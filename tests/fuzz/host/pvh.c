/*
 * kernel/pvh.c: the bytes are all of memory, from 0 on, and the information is
 * at the start of it. So pointers in it can reach the bytes too.
 */
#include "bootinfo.h"

static char *memory;
static size_t memory_size;

static const void *
view(paddr_t addr, size_t len)
{
	if (addr > memory_size || len > memory_size - addr)
		return NULL;
	return memory + addr;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct bootinfo b;

	memory = exact_copy(bytes, size);
	memory_size = size;
	check_bootinfo(&b, pvh_parse(&b, 0, view));
	free(memory);
	return 0;
}
