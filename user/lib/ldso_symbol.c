/*
 * From a name to its definition, by the hash tables in the objects.
 *
 * The GNU table of an object (DT_GNU_HASH), in 32-bit words:
 *
 *	buckets | first | bloom words | shift |
 *	bloom filter: 64-bit words | bucket[buckets] | chain[symbols - first]
 *
 * Symbols from number `first` on are sorted by bucket; bucket[hash % buckets]
 * is the first of its symbols (0: none), and chain[i - first] is the hash of
 * symbol i, except that its lowest bit says "last of this bucket". The Bloom
 * filter answers most questions for names that are not there with one read.
 */
#include "ldso.h"

#include "libc.h"

static uint32_t
gnu_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

/* System V's older hash. gABI, figure 5-13 */
static uint32_t
sysv_hash(const char *name)
{
	uint32_t h = 0;

	for (; *name; name++) {
		h = (h << 4) + (unsigned char)*name;
		h ^= h >> 24 & 0xf0;
	}
	return h & 0x0fffffff;
}

/* Does this symbol define the name for a lookup of that kind? */
static bool
defines(const struct object *o, const Elf64_Sym *symbol, const char *name,
	enum lookup how)
{
	if (symbol->st_value == 0 ||
	    ELF64_ST_TYPE(symbol->st_info) == STT_TLS ||
	    ELF64_ST_BIND(symbol->st_info) == STB_LOCAL)
		return false;
	/* Undefined, but with a value: the function's PLT entry in a program
	 * that took its address. All pointers to it must be that one. */
	if (symbol->st_shndx == SHN_UNDEF && how != LOOKUP_ADDRESS)
		return false;
	return __dl_same(o->strings + symbol->st_name, name);
}

static const Elf64_Sym *
find_gnu(const struct object *o, const char *name, uint32_t hash,
	 enum lookup how)
{
	const uint32_t *table = o->gnu_hash;
	uint32_t buckets = table[0], first = table[1], words = table[2];
	const uint64_t *bloom = (const uint64_t *)(const void *)(table + 4);
	const uint32_t *bucket = (const uint32_t *)(bloom + words);
	const uint32_t *chain = bucket + buckets;
	uint64_t mask = 1ULL << hash % 64 | 1ULL << (hash >> table[3]) % 64;
	uint32_t i;

	if ((bloom[hash / 64 % words] & mask) != mask)
		return NULL;
	i = bucket[hash % buckets];
	if (i < first)
		return NULL;
	for (;; i++) {
		uint32_t h = chain[i - first];

		if ((h | 1) == (hash | 1) &&
		    defines(o, &o->symbols[i], name, how))
			return &o->symbols[i];
		if (h & 1)
			return NULL;
	}
}

/* DT_HASH: buckets | symbols | bucket[] | chain[]: the next in the bucket */
static const Elf64_Sym *
find_sysv(const struct object *o, const char *name, enum lookup how)
{
	uint32_t buckets = o->hash[0];
	const uint32_t *bucket = o->hash + 2;
	const uint32_t *chain = bucket + buckets;

	for (uint32_t i = bucket[sysv_hash(name) % buckets]; i; i = chain[i])
		if (defines(o, &o->symbols[i], name, how))
			return &o->symbols[i];
	return NULL;
}

/*
 * The first object that defines the name wins: so a program can put its own
 * function or variable in place of a library's.
 */
bool
__dl_lookup(const struct objects *all, const char *name, enum lookup how,
	    struct definition *def)
{
	uint32_t hash = gnu_hash(name);
	size_t i = how == LOOKUP_COPY ? 1 : 0; /* not the copy itself */

	for (; i < all->count; i++) {
		def->object = &all->list[i];
		def->symbol = NULL;
		if (def->object->gnu_hash)
			def->symbol = find_gnu(def->object, name, hash, how);
		else if (def->object->hash)
			def->symbol = find_sysv(def->object, name, how);
		if (def->symbol)
			return true;
	}
	return false;
}
