/* fnmatch and glob. */
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

#include "tap.h"

static void
names(void)
{
	static const struct {
		const char *pattern, *name;
		int flags, result;
	} cases[] = {
		{"*", "abc", 0, 0},
		{"", "", 0, 0},
		{"?", "", 0, FNM_NOMATCH},
		{"a*b*c", "aXbXXbc", 0, 0},
		{"a*b*c", "aXbXXbd", 0, FNM_NOMATCH},
		{"**", "x", 0, 0},
		{"[a-c]?", "bz", 0, 0},
		{"[!a-c]?", "bz", 0, FNM_NOMATCH},
		{"[]x]", "]", 0, 0},
		{"[", "[", 0, 0},
		{"[[:digit:]]", "7", 0, 0},
		{"[[:xdigit:]]", "g", 0, FNM_NOMATCH},
		{"\\*", "*", 0, 0},
		{"\\*", "a", 0, FNM_NOMATCH},
		{"\\*", "\\a", FNM_NOESCAPE, 0},
		{"a*", "a/b", 0, 0},
		{"a*", "a/b", FNM_PATHNAME, FNM_NOMATCH},
		{"a[/]b", "a/b", FNM_PATHNAME, FNM_NOMATCH},
		{"*", ".a", FNM_PERIOD, FNM_NOMATCH},
		{".*", ".a", FNM_PERIOD, 0},
		{"a/*", "a/.b", FNM_PERIOD, 0},
		{"a/*", "a/.b", FNM_PERIOD | FNM_PATHNAME, FNM_NOMATCH},
		{"ABC", "abc", FNM_CASEFOLD, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is(fnmatch(cases[i].pattern, cases[i].name, cases[i].flags),
		   cases[i].result, "'%s' and '%s'", cases[i].pattern,
		   cases[i].name);
}

static void
make(const char *path)
{
	need(close(open(path, O_CREAT | O_WRONLY, 0644)) == 0, path);
}

static void
paths(void)
{
	glob_t g;

	need(mkdir("/tmp/g", 0755) == 0, "mkdir");
	need(mkdir("/tmp/g/d2", 0755) == 0 && mkdir("/tmp/g/d1", 0755) == 0,
	     "mkdir");
	make("/tmp/g/d1/x.c");
	make("/tmp/g/d2/y.c");
	make("/tmp/g/d2/.z.c");
	is(glob("/tmp/g/d?/*.c", 0, NULL, &g), 0, "two levels");
	is(g.gl_pathc, 2, "hidden ones are not found");
	is_string(g.gl_pathv[0], "/tmp/g/d1/x.c", "in order");
	is_string(g.gl_pathv[1], "/tmp/g/d2/y.c", "both");
	is(glob("/tmp/g/*", GLOB_MARK | GLOB_APPEND, NULL, &g), 0, "more");
	is(g.gl_pathc, 4, "appended");
	is_string(g.gl_pathv[2], "/tmp/g/d1/", "marked as a directory");
	globfree(&g);
	is(glob("/tmp/g/*.o", 0, NULL, &g), GLOB_NOMATCH, "no match");
	globfree(&g);
	is(glob("/tmp/g/*.o", GLOB_NOCHECK, NULL, &g), 0, "or the pattern");
	is_string(g.gl_pathv[0], "/tmp/g/*.o", "itself");
	globfree(&g);
	remove("/tmp/g/d1/x.c");
	remove("/tmp/g/d2/y.c");
	remove("/tmp/g/d2/.z.c");
	remove("/tmp/g/d1");
	remove("/tmp/g/d2");
	is(remove("/tmp/g"), 0, "nothing is left");
}

int
main(void)
{
	names();
	paths();
	return done();
}
