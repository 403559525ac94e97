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
#include "mm/user.h"

void
audit_hold(struct frame *f)
{
	f->recount++;
}

/* R2: it lies in a region that allows what it allows, and if that is shared it
 * is the store's own page. */
static bool
page_ok(struct space *s, const struct pt_page *page)
{
	const struct region *r = space_find(s, page->va);
	uint64_t offset = r ? r->offset + (page->va - r->start) : 0;

	if (r && page->shared == r->shared &&
	    (page->prot & ~(r->prot | PROT_READ)) == 0 &&
	    (r->prot != PROT_NONE || page->prot == PROT_NONE) &&
	    (!r->shared ||
	     store_peek(r->store, offset / PAGE_SIZE) == page->frame))
		return true;
	print("audit: page %lx: frame %zx, rights %d, shared %d; its region "
	      "has %d, %d (R2)\n",
	      page->va, frame_number(page->frame), page->prot, page->shared,
	      r ? r->prot : -1, r ? r->shared : -1);
	return false;
}

static int
audit_space(struct space *s)
{
	struct pt_page page;
	vaddr_t va = 0;
	int defects = !pt_recount(s->root) + !region_set_audit(&s->regions);

	while (pt_next(s->root, va, USER_END, &page)) {
		defects += !page_ok(s, &page);
		va = page.va + PAGE_SIZE;
	}
	return defects;
}

/* The image and the modules are held by the kernel for good, pages of the heap
 * by the heap. */
static uint32_t
holders_of(const struct frame *f)
{
	return f->recount + (f->kind == FRAME_KERNEL) +
	       (f->kind == FRAME_MODULE) + (f->kind == FRAME_HEAP);
}

/* One pass over all frames, which also clears the counts for the next time. */
static int
compare_counts(void)
{
	int defects = 0;

	for (struct frame *f = frame_next(NULL); f; f = frame_next(f)) {
		uint32_t recount;

		if (f->kind == FRAME_FREE && (f->refs | f->recount) == 0)
			continue;
		recount = holders_of(f);
		f->recount = 0;
		if (f->refs != recount) {
			print("audit: frame %zx (kind %u): refs %u, recount %u "
			      "(F3)\n",
			      frame_number(f), f->kind, f->refs, recount);
			defects++;
		}
		if (f->kind == FRAME_HEAP && !heap_page_ok(f)) {
			print("audit: heap page %zx is damaged (H3)\n",
			      frame_number(f));
			defects++;
		}
	}
	return defects;
}

int
audit(int (*holders)(void))
{
	int defects;

	defects = !pt_recount_kernel();
	store_recount();
	for (struct space *s = space_next(NULL); s; s = space_next(s))
		defects += audit_space(s);
	if (holders)
		defects += holders();
	defects += compare_counts();
	return defects + !frame_audit_free() + user_audit();
}

int
audit_page(struct space *s, vaddr_t va)
{
	struct pt_page page;

	if (!pt_check_path(s->root, va) || user_audit())
		return 1;
	return pt_lookup(s->root, page_down(va), &page) && !page_ok(s, &page);
}
