/*
 * Options of the command line. POSIX getopt: the first operand ends them; GNU's
 * getopt_long takes --name, --name=value and --name value as well.
 *
 * Owns: optarg, optind, opterr, optopt.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

char *optarg;
int optind = 1, opterr = 1, optopt;

static const char *rest; /* of a word such as -abc, behind the last option */

static int
complain(char *const argv[], const char *options, const char *what,
	 const char *name, int result)
{
	if (opterr && *options != ':')
		fprintf(stderr, "%s: %s: %s\n", argv[0], what, name);
	return result;
}

static int
unknown(char *const argv[], const char *options, const char *name)
{
	return complain(argv, options, "unknown option", name, '?');
}

static int
missing(char *const argv[], const char *options, const char *name)
{
	return complain(argv, options, "option needs an argument", name,
			*options == ':' ? ':' : '?');
}

/* The next letter of rest. */
static int
short_option(int argc, char *const argv[], const char *options)
{
	char letter = *rest++;
	const char name[] = {'-', letter, '\0'};
	const char *found = letter == ':' ? NULL : strchr(options, letter);

	optopt = letter;
	if (!*rest) {
		rest = NULL;
		optind++;
	}
	if (!found)
		return unknown(argv, options, name);
	if (found[1] != ':')
		return letter;
	if (rest) {
		optarg = (char *)(uintptr_t)rest;
		optind++;
	} else if (found[2] != ':') { /* "a::" takes only -avalue */
		if (optind >= argc)
			return missing(argv, options, name);
		optarg = argv[optind++];
	}
	rest = NULL;
	return letter;
}

/* The option called by the n characters at name; a unique beginning will do. */
static const struct option *
find_long(const struct option *longs, const char *name, size_t n)
{
	const struct option *only = NULL;
	int matches = 0;

	for (; longs->name; longs++) {
		if (strncmp(longs->name, name, n) != 0)
			continue;
		if (longs->name[n] == '\0')
			return longs;
		only = longs;
		matches++;
	}
	return matches == 1 ? only : NULL;
}

/* The word --name or --name=value. */
static int
long_option(int argc, char *const argv[], const char *options,
	    const struct option *longs, int *index)
{
	const char *word = argv[optind++];
	const char *value = strchr(word, '=');
	size_t n = (value ? (size_t)(value - word) : strlen(word)) - 2;
	const struct option *o = find_long(longs, word + 2, n);

	optopt = o ? o->val : 0;
	if (!o)
		return unknown(argv, options, word);
	if (value && o->has_arg == no_argument)
		return complain(argv, options, "option takes no argument", word,
				'?');
	if (value) {
		optarg = (char *)(uintptr_t)(value + 1);
	} else if (o->has_arg == required_argument) {
		if (optind >= argc)
			return missing(argv, options, word);
		optarg = argv[optind++];
	}
	if (index)
		*index = (int)(o - longs);
	if (!o->flag)
		return o->val;
	*o->flag = o->val;
	return 0;
}

int
getopt_long(int argc, char *const argv[], const char *options,
	    const struct option *longs, int *index)
{
	const char *word;

	optarg = NULL;
	if (optind == 0) { /* start again */
		optind = 1;
		rest = NULL;
	}
	if (rest)
		return short_option(argc, argv, options);
	if (optind >= argc)
		return -1;
	word = argv[optind];
	if (word[0] != '-' || word[1] == '\0')
		return -1;
	if (strcmp(word, "--") == 0) {
		optind++;
		return -1;
	}
	if (longs && word[1] == '-')
		return long_option(argc, argv, options, longs, index);
	rest = word + 1;
	return short_option(argc, argv, options);
}

int
getopt(int argc, char *const argv[], const char *options)
{
	return getopt_long(argc, argv, options, NULL, NULL);
}
