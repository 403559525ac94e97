/*
 * Reading page tables: what the MMU makes of an address. No side effect.
 */
#include "kernel/string.h"
#include "mm/pte.h"

/* What the MMU makes of va: the leaf, with W only if all levels have it; or 0.
 */
static pte_t
view(const struct frame *root, vaddr_t va)
{
	const struct frame *table = root;
	pte_t pte = 0, writable = PTE_W;

	for (int level = PT_LEVELS; level > 0; level--) {
		pte = *entry(table, level, va);
		if (!(pte & PTE_P))
			return 0;
		writable &= pte;
		table = pte_frame(pte);
	}
	return (pte & ~PTE_W) | writable;
}

/* The rights that one entry gives by itself. */
int
pt_entry_prot(uint64_t pte)
{
	if (!(pte & PTE_P) || !(pte & PTE_U))
		return PROT_NONE;
	return PROT_READ | (pte & PTE_W ? PROT_WRITE : 0) |
	       (pte & PTE_NX ? 0 : PROT_EXEC);
}

static void
describe(struct pt_page *page, vaddr_t va, pte_t leaf)
{
	page->va = va;
	page->frame = pte_frame(leaf);
	page->prot = (uint8_t)pt_entry_prot(leaf);
	page->shared = leaf & PTE_SHARED;
	page->accessed = leaf & PTE_A;
	page->dirty = leaf & PTE_D;
}

bool
pt_lookup(struct frame *root, vaddr_t va, struct pt_page *page)
{
	pte_t leaf = view(root, va);

	if (leaf)
		describe(page, page_down(va), leaf);
	return leaf != 0;
}

/* The first address in [va, end) with a leaf below `table`; end if none. */
static vaddr_t
next_leaf(const struct frame *table, int level, vaddr_t va, vaddr_t end)
{
	uint64_t span = PT_SPAN(level);

	for (vaddr_t next; va < end; va = next) {
		pte_t pte = *entry(table, level, va);

		next = min_u64((va / span + 1) * span, end);
		if (!(pte & PTE_P))
			continue;
		if (level > 1)
			va = next_leaf(pte_frame(pte), level - 1, va, next);
		if (va < next)
			return va;
	}
	return end;
}

bool
pt_next(struct frame *root, vaddr_t from, vaddr_t end, struct pt_page *page)
{
	vaddr_t va = next_leaf(root, PT_LEVELS, from, end);

	return va < end && pt_lookup(root, va, page);
}

bool
pt_allows(struct frame *root, vaddr_t va, int access)
{
	return (pt_entry_prot(view(root, va)) & access) == access;
}

void
pt_trace(struct frame *root, vaddr_t va, struct pt_trace *trace)
{
	const struct frame *table = root;

	memset(trace, 0, sizeof(*trace));
	for (int level = PT_LEVELS; level > 0 && table; level--) {
		int i = trace->depth++;
		pte_t pte = *entry(table, level, va);

		trace->entry[i] = pte;
		table = pte & PTE_P ? pte_frame(pte) : NULL;
		if (!table)
			break;
		trace->refs[i] = table->refs;
		trace->frame[i] = frame_number(table);
		if (pte & PTE_LARGE)
			break;
	}
}

static size_t
count(const struct frame *table, int level, size_t *tables)
{
	const pte_t *e = frame_page(table);
	size_t pages = 0;

	++*tables;
	for (int i = 0; i < user_entries(level); i++)
		if (e[i] & PTE_P)
			pages += level == 1 ? 1
					    : count(pte_frame(e[i]), level - 1,
						    tables);
	return pages;
}

size_t
pt_count(struct frame *root, size_t *tables)
{
	*tables = 0;
	return count(root, PT_LEVELS, tables);
}
