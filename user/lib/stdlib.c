/*
 * Odds and ends of stdlib.h: small arithmetic, random numbers, more allocation,
 * names of temporary files.
 */
#include <stdlib.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc.h"

void *
reallocarray(void *p, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		n = SIZE_MAX;
	return realloc(p, n);
}

int
posix_memalign(void **p, size_t alignment, size_t size)
{
	void *memory;

	if (alignment % sizeof(void *) || (alignment & (alignment - 1)) ||
	    alignment == 0)
		return EINVAL;
	memory = aligned_alloc(alignment, size);
	if (!memory)
		return ENOMEM;
	*p = memory;
	return 0;
}

int
abs(int n)
{
	return n < 0 ? -n : n;
}

long
labs(long n)
{
	return n < 0 ? -n : n;
}

long long
llabs(long long n)
{
	return n < 0 ? -n : n;
}

intmax_t
imaxabs(intmax_t n)
{
	return n < 0 ? -n : n;
}

div_t
div(int a, int b)
{
	return (div_t){a / b, a % b};
}

ldiv_t
ldiv(long a, long b)
{
	return (ldiv_t){a / b, a % b};
}

lldiv_t
lldiv(long long a, long long b)
{
	return (lldiv_t){a / b, a % b};
}

imaxdiv_t
imaxdiv(intmax_t a, intmax_t b)
{
	return (imaxdiv_t){a / b, a % b};
}

/* Knuth's linear congruential generator: the upper bits are the good ones. */
static uint64_t
step(uint64_t state)
{
	return state * 6364136223846793005ULL + 1442695040888963407ULL;
}

static uint64_t random_state = 1;

long
random(void)
{
	random_state = step(random_state);
	return (long)(random_state >> 33);
}

void
srandom(unsigned seed)
{
	random_state = step(seed);
}

int
rand(void)
{
	return (int)random();
}

void
srand(unsigned seed)
{
	srandom(seed);
}

/* Two steps fill 31 bits: the state has only 32. */
int
rand_r(unsigned *seed)
{
	uint64_t state = step(step(*seed));

	*seed = (unsigned)(state >> 32);
	return (int)(state >> 33);
}

/* Calls make with a path ending in six letters that no file has yet. */
static int
make_temporary(char *pattern, int flags,
	       int (*make)(const char *path, int flags))
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456";
	size_t n = strlen(pattern);

	if (n < 6 || strcmp(pattern + n - 6, "XXXXXX") != 0) {
		errno = EINVAL;
		return -1;
	}
	for (int tries = 0; tries < 100; tries++) {
		unsigned char bytes[6];
		int result;

		if (getrandom(bytes, sizeof(bytes), 0) < 0)
			return -1;
		for (size_t i = 0; i < 6; i++)
			pattern[n - 6 + i] = letters[bytes[i] % 32];
		result = make(pattern, flags);
		if (result >= 0 || errno != EEXIST)
			return result;
	}
	return -1;
}

static int
make_file(const char *path, int flags)
{
	return open(path, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
}

static int
make_directory(const char *path, int flags)
{
	(void)flags;
	return mkdir(path, 0700);
}

int
mkostemp(char *pattern, int flags)
{
	return make_temporary(pattern, flags, make_file);
}

int
mkstemp(char *pattern)
{
	return mkostemp(pattern, 0);
}

char *
mkdtemp(char *pattern)
{
	return make_temporary(pattern, 0, make_directory) < 0 ? NULL : pattern;
}
