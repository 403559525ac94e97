/*
 * mistake: nobody asks whether a page of memory can show a page of the file
 */
static bool
pages_agree(const struct program_header *ph)
{
	return (ph->align & (ph->align - 1)) == 0;
}
