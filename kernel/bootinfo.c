/*
 * What the boot loader said: the part that both protocols share.
 *
 * Owns: struct bootinfo's tables and the words of the command line.
 *
 * Invariants:
 * B1 Ranges are not empty and do not wrap; modules do not wrap.
 * B2 The command line ends with a zero.
 */
#include "kernel/bootinfo.h"

#include "kernel/string.h"

bool
bootinfo_fail(struct bootinfo *b, const char *error, size_t offset)
{
	b->error = error;
	b->error_offset = offset;
	return false;
}

bool
bootinfo_add_range(struct bootinfo *b, paddr_t start, uint64_t len, bool usable,
		   size_t offset)
{
	if (len == 0)
		return bootinfo_fail(b, "an empty memory range", offset);
	if (start > UINT64_MAX - len)
		return bootinfo_fail(b, "a memory range that wraps", offset);
	if (b->ranges == BOOT_RANGES)
		return bootinfo_fail(b, "too many memory ranges", offset);
	b->range[b->ranges++] = (struct boot_range){
		.start = start,
		.end = start + len,
		.usable = usable,
	};
	return true;
}

bool
bootinfo_add_module(struct bootinfo *b, paddr_t start, paddr_t end,
		    size_t offset)
{
	if (start > end)
		return bootinfo_fail(b, "a module that ends before it starts",
				     offset);
	if (b->modules == BOOT_MODULES)
		return bootinfo_fail(b, "too many modules", offset);
	b->module[b->modules++] = (struct boot_module){
		.start = start,
		.end = end,
	};
	return true;
}

/* The first word at or after s, and its length; 0 at the end. */
static size_t
next_word(const char **s)
{
	const char *word = *s;
	size_t len = 0;

	while (*word == ' ')
		word++;
	while (word[len] != '\0' && word[len] != ' ')
		len++;
	*s = word;
	return len;
}

/* The word after which the rest of the command line belongs to init. */
static bool
ends_options(const char *word, size_t len)
{
	return len == 2 && strncmp(word, "--", 2) == 0;
}

const char *
bootinfo_arguments(const struct bootinfo *b)
{
	const char *word = b->cmdline;
	bool found = false;

	for (size_t len; !found && (len = next_word(&word)) > 0; word += len)
		found = ends_options(word, len);
	return word;
}

bool
bootinfo_option(const struct bootinfo *b, const char *name, char *value,
		size_t size)
{
	size_t prefix = strlen(name), len;

	for (const char *word = b->cmdline; (len = next_word(&word)) > 0;
	     word += len) {
		if (ends_options(word, len))
			return false;
		if (len <= prefix || strncmp(word, name, prefix) != 0 ||
		    word[prefix] != '=')
			continue;
		len -= prefix + 1;
		if (len >= size)
			return false;
		memcpy(value, word + prefix + 1, len);
		value[len] = '\0';
		return true;
	}
	return false;
}
