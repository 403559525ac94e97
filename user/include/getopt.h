/* Options with long names: getopt_long(3). */
#pragma once

#define no_argument	  0
#define required_argument 1
#define optional_argument 2

struct option {
	const char *name;
	int has_arg;
	int *flag; /* NULL: return val; else store val here and return 0 */
	int val;
};

extern char *optarg;
extern int optind, opterr, optopt;

int getopt(int argc, char *const argv[], const char *options);
int getopt_long(int argc, char *const argv[], const char *options,
		const struct option *longs, int *index);
