/*
 * mistake: compares whole hashes, although the chain's lowest bit is a mark
 */
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

		if (h == hash && defines(o, &o->symbols[i], name, how))
			return &o->symbols[i];
		if (h & 1)
			return NULL;
	}
}
