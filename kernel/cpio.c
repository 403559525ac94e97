/*
 * Reading cpio "newc" archives: cpio(5), and the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst.
 *
 *	+--------+------+---+----------+---+--------+---
 *	| header | name | 0 | contents | 0 | header | ...
 *	+--------+------+---+----------+---+--------+---
 *	 110 bytes        to 4           to 4
 *
 * Owns: the layout of a header.
 * Invariants:
 *	- offset <= size, and everything before offset was well formed
 *	- every subtraction is safe because of the check above it
 */
#include "kernel/cpio.h"

#include "kernel/string.h"

/* After the magic, a header is a row of 8-digit hexadecimal numbers. */
enum {
	MAGIC = 6,
	DIGITS = 8,
	HEADER = 110,
	ALIGN = 4,
};

enum field {
	INO,
	MODE,
	UID,
	GID,
	NLINK,
	MTIME,
	FILESIZE,
	DEV_MAJOR,
	DEV_MINOR,
	RDEV_MAJOR,
	RDEV_MINOR,
	NAMESIZE,
	CHECK,
	FIELDS
};

_Static_assert(MAGIC + FIELDS * DIGITS == HEADER, "fields fill the header");

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
read_fields(const char *header, uint32_t *field)
{
	const char *p = header + MAGIC;

	for (int i = 0; i < FIELDS; i++) {
		field[i] = 0;
		for (int j = 0; j < DIGITS; j++) {
			int digit = hex_digit(*p++);

			if (digit < 0)
				return false;
			field[i] = field[i] << 4 | (uint32_t)digit;
		}
	}
	return true;
}

/* The first aligned offset at or after this one, or the end. */
static size_t
align(const struct cpio *c, size_t offset)
{
	size_t gap = -offset % ALIGN;

	return gap <= c->size - offset ? offset + gap : c->size;
}

static bool
fail(struct cpio *c, const char *why)
{
	c->error = why;
	return false;
}

/* "070702" differs only in that CHECK, which we ignore, is a sum. */
static bool
magic_ok(const char *header)
{
	return memcmp(header, "070701", MAGIC) == 0 ||
	       memcmp(header, "070702", MAGIC) == 0;
}

void
cpio_init(struct cpio *c, const void *archive, size_t size)
{
	*c = (struct cpio){.archive = archive, .size = size};
}

bool
cpio_next(struct cpio *c, struct cpio_entry *entry)
{
	const char *header = c->archive + c->offset;
	uint32_t field[FIELDS];
	size_t name, data;

	if (c->error || c->offset == c->size)
		return false;
	if (c->size - c->offset < HEADER)
		return fail(c, "archive ends within a header");
	if (!magic_ok(header))
		return fail(c, "header does not begin with 070701");
	if (!read_fields(header, field))
		return fail(c, "header has a bad hexadecimal digit");
	name = c->offset + HEADER;
	if (field[NAMESIZE] == 0 || field[NAMESIZE] > c->size - name)
		return fail(c, "archive ends within a name");
	if (c->archive[name + field[NAMESIZE] - 1])
		return fail(c, "name does not end with a zero");
	data = align(c, name + field[NAMESIZE]);
	if (field[FILESIZE] > c->size - data)
		return fail(c, "archive ends within the contents of a file");
	if (strcmp(c->archive + name, "TRAILER!!!") == 0)
		return false;

	*entry = (struct cpio_entry){
		.name = c->archive + name,
		.mode = field[MODE],
		.mtime = field[MTIME],
		.dev = (uint64_t)field[DEV_MAJOR] << 32 | field[DEV_MINOR],
		.ino = field[INO],
		.nlink = field[NLINK],
		.data = c->archive + data,
		.size = field[FILESIZE],
	};
	c->offset = align(c, data + field[FILESIZE]);
	return true;
}
