/* Memory, numbers, sorting, environment, the end of a program. ISO C 7.22 */
#pragma once

#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     0x7fffffff
#define MB_CUR_MAX   1

typedef struct {
	int quot, rem;
} div_t;
typedef struct {
	long quot, rem;
} ldiv_t;
typedef struct {
	long long quot, rem;
} lldiv_t;

void *aligned_alloc(size_t alignment, size_t size);
void *calloc(size_t count, size_t size);
void free(void *p);
void *malloc(size_t size);
int posix_memalign(void **p, size_t alignment, size_t size);
void *realloc(void *p, size_t size);
void *reallocarray(void *p, size_t count, size_t size);

double atof(const char *s);
int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);
double strtod(const char *restrict s, char **restrict end);
float strtof(const char *restrict s, char **restrict end);
long double strtold(const char *restrict s, char **restrict end);
long strtol(const char *restrict s, char **restrict end, int base);
long long strtoll(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
unsigned long long strtoull(const char *restrict s, char **restrict end,
			    int base);

int abs(int n);
long labs(long n);
long long llabs(long long n);
div_t div(int a, int b);
ldiv_t ldiv(long a, long b);
lldiv_t lldiv(long long a, long long b);

int rand(void);
int rand_r(unsigned *seed);
void srand(unsigned seed);
long random(void);
void srandom(unsigned seed);

void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *));
void qsort(void *base, size_t count, size_t size,
	   int (*compare)(const void *, const void *));

char *getenv(const char *name);
int putenv(char *assignment);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);

_Noreturn void abort(void);
int atexit(void (*function)(void));
_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
int system(const char *command);

char *realpath(const char *restrict path, char *restrict resolved);

char *mkdtemp(char *pattern);
int mkostemp(char *pattern, int flags);
int mkstemp(char *pattern);
