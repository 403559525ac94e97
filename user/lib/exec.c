/*
 * The family of exec: the arguments as an array or one by one, the program by
 * path or looked for in PATH.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc.h"

static const char default_path[] = "/bin:/usr/bin";

int
execve(const char *path, char *const argv[], char *const envp[])
{
	return call(SYS_execve, path, argv, envp);
}

int
fexecve(int fd, char *const argv[], char *const envp[])
{
	return call(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
}

int
execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

/* dir/file, where dir ends at a colon; an empty one is the current directory */
static bool
join(char path[PATH_MAX], const char *dir, size_t n, const char *file)
{
	if (n + strlen(file) + 2 > PATH_MAX)
		return false;
	memcpy(path, dir, n);
	if (n > 0)
		path[n++] = '/';
	strcpy(path + n, file);
	return true;
}

/* Tries each directory; one that may not be entered is told only if the file is
 * nowhere else. */
static int
search(char path[PATH_MAX], const char *file, char *const argv[],
       char *const envp[])
{
	const char *dir = getenv("PATH");
	int error = ENOENT;

	if (!dir)
		dir = default_path;
	for (;; dir++) {
		size_t n = strcspn(dir, ":");

		if (join(path, dir, n, file))
			execve(path, argv, envp);
		if (errno == EACCES)
			error = EACCES;
		else if (errno != ENOENT && errno != ENOTDIR)
			return -1;
		dir += n;
		if (!*dir)
			break;
	}
	errno = error;
	return -1;
}

int
execvpe(const char *file, char *const argv[], char *const envp[])
{
	char *path;
	int error;

	if (!*file) {
		errno = ENOENT;
		return -1;
	}
	if (strchr(file, '/'))
		return execve(file, argv, envp);
	path = malloc(PATH_MAX);
	if (!path)
		return -1;
	search(path, file, argv, envp);
	error = errno;
	free(path);
	errno = error;
	return -1;
}

int
execvp(const char *file, char *const argv[])
{
	return execvpe(file, argv, environ);
}

/* The arguments from first to NULL as an array, by malloc; or NULL. */
static char **
gather(const char *first, va_list args)
{
	size_t count = 1;
	va_list again;
	char **argv;

	va_copy(again, args);
	while (va_arg(again, char *))
		count++;
	va_end(again);
	argv = malloc((count + 1) * sizeof(*argv));
	if (!argv)
		return NULL;
	argv[0] = (char *)(uintptr_t)first;
	for (size_t i = 1; i <= count; i++)
		argv[i] = va_arg(args, char *);
	return argv;
}

int
execl(const char *path, const char *arg, ...)
{
	va_list args;
	char **argv;

	va_start(args, arg);
	argv = gather(arg, args);
	va_end(args);
	if (argv)
		execv(path, argv);
	free(argv);
	return -1;
}

int
execlp(const char *file, const char *arg, ...)
{
	va_list args;
	char **argv;

	va_start(args, arg);
	argv = gather(arg, args);
	va_end(args);
	if (argv)
		execvp(file, argv);
	free(argv);
	return -1;
}

int
execle(const char *path, const char *arg, ...)
{
	char *const *envp;
	va_list args;
	char **argv;

	va_start(args, arg);
	argv = gather(arg, args);
	envp = va_arg(args, char **);
	va_end(args);
	if (argv)
		execve(path, argv, envp);
	free(argv);
	return -1;
}
