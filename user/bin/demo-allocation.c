/*
 * Allocation (CS:APP 9.4): contiguous virtual pages on scattered frames.
 *
 * sbrk moves a boundary and does nothing else; frames arrive one fault at a
 * time, from anywhere, and go back when the boundary does.
 */
#include "demo.h"

enum {
	PAGES = 8,
};

/* In which order the pages are touched. */
static const int order[PAGES] = {5, 2, 7, 0, 3, 6, 1, 4};

static unsigned long taken[PAGES]; /* frames, by the i-th touch */

/* => the next page boundary, so that the demonstration owns whole pages */
static volatile char *
align(void)
{
	uintptr_t end = (uintptr_t)sbrk(0);
	uintptr_t rest = -end % DEMO_PAGE;

	demo_check(sbrk((intptr_t)rest) != (void *)-1, "sbrk");
	return (volatile char *)(end + rest);
}

static void
touch(volatile char *heap)
{
	for (int i = 0; i < PAGES; i++) {
		unsigned long free_now = demo_frames(MEM_PAGE);

		heap[order[i] * DEMO_PAGE] = 1;
		taken[i] = demo_frames(MEM_PAGE) - free_now;
	}
}

static void
print(volatile char *heap, struct pageinfo page[PAGES])
{
	printf("  page of the heap   touched   frame\n");
	for (int i = 0; i < PAGES; i++) {
		int turn = 0;

		while (order[turn] != i)
			turn++;
		page[i] = demo_page(0, heap + i * DEMO_PAGE);
		printf("  %012lx       %d.        0x%05lx  %s\n",
		       (unsigned long)(heap + i * DEMO_PAGE), turn + 1,
		       (unsigned long)page[i].frame,
		       i && page[i].frame == page[i - 1].frame + 1
			       ? "(happens to follow)"
			       : "");
	}
	puts("");
}

int
main(void)
{
	static struct pageinfo page[PAGES];
	volatile char *heap;
	unsigned long before, after;
	int follow = 0, one_each = 1, untouched = 1;

	puts("Allocation: pages side by side, frames from anywhere.\n");
	fflush(stdout);
	heap = align();
	before = demo_frames(MEM_PAGE);
	demo_check(sbrk(PAGES * DEMO_PAGE) == (void *)(uintptr_t)heap, "sbrk");
	after = demo_frames(MEM_PAGE);
	for (int i = 0; i < PAGES; i++)
		untouched &= !demo_page(0, heap + i * DEMO_PAGE).present;
	touch(heap);
	print(heap, page);
	for (int i = 0; i < PAGES; i++) {
		one_each &= taken[i] == 1;
		follow += i && page[i].frame == page[i - 1].frame + 1;
	}
	demo_claim(after == before && untouched,
		   "sbrk(%d pages) took no frame, only moved the boundary",
		   PAGES);
	demo_claim(one_each, "each first touch took exactly one frame");
	demo_claim(follow < PAGES - 1, "the frames are not contiguous");

	fflush(stdout);
	before = demo_frames(MEM_PAGE);
	demo_check(sbrk(-PAGES * DEMO_PAGE) != (void *)-1, "sbrk");
	demo_claim(before - demo_frames(MEM_PAGE) == PAGES,
		   "sbrk(-%d pages) gave all %d back at once", PAGES, PAGES);
	return demo_end();
}
