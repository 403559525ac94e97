/*
 * Copies files ("-" or none: the standard input) to the standard output.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* => 0, or -1 with errno set */
static int
copy(int fd)
{
	static char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t done = 0; done < n;) {
			ssize_t w = write(1, buf + done, (size_t)(n - done));

			if (w < 0)
				return -1;
			done += w;
		}
	return n < 0 ? -1 : 0;
}

static int
copy_file(const char *name)
{
	int fd, result;

	if (strcmp(name, "-") == 0)
		return copy(0);
	fd = open(name, O_RDONLY);
	if (fd < 0)
		return -1;
	result = copy(fd);
	close(fd);
	return result;
}

int
main(int argc, char *argv[])
{
	int failed = 0;

	if (argc == 1)
		return copy(0) ? 1 : 0;
	for (int i = 1; i < argc; i++)
		if (copy_file(argv[i])) {
			fprintf(stderr, "cat: ");
			perror(argv[i]);
			failed = 1;
		}
	return failed;
}
