/*
 * Sharing (CS:APP Figure 9.9): one copy of the C library in memory, mapped by
 * every process.
 *
 * Prints the figure from the running system: the virtual pages of two processes
 * on both sides, and the physical frames in the middle.
 */
#include "demo.h"

enum {
	PAGES = 512,
	PER_REGION = 3, /* pages of a region that the picture has room for */
};

/* The resident pages of a process. */
struct side {
	pid_t pid;
	const char *name;
	size_t count;
	struct page {
		uint64_t addr;
		size_t number; /* in its region, of the resident ones */
		struct pageinfo info;
	} page[PAGES];
};

static struct side left, right;

static void
collect(struct side *side, pid_t pid, const char *name)
{
	uint64_t addr = 0, region = 0;
	size_t number = 0;
	struct page *page = side->page;

	side->pid = pid;
	side->name = name;
	for (; demo_next(pid, &addr, &page->info); addr += DEMO_PAGE) {
		number = page->info.region_start == region ? number + 1 : 0;
		region = page->info.region_start;
		page->addr = addr;
		page->number = number;
		page++;
		demo_check(++side->count < PAGES, "too many pages");
	}
}

/* => the page of this side that shows a frame, or NULL */
static const struct page *
shows(const struct side *side, uint64_t frame)
{
	for (size_t i = 0; i < side->count; i++)
		if (side->page[i].info.frame == frame)
			return &side->page[i];
	return NULL;
}

/* The smallest frame above `above` that the picture shows. => 0: none */
static uint64_t
next_frame(uint64_t above)
{
	uint64_t best = 0;

	for (int s = 0; s < 2; s++) {
		const struct side *side = s ? &right : &left;

		for (size_t i = 0; i < side->count; i++) {
			uint64_t frame = side->page[i].info.frame;

			if (side->page[i].number < PER_REGION &&
			    frame > above && (!best || frame < best))
				best = frame;
		}
	}
	return best;
}

/* "7ffff7a01000 libc.so r-x" */
static const char *
describe(const struct page *page, char text[32])
{
	const struct pageinfo *info = &page->info;
	char rights[4];

	snprintf(text, 32, "%lx %.12s %s", (unsigned long)page->addr,
		 info->file	  ? info->name
		 : info->label[0] ? info->label
				  : "-",
		 demo_rights(info->prot, rights));
	return text;
}

static void
draw(void)
{
	char text[32];

	printf("  %-29s   %-9s   %s\n", "virtual pages of", "physical",
	       "virtual pages of");
	printf("  %-22s pid %-3d   %-9s   %s, pid %d\n", left.name, left.pid,
	       "frame", right.name, right.pid);
	for (uint64_t f = 0; (f = next_frame(f));) {
		const struct page *l = shows(&left, f), *r = shows(&right, f);

		printf("  %-29s %s+-------+%s %s\n", l ? describe(l, text) : "",
		       l ? "->" : "  ", r ? "<-" : "",
		       r ? describe(r, (char[32]){0}) : "");
		printf("  %-29s   | %05lx |%s\n", "", (unsigned long)f,
		       l && r ? "    one frame, two processes" : "");
	}
	printf("  %-29s   +-------+\n", "");
}

/* Compares what both sides show at the same page of libc's text. */
static void
check_libc_text(void)
{
	size_t both = 0, only = 0, same = 0, fewest_refs = PAGES;

	for (size_t i = 0; i < left.count; i++) {
		const struct pageinfo *l = &left.page[i].info;
		struct pageinfo r;

		if (strcmp(l->name, "libc.so") || !(l->prot & 4))
			continue;
		r = demo_page(right.pid, (const void *)left.page[i].addr);
		only += !r.present;
		both += r.present;
		same += r.present && r.frame == l->frame && r.module &&
			r.offset == l->offset;
		if (r.present && l->refs < fewest_refs)
			fewest_refs = l->refs;
	}
	printf("\n  Of libc.so's text %zu pages are mapped by both, %zu by the"
	       " left one only.\n\n",
	       both, only);
	demo_claim(both > 0 && same == both,
		   "the same page of libc is the same frame for both");
	demo_claim(both > 0 && fewest_refs >= 3,
		   "its references: the file's, and one for each table");
}

static void
check_private(void)
{
	size_t shared = 0, count = 0;

	for (size_t i = 0; i < left.count; i++) {
		const struct pageinfo *l = &left.page[i].info;
		const struct page *r = shows(&right, l->frame);

		if (l->source != PAGE_PRIVATE)
			continue;
		count++;
		shared += r != NULL;
	}
	demo_claim(
		count > 0 && shared == 0,
		"no frame that one of them has written is seen by the other");
}

int
main(void)
{
	pid_t child;

	puts("Sharing: Figure 9.9, drawn from the page tables.\n");
	child = demo_start_sleep();
	collect(&left, getpid(), "demo-sharing");
	collect(&right, child, "sleep");
	draw();
	check_libc_text();
	check_private();
	demo_stop(child);
	return demo_end();
}
