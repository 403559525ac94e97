/* The one locale. ISO C 7.11 */
#include <limits.h>
#include <locale.h>
#include <string.h>

char *
setlocale(int category, const char *locale)
{
	static char name[] = "C";

	if (category < 0 || category > LC_ALL)
		return NULL;
	if (locale && *locale && strcmp(locale, "C") != 0 &&
	    strcmp(locale, "POSIX") != 0)
		return NULL;
	return name;
}

struct lconv *
localeconv(void)
{
	static char point[] = ".", none[] = "";
	static struct lconv c;
	char **text = &c.decimal_point;

	memset(&c, CHAR_MAX, sizeof(c)); /* each char: not known */
	for (char **end = &c.negative_sign; text <= end; text++)
		*text = none;
	c.decimal_point = point;
	return &c;
}
