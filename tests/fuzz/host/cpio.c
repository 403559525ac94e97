/*
 * kernel/cpio.c: every entry lies within the archive, and the end comes.
 */
#include "kernel/cpio.h"

#include "target.h"

static volatile char sink;

static void
check_entry(const char *archive, size_t size, const struct cpio_entry *e)
{
	size_t name = (size_t)(e->name - archive);
	size_t data = (size_t)(e->data - archive);

	MUST(name < size && memchr(e->name, 0, size - name));
	MUST(data <= size && e->size <= size - data);
	for (size_t i = 0; i < e->size; i += 64)
		sink = e->data[i];
	if (e->size)
		sink = e->data[e->size - 1];
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *archive = exact_copy(bytes, size);
	struct cpio_entry entry;
	struct cpio c;
	size_t last = 0;

	cpio_init(&c, archive, size);
	while (cpio_next(&c, &entry)) {
		MUST(!c.error && c.offset > last && c.offset <= size);
		last = c.offset;
		check_entry(archive, size, &entry);
	}
	MUST(c.offset <= size);
	MUST(!cpio_next(&c, &entry));
	free(archive);
	return 0;
}
