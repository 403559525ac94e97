/*
 * mistake: hashes plain char, which is signed: names beyond ASCII are not found
 */
static uint32_t
gnu_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (uint32_t)*name;
	return h;
}
