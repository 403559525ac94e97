/*
 * Renames a file or directory, or moves several into a directory.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int
move(const char *from, const char *to, int into)
{
	const char *slash = strrchr(from, '/');
	char path[512];

	snprintf(path, sizeof(path), into ? "%s/%s" : "%s", to,
		 slash ? slash + 1 : from);
	if (rename(from, path) == 0)
		return 0;
	fprintf(stderr, "mv: %s to ", from);
	perror(path);
	return 1;
}

int
main(int argc, char *argv[])
{
	struct stat st;
	int failed = 0, into;

	if (argc < 3) {
		fprintf(stderr, "usage: mv FROM TO\n"
				"       mv FILE... DIRECTORY\n");
		return 2;
	}
	into = stat(argv[argc - 1], &st) == 0 && S_ISDIR(st.st_mode);
	if (argc > 3 && !into) {
		fprintf(stderr, "mv: %s: not a directory\n", argv[argc - 1]);
		return 2;
	}
	for (int i = 1; i < argc - 1; i++)
		failed |= move(argv[i], argv[argc - 1], into);
	return failed;
}
