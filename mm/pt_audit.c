/*
 * The page tables recounted: P1, P2, P3, P5 and P6 of pt.c, from the bytes alone.
 */
#include "kernel/print.h"
#include "kernel/string.h"
#include "mm/pte.h"

/* What user entries may hold. */
#define TABLE_BITS (PTE_P | PTE_W | PTE_U | PTE_A | PTE_D | PTE_ADDR)
#define PAGE_BITS  (TABLE_BITS | PTE_SHARED | PTE_NX)

/* What a program's entries may lead to: never to a kernel frame (but the zero
 * frame), to a table as if it were a page, or to a free frame. */
static bool
target_ok(const struct frame *f, int level)
{
	if (!f || f->refs == 0)
		return false;
	if (level > 1)
		return f->kind == FRAME_TABLE;
	return f->kind == FRAME_PAGE || f->kind == FRAME_MODULE ||
	       f == frame_zero;
}

/* P2, P3 and P6 for entry i of a table of this level, which is not empty. */
static bool
entry_ok(const struct frame *table, int level, int i)
{
	const pte_t pte = ((const pte_t *)frame_page(table))[i];
	const struct frame *f = frame_at(pte & PTE_ADDR);
	bool alone = f && f->refs == 1;

	if ((pte & PTE_P) && target_ok(f, level) &&
	    !(pte & ~(level > 1 ? TABLE_BITS : PAGE_BITS)) &&
	    (level == 1 || (pte & PTE_U)) &&
	    (!(pte & PTE_W) || alone || (pte & PTE_SHARED)) &&
	    (table->used >> i / GROUP & 1))
		return true;
	print("audit: table %zx level %d entry %d: %lx to frame %zx of kind "
	      "%d with %u references; used %x (P2, P3, P6)\n",
	      frame_number(table), level, i, pte, (pte & PTE_ADDR) / PAGE_SIZE,
	      f ? f->kind : -1, f ? f->refs : 0, table->used);
	return false;
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

		if (!e[i])
			continue;
		if (!entry_ok(table, level, i)) {
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
	const pte_t *e = frame_page(root), *k = frame_page(pt_kernel_root());
	int i = USER_ENTRIES;

	while (i < ENTRIES && e[i] == k[i])
		i++;
	if (i == ENTRIES)
		return true;
	print("audit: root %zx entry %d: %lx, in the kernel's root %lx (P5)\n",
	      frame_number(root), i, e[i], k[i]);
	return false;
}

bool
pt_recount(struct frame *root)
{
	bool ok = kernel_half_ok(root);

	root->recount++;
	return recount_table(root, PT_LEVELS) && ok;
}

bool
pt_check_path(const struct frame *root, vaddr_t va)
{
	const struct frame *table = root;

	if (!kernel_half_ok(root))
		return false;
	for (int level = PT_LEVELS; level > 0; level--) {
		pte_t pte = *entry(table, level, va);

		if (!pte)
			return true;
		if (!entry_ok(table, level, entry_index(level, va)))
			return false;
		table = pte_frame(pte);
	}
	return true;
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
