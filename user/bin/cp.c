/*
 * Copies a file to another name, or several into a directory.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* => 0, or -1 with errno set */
static int
copy_bytes(int from, int to)
{
	static char buf[4096];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		for (ssize_t done = 0; done < n;) {
			ssize_t w = write(to, buf + done, (size_t)(n - done));

			if (w < 0)
				return -1;
			done += w;
		}
	return n < 0 ? -1 : 0;
}

static int
complain(const char *path)
{
	fprintf(stderr, "cp: ");
	perror(path);
	return 1;
}

static int
copy(const char *from, const char *to)
{
	struct stat a, b;
	int in, out, result;

	if (stat(from, &a))
		return complain(from);
	if (S_ISDIR(a.st_mode) || (stat(to, &b) == 0 && a.st_ino == b.st_ino &&
				   a.st_dev == b.st_dev)) {
		fprintf(stderr, "cp: %s: is a directory, or the same file\n",
			from);
		return 1;
	}
	in = open(from, O_RDONLY);
	if (in < 0)
		return complain(from);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, a.st_mode & 0777);
	if (out < 0) {
		close(in);
		return complain(to);
	}
	result = copy_bytes(in, out) ? complain(to) : 0;
	close(in);
	close(out);
	return result;
}

static int
copy_into(const char *from, const char *directory)
{
	const char *slash = strrchr(from, '/');
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", directory,
		 slash ? slash + 1 : from);
	return copy(from, path);
}

int
main(int argc, char *argv[])
{
	struct stat st;
	const char *to = argv[argc - 1];
	int failed = 0, into;

	if (argc < 3) {
		fprintf(stderr, "usage: cp FROM TO\n"
				"       cp FILE... DIRECTORY\n");
		return 2;
	}
	into = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
	if (argc > 3 && !into) {
		fprintf(stderr, "cp: %s: not a directory\n", to);
		return 2;
	}
	for (int i = 1; i < argc - 1; i++)
		failed |= into ? copy_into(argv[i], to) : copy(argv[i], to);
	return failed;
}
