/*
 * Shared objects made by hand for host tests: symbols, strings and hash tables
 * in memory, as a static linker would have written them into a file.
 *
 *	strings | hash table | symbols | data
 *
 * Each part begins on a page of its own, so that a test can close pages and see
 * whether a look-up goes there. Also here: what the linker's other files do for
 * the two under test.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "user/lib/ldso.h"

enum {
	OBJECT_PAGE = 4096,
	DATA_SIZE = 4 * OBJECT_PAGE,
	OBJECT_RELOCATIONS = 16,
	BLOOM_WORDS = OBJECT_PAGE / 8,
	BLOOM_SHIFT = 9,
};

enum binding { BIND_LOCAL, BIND_GLOBAL, BIND_WEAK };
enum type { TYPE_NONE, TYPE_DATA, TYPE_CODE, TYPE_TLS = 6 };

/* One symbol. at: its place in the object's data; 0: undefined. */
struct made_symbol {
	const char *name;
	enum binding binding;
	enum type type;
	uint64_t at;
	uint64_t size;
	bool undefined; /* though it has a value: a PLT entry */
};

struct made {
	struct object object;
	unsigned char *data; /* base + at: DATA_SIZE bytes */
	Elf64_Rela relocations[OBJECT_RELOCATIONS];
	Elf64_Sym *symbols;
	size_t count;		      /* of symbols */
	unsigned char *bloom;	      /* a page and only the filter in it */
	unsigned char *buckets, *end; /* what is behind it in the table */
	uint32_t bucket_count, first;
};

/* Which table is made. */
enum table { TABLE_GNU, TABLE_SYSV };

static struct objects the_list;
static struct made the_program, lib_one;

