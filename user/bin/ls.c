/*
 * Lists files and directories: -l with type, rights, size and number, -a with
 * the names that begin with a dot.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WIDTH = 80,
	PATH_SIZE = 512,
};

static int long_form, all;

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char
type_letter(mode_t mode)
{
	return S_ISDIR(mode)   ? 'd'
	       : S_ISCHR(mode) ? 'c'
	       : S_ISLNK(mode) ? 'l'
			       : '-';
}

static int
complain(const char *path)
{
	fprintf(stderr, "ls: ");
	perror(path);
	return 1;
}

static int
print_long(const char *path, const char *name)
{
	static const char rights[] = "rwxrwxrwx";
	struct stat st;
	char mode[11] = "";

	if (lstat(path, &st))
		return complain(path);
	mode[0] = type_letter(st.st_mode);
	for (int i = 0; i < 9; i++)
		mode[1 + i] = st.st_mode & (0400 >> i) ? rights[i] : '-';
	printf("%s %3lu %10ld %6lu %s\n", mode, (unsigned long)st.st_nlink,
	       (long)st.st_size, (unsigned long)st.st_ino, name);
	return 0;
}

/* Sorted down the columns, as many as fit. */
static void
print_columns(char **names, size_t count)
{
	size_t width = 1, columns, rows;

	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) + 2 > width)
			width = strlen(names[i]) + 2;
	columns = isatty(1) && width < WIDTH ? WIDTH / width : 1;
	rows = (count + columns - 1) / columns;
	for (size_t row = 0; row < rows; row++)
		for (size_t i = row; i < count; i += rows)
			if (i + rows < count)
				printf("%-*s", (int)width, names[i]);
			else
				puts(names[i]);
}

/* Reads the names of a directory, sorted. => how many, or -1 */
static long
read_names(const char *path, char ***names)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t count = 0, room = 0;

	if (!dir)
		return -1;
	*names = NULL;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' && !all)
			continue;
		if (count == room) {
			room = room ? 2 * room : 16;
			*names = realloc(*names, room * sizeof(**names));
		}
		if (!*names || !((*names)[count] = strdup(entry->d_name))) {
			fprintf(stderr, "ls: out of memory\n");
			exit(1);
		}
		count++;
	}
	closedir(dir);
	if (count)
		qsort(*names, count, sizeof(**names), compare);
	return (long)count;
}

static int
list_directory(const char *path)
{
	char **names, full[PATH_SIZE];
	long count = read_names(path, &names);
	int failed = 0;

	if (count < 0)
		return complain(path);
	if (!long_form)
		print_columns(names, (size_t)count);
	for (long i = 0; i < count; i++) {
		snprintf(full, sizeof(full), "%s/%s", path, names[i]);
		if (long_form)
			failed |= print_long(full, names[i]);
		free(names[i]);
	}
	free(names);
	return failed;
}

static int
list(const char *path, int heading)
{
	struct stat st;

	if (stat(path, &st))
		return complain(path);
	if (S_ISDIR(st.st_mode)) {
		if (heading)
			printf("%s:\n", path);
		return list_directory(path);
	}
	if (long_form)
		return print_long(path, path);
	puts(path);
	return 0;
}

int
main(int argc, char *argv[])
{
	int c, failed = 0;

	while ((c = getopt(argc, argv, "la")) != -1)
		if (c == 'l')
			long_form = 1;
		else if (c == 'a')
			all = 1;
		else
			return 2;
	if (optind == argc)
		return list(".", 0);
	for (int i = optind; i < argc; i++)
		failed |= list(argv[i], argc - optind > 1);
	return failed;
}
