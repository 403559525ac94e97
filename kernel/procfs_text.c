/*
 * Texts of /proc while they are written: bytes at the end of a store; and what
 * inodes are called in them.
 */
#include <stdarg.h>

#include "kernel/assert.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/print.h"
#include "kernel/procfs.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/store.h"

enum {
	LINE = 256,  /* bytes of a line with its zero, at most */
	SUFFIX = 64, /* bytes for "/name (deleted)" and a zero */
};

void
text_bytes(struct text *t, const char *bytes, size_t len)
{
	struct store *st = t->store;

	while (len > 0 && !t->error) {
		size_t at = st->size % PAGE_SIZE;
		size_t n = min_u64(len, PAGE_SIZE - at);
		struct frame *f;

		t->error = store_resize(st, st->size + n);
		if (!t->error)
			t->error = store_page(st, (st->size - 1) / PAGE_SIZE,
					      true, &f);
		if (!t->error)
			memcpy((char *)frame_page(f) + at, bytes, n);
		bytes += n;
		len -= n;
	}
}

void
text_print(struct text *t, const char *fmt, ...)
{
	char line[LINE];
	va_list args;
	size_t len;

	va_start(args, fmt);
	len = vformat(line, sizeof(line), fmt, args);
	va_end(args);
	assert(len < sizeof(line));
	text_bytes(t, line, len);
}

void
text_kib(struct text *t, const char *name, uint64_t kib)
{
	char label[32];

	format(label, sizeof(label), "%s:", name);
	text_print(t, "%-16s%8lu kB\n", label, kib);
}

void
text_name(struct text *t, const char *name)
{
	while (*name) {
		size_t len = 0;

		while (name[len] && name[len] != '\n')
			len++;
		text_bytes(t, name, len);
		name += len;
		if (*name == '\n') {
			text_bytes(t, "\\012", 4);
			name++;
		}
	}
}

const char *
procfs_name(const struct inode *inode, char *page)
{
	size_t size = PAGE_SIZE - SUFFIX;
	long len = path_of(inode, page, size);
	char *end = page + size - 1;

	if (len > 0)
		return page + size - len;
	if (inode->pipe && !inode->parent) {
		format(page, size, "pipe:[%lu]", inode->ino);
		return page;
	}
	len = inode->parent ? path_of(inode->parent, page, size) : 1;
	if (len <= 2)
		len = 1; /* "/", or a directory that has no path itself */
	format(end, SUFFIX, "/%s (deleted)",
	       inode->store ? inode->store->name : "");
	return end + 1 - len;
}
