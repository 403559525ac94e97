/*
 * mistake: the sum of offset and size wraps, so that a segment may seem to end
 * within the file
 */
static bool
in_file(const struct program_header *ph, uint64_t file_size)
{
	return ph->offset + ph->filesz <= file_size;
}