static inline void *
object_pages(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

/* The GNU hash of a name, as the tables have it. */
static inline uint32_t
object_hash(const char *name)
{
	uint32_t h = 5381;

	while (*name)
		h = (h << 5) + h + (uint8_t)*name++;
	return h;
}

static inline uint32_t
object_old_hash(const char *name)
{
	uint32_t h = 0, g;

	while (*name) {
		h = (h << 4) + (uint8_t)*name++;
		g = h & 0xf0000000;
		h ^= g >> 24;
		h &= ~g;
	}
	return h;
}

/* A symbol that nobody can find is not in the GNU table. */
static inline bool
object_hashed(const struct made_symbol *s)
{
	return s->at != 0 && s->binding != BIND_LOCAL;
}

/* What by_bucket compares by. */
static const struct made *sorted_for;
static const struct made_symbol *sorted_list;

static inline int
object_by_bucket(const void *a, const void *b)
{
	const struct made_symbol *x = &sorted_list[*(const size_t *)a];
	const struct made_symbol *y = &sorted_list[*(const size_t *)b];
	uint32_t n = sorted_for->bucket_count;

	if (!object_hashed(x) || !object_hashed(y))
		return object_hashed(x) - object_hashed(y);
	if (object_hash(x->name) % n != object_hash(y->name) % n)
		return object_hash(x->name) % n < object_hash(y->name) % n ? -1
									   : 1;
	return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

static inline void
object_put_symbols(struct made *m, const struct made_symbol *list, size_t count,
		   const size_t *order)
{
	size_t room = count * 64 + 64, used = 1;
	char *strings = object_pages(room);

	m->symbols = object_pages((count + 1) * sizeof(Elf64_Sym));
	m->count = count + 1;
	for (size_t i = 0; i < count; i++) {
		const struct made_symbol *s = &list[order[i]];
		Elf64_Sym *e = &m->symbols[i + 1];

		e->st_name = (Elf64_Word)used;
		e->st_info = (unsigned char)(s->binding << 4 | s->type);
		e->st_shndx = s->undefined || !s->at ? SHN_UNDEF : 1;
		e->st_value = s->at;
		e->st_size = s->size;
		strcpy(strings + used, s->name);
		used += strlen(s->name) + 1;
	}
	m->object.strings = strings;
	m->object.symbols = m->symbols;
}

/* The words before the filter end a page, the filter is the next one. */
static inline void
object_put_gnu(struct made *m)
{
	const char *strings = m->object.strings;
	size_t tail = (m->bucket_count + m->count) * 4;
	unsigned char *start = object_pages(2 * OBJECT_PAGE + tail);
	uint32_t *table = (uint32_t *)(start + OBJECT_PAGE - 16);
	uint64_t *bloom = (uint64_t *)(start + OBJECT_PAGE);
	uint32_t *bucket = (uint32_t *)(start + 2 * OBJECT_PAGE);
	uint32_t *chain = bucket + m->bucket_count;

	table[0] = m->bucket_count;
	table[1] = m->first;
	table[2] = BLOOM_WORDS;
	table[3] = BLOOM_SHIFT;
	for (uint32_t i = m->first; i < m->count; i++) {
		uint32_t h = object_hash(strings + m->symbols[i].st_name);
		uint32_t b = h % m->bucket_count;
		bool last = i + 1 == m->count ||
			    object_hash(strings + m->symbols[i + 1].st_name) %
					    m->bucket_count !=
				    b;

		bloom[h / 64 % BLOOM_WORDS] |=
			1ULL << h % 64 | 1ULL << (h >> BLOOM_SHIFT) % 64;
		if (!bucket[b])
			bucket[b] = i;
		chain[i - m->first] = (h & ~1u) | last;
	}
	m->object.gnu_hash = table;
	m->bloom = start + OBJECT_PAGE;
	m->buckets = start + 2 * OBJECT_PAGE;
	m->end = m->buckets + tail;
}

static inline void
object_put_sysv(struct made *m)
{
	uint32_t n = m->bucket_count;
	uint32_t *table = object_pages((2 + n + m->count) * 4);

	table[0] = n;
	table[1] = (uint32_t)m->count;
	for (uint32_t i = (uint32_t)m->count - 1; i > 0; i--) {
		const char *name = m->object.strings + m->symbols[i].st_name;
		uint32_t *bucket = &table[2 + object_old_hash(name) % n];

		table[2 + n + i] = *bucket;
		*bucket = i;
	}
	m->object.hash = table;
}

static inline void
object_make(struct made *m, const char *name, const struct made_symbol *list,
	    size_t count, enum table table)
{
	size_t *order = malloc((count + 1) * sizeof(*order));

	memset(m, 0, sizeof(*m));
	m->object.name = name;
	m->data = object_pages(DATA_SIZE);
	m->object.base = (uintptr_t)m->data;
	m->object.data.first = m->object.plt.first = m->relocations;
	m->bucket_count = (uint32_t)count / 4 + 1;
	m->first = 1;
	for (size_t i = 0; i < count; i++) {
		order[i] = i;
		m->first += !object_hashed(&list[i]);
	}
	sorted_for = m;
	sorted_list = list;
	if (table == TABLE_GNU)
		qsort(order, count, sizeof(*order), object_by_bucket);
	object_put_symbols(m, list, count, order);
	if (table == TABLE_GNU)
		object_put_gnu(m);
	else
		object_put_sysv(m);
	free(order);
}

/* Number of a symbol, by name. */
static inline uint32_t
object_symbol(const struct made *m, const char *name)
{
	for (uint32_t i = 1; i < m->count; i++)
		if (!strcmp(m->object.strings + m->symbols[i].st_name, name))
			return i;
	abort();
}

/* Adds a relocation of the data at `where`. */
static inline void
object_data(struct made *m, uint64_t where, uint32_t type, const char *symbol,
	    int64_t addend)
{
	uint64_t number = symbol ? object_symbol(m, symbol) : 0;
	struct relocations *list = &m->object.data;

	m->relocations[list->count++] =
		(Elf64_Rela){where, number << 32 | type, addend};
	m->object.plt.first = m->relocations + list->count;
}

/* The same for a function called. No object_data() after it. */
static inline void
object_plt(struct made *m, uint64_t where, const char *symbol)
{
	struct relocations *list = &m->object.plt;
	size_t at = m->object.data.count + list->count++;

	m->relocations[at] = (Elf64_Rela){
		where, (uint64_t)object_symbol(m, symbol) << 32 | 7, 0};
}

/* ---- What the rest of the linker does */

static unsigned long compared; /* names, since reset */
static jmp_buf failed;
static char reason[300];

long object_kernel(long number, ...);

/* No system call has a place in what is tested here. */
long
object_kernel(long number, ...)
{
	(void)number;
	return -38;
}

bool
__dl_same(const char *a, const char *b)
{
	compared++;
	return strcmp(a, b) == 0;
}

_Noreturn void
__dl_fail(const char *object, const char *what, const char *detail)
{
	snprintf(reason, sizeof(reason), "%s: %s%s", object, what, detail);
	longjmp(failed, 1);
}

/* Whether the statement ends in __dl_fail; the text is then in reason. */
#define dies(statement)             \
	(setjmp(failed) ? true : ({ \
		reason[0] = '\0';   \
		statement;          \
		false;              \
	}))

/* The list of objects: up to three. */
static inline void
make_list(const struct made *a, const struct made *b, const struct made *c)
{
	const struct made *each[] = {a, b, c};

	memset(&the_list, 0, sizeof(the_list));
	for (int i = 0; i < 3 && each[i]; i++)
		the_list.list[the_list.count++] = each[i]->object;
}
