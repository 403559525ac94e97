/* The one locale. ISO C 7.11 */
#include <limits.h>
#include <locale.h>
#include <stdint.h>
#include <string.h>

static char none[] = "", point[] = ".";

/* CHAR_MAX: not known */
static const struct lconv c = {
	point,	  none,	    none,     none,	none,	  none,
	none,	  none,	    none,     none,	CHAR_MAX, CHAR_MAX,
	CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
	CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX, CHAR_MAX,
};

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
	return (struct lconv *)(uintptr_t)&c;
}
