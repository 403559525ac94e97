/*
 * Loading (CS:APP 9.4): nothing is copied; pages come when touched.
 *
 * Three runs of pages that nothing has touched when main begins: constants,
 * data and bss. Reads them, then writes them, and prints the frames after each.
 */
#include "demo.h"

enum {
	PAGES = 3, /* the one between is looked at */
	BYTES = PAGES * DEMO_PAGE,
};

/* Alone on their pages, so that no other variable touches these; and not behind
 * pages that are, for a file that is read in order brings pages ahead
 * (mm/fault.c, faultaround=off). */
static const char constants[BYTES] __attribute__((aligned(4096))) = {"CONST"};
static char data[BYTES] __attribute__((aligned(4096))) = {"DATA"};
static char bss[BYTES] __attribute__((aligned(4096)));

enum {
	UNTOUCHED,
	READ,
	WRITTEN,
	STATES,
};

static struct run {
	const char *name;
	const void *start;
	struct pageinfo page[STATES];
} runs[] = {
	{.name = "constants (.rodata)", .start = constants + DEMO_PAGE},
	{.name = "data (.data)", .start = data + DEMO_PAGE},
	{.name = "zeros (.bss)", .start = bss + DEMO_PAGE},
};

/* The compiler must not read or write ahead of time. */
static volatile char *
first_byte(const struct run *run)
{
	uintptr_t address = (uintptr_t)run->start;

	__asm__ volatile("" : "+r"(address));
	return (volatile char *)address;
}

static void
look(int state)
{
	for (int i = 0; i < 3; i++)
		runs[i].page[state] = demo_page(0, runs[i].start);
}

static void
print_run(const struct run *run)
{
	static const char *const what[] = {"", "zeros", "file's", "shared",
					   "private"};
	char text[16];

	printf("  %06lx %-20s", (unsigned long)run->start, run->name);
	for (int state = 0; state < STATES; state++) {
		const struct pageinfo *page = &run->page[state];

		printf(" %7s %-8s", demo_frame(page, text), what[page->source]);
	}
	puts("");
}

/* How much of this program's own file has been touched. */
static void
count_program(unsigned *touched, unsigned *private)
{
	struct pageinfo info;

	*touched = *private = 0;
	for (uint64_t addr = 0; demo_next(0, &addr, &info); addr += DEMO_PAGE)
		if (strcmp(info.name, "demo-loading") == 0) {
			++*touched;
			*private += info.source == PAGE_PRIVATE;
		}
}

static int
is_there(const void *page)
{
	return demo_page(0, page).present;
}

int
main(void)
{
	const struct pageinfo *c = runs[0].page, *d = runs[1].page,
			      *z = runs[2].page;
	unsigned touched, private;

	puts("Loading: a page of a program gets a frame when it is touched.\n");
	look(UNTOUCHED);
	for (int i = 0; i < 3; i++)
		(void)*first_byte(&runs[i]);
	look(READ);
	*first_byte(&runs[1]) = 'd';
	*first_byte(&runs[2]) = 'b';
	look(WRITTEN);

	printf("  %-27s %-16s %-16s %s\n", "page", "before", "read", "written");
	for (int i = 0; i < 3; i++)
		print_run(&runs[i]);
	count_program(&touched, &private);
	printf("\n  So far %u pages of this program have a frame, %u a private"
	       " one.\n\n",
	       touched, private);

	demo_claim(!c[0].present && !d[0].present && !z[0].present,
		   "untouched: no frame");
	demo_claim(c[1].module && d[1].module && c[1].source == PAGE_FILE,
		   "read: the frame in which the boot loader put the file");
	demo_claim(c[1].offset - c[1].region_offset ==
			   (uintptr_t)runs[0].start - c[1].region_start,
		   "the page is page 0x%lx of the file",
		   (long)c[1].offset >> 12);
	demo_claim(z[1].source == PAGE_ZERO,
		   "bss read: the one frame of zeros that everybody sees");
	demo_claim(d[2].source == PAGE_PRIVATE && !d[2].module &&
			   d[2].frame != d[1].frame,
		   "data written: a copy, the file is as it was");
	demo_claim(z[2].source == PAGE_PRIVATE && z[2].frame != z[1].frame,
		   "bss written: a frame of its own");
	demo_claim(!is_there(constants) &&
			   !is_there(constants + 2 * DEMO_PAGE) &&
			   !is_there(data) && !is_there(data + 2 * DEMO_PAGE) &&
			   !is_there(bss) && !is_there(bss + 2 * DEMO_PAGE),
		   "the pages beside them: still no frame");
	return demo_end();
}
