/*
 * Directories: a descriptor, and a buffer of records as getdents64 gives them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc.h"

struct directory {
	int fd;
	size_t next, end; /* of the records not yet given out */
	long place;	  /* d_off of the last one given out */
	_Alignas(struct dirent) char buffer[2048];
};

DIR *
fdopendir(int fd)
{
	struct stat st;
	DIR *dir;

	if (fstat(fd, &st) < 0)
		return NULL;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return NULL;
	}
	dir = malloc(sizeof(*dir));
	if (!dir)
		return NULL;
	dir->fd = fd;
	dir->next = dir->end = 0;
	dir->place = 0;
	return dir;
}

DIR *
opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = fdopendir(fd);
	if (!dir)
		close(fd);
	return dir;
}

/* => NULL at the end (errno stays) or for an error (errno says) */
struct dirent *
readdir(DIR *dir)
{
	struct dirent *d;

	if (dir->next == dir->end) {
		long n = kernel(SYS_getdents64, dir->fd, dir->buffer,
				sizeof(dir->buffer));

		if (n < 0)
			__result(n);
		if (n <= 0)
			return NULL;
		dir->next = 0;
		dir->end = (size_t)n;
	}
	d = (struct dirent *)(void *)(dir->buffer + dir->next);
	dir->next += d->d_reclen;
	dir->place = d->d_off;
	return d;
}

int
closedir(DIR *dir)
{
	int result = close(dir->fd);

	free(dir);
	return result;
}

int
dirfd(DIR *dir)
{
	return dir->fd;
}

void
seekdir(DIR *dir, long place)
{
	lseek(dir->fd, place, SEEK_SET);
	dir->next = dir->end = 0;
	dir->place = place;
}

long
telldir(DIR *dir)
{
	return dir->place;
}

void
rewinddir(DIR *dir)
{
	seekdir(dir, 0);
}

int
alphasort(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
free_list(struct dirent **list, size_t count)
{
	while (count > 0)
		free(list[--count]);
	free(list);
}

/* Adds a copy of d to the list. => false: no memory */
static bool
append(struct dirent ***list, size_t count, const struct dirent *d)
{
	struct dirent **more = reallocarray(*list, count + 1, sizeof(*more));
	struct dirent *copy = malloc(d->d_reclen);

	if (more)
		*list = more;
	if (!more || !copy) {
		free(copy);
		return false;
	}
	memcpy(copy, d, d->d_reclen);
	more[count] = copy;
	return true;
}

int
scandir(const char *path, struct dirent ***list,
	int (*select)(const struct dirent *),
	int (*compare)(const struct dirent **, const struct dirent **))
{
	DIR *dir = opendir(path);
	struct dirent **all = NULL, *d;
	size_t count = 0;

	if (!dir)
		return -1;
	while ((d = readdir(dir))) {
		if (select && !select(d))
			continue;
		if (!append(&all, count, d)) {
			free_list(all, count);
			closedir(dir);
			return -1;
		}
		count++;
	}
	closedir(dir);
	if (compare && count > 1)
		qsort(all, count, sizeof(*all),
		      (int (*)(const void *, const void *))compare);
	*list = all;
	return (int)count;
}
