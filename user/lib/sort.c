/*
 * qsort is a heap sort: no memory, no bad case. bsearch halves.
 */
#include <stdlib.h>
#include <string.h>

#include "libc.h"

typedef int compare_function(const void *, const void *);

struct array {
	char *base;
	size_t size; /* of an element */
	compare_function *compare;
};

static char *
element(const struct array *a, size_t i)
{
	return a->base + i * a->size;
}

static void
swap(const struct array *a, size_t i, size_t j)
{
	char *p = element(a, i), *q = element(a, j);
	char piece[64];

	for (size_t left = a->size; left > 0;) {
		size_t n = left < sizeof(piece) ? left : sizeof(piece);

		memcpy(piece, p, n);
		memcpy(p, q, n);
		memcpy(q, piece, n);
		p += n;
		q += n;
		left -= n;
	}
}

/* Element i sinks until neither child, 2i + 1 and 2i + 2, is greater. */
static void
sink(const struct array *a, size_t i, size_t count)
{
	size_t child;

	for (; (child = 2 * i + 1) < count; i = child) {
		if (child + 1 < count &&
		    a->compare(element(a, child), element(a, child + 1)) < 0)
			child++;
		if (a->compare(element(a, i), element(a, child)) >= 0)
			return;
		swap(a, i, child);
	}
}

void
qsort(void *base, size_t count, size_t size, compare_function *compare)
{
	struct array a = {base, size, compare};

	for (size_t i = count / 2; i-- > 0;)
		sink(&a, i, count);
	for (size_t i = count; i-- > 1;) {
		swap(&a, 0, i);
		sink(&a, 0, i);
	}
}

void *
bsearch(const void *key, const void *base, size_t count, size_t size,
	compare_function *compare)
{
	const char *low = base;

	while (count > 0) {
		const char *middle = low + count / 2 * size;
		int order = compare(key, middle);

		if (order == 0)
			return (void *)(uintptr_t)middle;
		if (order > 0) {
			low = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}
