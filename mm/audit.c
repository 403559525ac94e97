/*
 * The recount: every reference, table, region and store counted again.
 *
 * A frame's references are the entries, slots and named holders that point at
 * it (F3). Each module of mm adds what it holds to `recount`; the rest of the
 * kernel adds its own through audit_hold(); then the two numbers must agree.
 */
#include "mm/audit.h"

#include "kernel/print.h"
#include "mm/frame.h"
#include "mm/heap.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"

void
audit_hold(struct frame *f)
{
	f->recount++;
}

/* The image and the modules are held by the kernel for good. */
static void
start_count(void)
{
	for (struct frame *f = frame_next(NULL); f; f = frame_next(f))
		f->recount = f->kind == FRAME_KERNEL || f->kind == FRAME_MODULE;
}

static bool
page_ok(const struct space *s, const struct pt_page *page)
{
	const struct region *r = space_find(s, page->va);

	return r && page->shared == r->shared &&
	       (page->prot & ~(r->prot | PROT_READ)) == 0 &&
	       (r->prot != PROT_NONE || page->prot == PROT_NONE);
}

/* R2: every page lies in a region that allows what the page allows. */
static int
audit_space(struct space *s)
{
	struct pt_page page;
	vaddr_t va = 0;
	int defects = !pt_recount(s->root) + !region_set_audit(&s->regions);

	while (pt_next(s->root, va, USER_END, &page)) {
		if (!page_ok(s, &page)) {
			print("audit: page %lx (frame %zx, rights %d) is "
			      "outside its region's rights (R2)\n",
			      page.va, frame_number(page.frame), page.prot);
			defects++;
		}
		va = page.va + PAGE_SIZE;
	}
	return defects;
}

static int
compare_counts(void)
{
	int defects = 0;

	for (struct frame *f = frame_next(NULL); f; f = frame_next(f)) {
		if (f->refs == f->recount)
			continue;
		print("audit: frame %zx (kind %u): refs %u, recount %u (F3)\n",
		      frame_number(f), f->kind, f->refs, f->recount);
		defects++;
	}
	return defects;
}

int
audit(void (*holders)(void))
{
	int defects;

	start_count();
	defects = !pt_recount_kernel();
	store_recount();
	for (struct space *s = space_next(NULL); s; s = space_next(s))
		defects += audit_space(s);
	defects += !heap_recount();
	if (holders)
		holders();
	defects += compare_counts();
	return defects + !frame_audit_free();
}
