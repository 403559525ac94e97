/*
 * The page tables recounted: P1, P2, P3 and P5 of pt.c, from the bytes alone.
 */
#include "kernel/print.h"
#include "kernel/string.h"
#include "mm/pte.h"

/* P2 and P3 for one entry of a table of this level. */
static bool
entry_ok(pte_t pte, int level)
{
	const struct frame *f = frame_at(pte & PTE_ADDR);

	if (!f || f->refs == 0)
		return false;
	if (level > 1)
		return f->kind == FRAME_TABLE && (pte & PTE_U) &&
		       !(pte & (PTE_NX | PTE_SHARED | PTE_LARGE | PTE_G)) &&
		       (!(pte & PTE_W) || f->refs == 1);
	return (f->kind == FRAME_PAGE || f->kind == FRAME_MODULE ||
		f == frame_zero) &&
	       !(pte & PTE_G) &&
	       (!(pte & PTE_W) || f->refs == 1 || (pte & PTE_SHARED));
}

/* One recount for each child of a table, once for the table however many
 * entries lead to it: they are its refs, not its children's. */
static bool
recount_table(struct frame *table, int level)
{
	const pte_t *e = frame_page(table);
	bool ok = true;

	for (int i = 0; i < user_entries(level); i++) {
		struct frame *child;

		if (!(e[i] & PTE_P))
			continue;
		if (!entry_ok(e[i], level)) {
			print("audit: table %zx level %d entry %d: %lx breaks "
			      "P2 or P3\n",
			      frame_number(table), level, i, e[i]);
			ok = false;
			continue;
		}
		child = pte_frame(e[i]);
		if (child->recount++ == 0 && level > 1)
			ok = recount_table(child, level - 1) && ok;
	}
	return ok;
}

static bool
kernel_half_ok(const struct frame *root)
{
	if (memcmp(entry(root, PT_LEVELS, DIRECT_BASE),
		   entry(pt_kernel_root(), PT_LEVELS, DIRECT_BASE),
		   PAGE_SIZE / 2) == 0)
		return true;
	print("audit: root %zx: its kernel half differs (P5)\n",
	      frame_number(root));
	return false;
}

bool
pt_recount(struct frame *root)
{
	bool ok = kernel_half_ok(root);

	root->recount++;
	return recount_table(root, PT_LEVELS) && ok;
}

static bool
kernel_leaf_ok(pte_t pte)
{
	if (!(pte & PTE_U) && (!(pte & PTE_W) || (pte & PTE_NX)))
		return true;
	print("audit: a kernel page is both writable and executable, or the "
	      "programs': %lx\n",
	      pte);
	return false;
}

/* The kernel's own tables: one reference each from their only entry. */
static bool
recount_kernel(struct frame *table, int level)
{
	const pte_t *e = frame_page(table);
	bool ok = true;

	table->recount++;
	for (int i = level == PT_LEVELS ? USER_ENTRIES : 0; i < ENTRIES; i++) {
		if (!(e[i] & PTE_P))
			continue;
		if (level == 1 || (e[i] & PTE_LARGE))
			ok = kernel_leaf_ok(e[i]) && ok;
		else
			ok = recount_kernel(pte_frame(e[i]), level - 1) && ok;
	}
	return ok;
}

bool
pt_recount_kernel(void)
{
	return recount_kernel(pt_kernel_root(), PT_LEVELS);
}
