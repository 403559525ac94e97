/* Opening, reading, writing and closing files; the errors of descriptors. */
#include "case.h"

CASE(open_missing)
{
	show(open("missing", O_RDONLY));
	show(open("missing/below", O_RDONLY));
	show(open("", O_RDONLY));
}

CASE(bad_descriptors)
{
	char c;

	show(read(99, &c, 1));
	show(close(-1));
}
