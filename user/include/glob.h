/* The paths that match a pattern. POSIX; GLOB_ALTDIRFUNC and the like are not
 * there. */
#pragma once

#include <stddef.h>

#define GLOB_ERR      0x01 /* a directory that cannot be read is an error */
#define GLOB_MARK     0x02 /* directories end in '/' */
#define GLOB_NOSORT   0x04
#define GLOB_DOOFFS   0x08 /* gl_offs NULLs come first */
#define GLOB_NOCHECK  0x10 /* if nothing matches, the pattern itself */
#define GLOB_APPEND   0x20 /* to what an earlier call found */
#define GLOB_NOESCAPE 0x40

#define GLOB_NOSPACE 1
#define GLOB_ABORTED 2
#define GLOB_NOMATCH 3

typedef struct {
	size_t gl_pathc;
	char **gl_pathv;
	size_t gl_offs;
} glob_t;

/* => 0, or one of the three; globfree is due in any case */
int glob(const char *restrict pattern, int flags,
	 int (*failed)(const char *path, int error), glob_t *restrict found);
void globfree(glob_t *found);
