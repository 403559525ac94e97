/*
 * Arguments that are texts: paths, mostly.
 *
 * What destroys gets paths of ours only, and links that lead only where names of
 * ours are looked for. Regular files of others are not even opened: linkat gives
 * what is open a name. The run has to leave the tree as it was.
 */
#include <string.h>

#include "calls.h"

static const char *const names[] = {
	"a",	    "b",	"c",	       "d",	    "d/a",
	"d/b",	    "d/e",	"d/e/a",       "l",	    "l/a",
	"./d/../a", "a/",	"d/",	       "//d//a",    "./l/",
	"/tmp/f",   "/tmp/f/a", "/tmp/f/d/l",  "/tmp/f/d/", "/tmp/f/l/e",
	"",	    "l/l/l",	"d/e/../../b",
};

static const char *const others[] = {
	".",
	"..",
	"/",
	"/proc",
	"/proc/self",
	"/proc/self/fd",
	"/proc/self/fd/5",
	"/proc/self/exe",
	"/proc/self/cwd",
	"/proc/self/root",
	"/proc/self/maps",
	"/proc/self/smaps",
	"/proc/self/stat",
	"/proc/self/status",
	"/proc/self/cmdline",
	"/proc/self/environ",
	"/proc/self/pagemap",
	"/proc/self/mem",
	"/proc/self/task",
	"/proc/1/maps",
	"/proc/1/pagemap",
	"/proc/1/fd",
	"/proc/meminfo",
	"/proc/stat",
	"/proc/uptime",
	"/proc/mounts",
	"/proc/loadavg",
	"/proc/99999",
	"/dev/null",
	"/dev/zero",
	"/dev/tty",
	"/dev/console",
	"/dev/urandom",
	"/dev/full",
	"/bin",
	"../../../..",
	"/bin/ls/x",
	"/dev/null/",
};

/* Links that lead only where names of ours are looked for. */
static const char *const targets[] = {
	"a", "d", "l", ".", "..", "d/e", "/tmp/f/d", "l/l", "/", "//", "../..",
};

static const char *const programs[] = {
	"/fuzz/nothing", "/fuzz/nothing", "/bin/true", "a", "d", "/proc/self",
};

void *
scratch(struct worker *w, size_t len)
{
	void *p;

	if (w->used + len > SCRATCH)
		w->used = 0;
	p = w->scratch + w->used;
	w->used += (len + 15) & ~15ul;
	return p;
}

static uint64_t
string(struct worker *w, const char *text)
{
	size_t len = strlen(text) + 1;
	char *at = scratch(w, len);

	memcpy(at, text, len);
	return (uintptr_t)at;
}

/* A name at the limit of what a name, or a path, may be. */
static uint64_t
long_path(struct worker *w)
{
	static const size_t lengths[] = {254, 255, 256, 4094, 4095, 4096, 5000};
	size_t len = PICK(&w->r, lengths);
	int slashes = one_in(&w->r, 2);
	char *at = scratch(w, len + 1);

	for (size_t i = 0; i < len; i++)
		at[i] = slashes && i % 2 ? '/' : i % 2 ? 'n' : '.';
	at[len] = '\0';
	return (uintptr_t)at;
}

uint64_t
path_own(struct worker *w)
{
	switch (below(&w->r, 64)) {
	case 0:
		return one_in(&w->r, 8) ? long_path(w) : string(w, "a");
	case 1: /* at the end of a page, perhaps without a zero */
		return (uintptr_t)ARENA + below(&w->r, ARENA_PAGES) * PAGE +
		       PAGE - 1 - below(&w->r, 8);
	case 2:
		return draw(&w->r);
	default:
		return string(w, PICK(&w->r, names));
	}
}

uint64_t
path_any(struct worker *w)
{
	return one_in(&w->r, 2) ? path_own(w) : string(w, PICK(&w->r, others));
}

uint64_t
path_target(struct worker *w)
{
	return string(w, PICK(&w->r, targets));
}

uint64_t
path_program(struct worker *w)
{
	return string(w, PICK(&w->r, programs));
}
