/*
 * Reading page tables: what the MMU makes of an address. No side effect.
 */
#include "kernel/string.h"
#include "mm/pte.h"

int
pt_skip_empty(const struct frame *table, int i, int n)
{
	const pte_t *e = frame_page(table);
	uint32_t groups = table->used & (uint32_t)(~0ul << i / GROUP);

	for (; groups; groups &= groups - 1) {
		int first = __builtin_ctz(groups) * GROUP, end = first + GROUP;

		i = first > i ? first : i;
		i += (int)words_zero(&e[i], (size_t)(end - i));
		if (i < end)
			return i < n ? i : n;
	}
	return n;
}

/* What the MMU makes of va: the leaf, with W only if all levels have it; or 0.
 */
static INLINE pte_t
view(const struct frame *root, vaddr_t va)
{
	pte_t pte = *entry(root, PT_LEVELS, va), writable = PTE_W;

#pragma GCC unroll 3
	for (int level = PT_LEVELS - 1; level > 0; level--) {
		if (!(pte & PTE_P))
			return 0;
		writable &= pte;
		pte = *entry_below(pte, level, va);
	}
	return pte & PTE_P ? pte & (writable | ~PTE_W) : 0;
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

/* Where the next entry that is not empty begins: e is that of va in a table of
 * this level. */
static COLD vaddr_t
skip_empty(const pte_t *e, int level, vaddr_t va)
{
	int here = entry_index(level, va);
	int next = pt_skip_empty(frame_from(e), here, user_entries(level));

	return (va / PT_SPAN(level) + (uint64_t)(next - here)) * PT_SPAN(level);
}

pte_t *
pt_leaf(const struct frame *root, vaddr_t *va, vaddr_t end)
{
	while (*va < end) {
		pte_t *e = entry(root, PT_LEVELS, *va);
		int level;

#pragma GCC unroll 3
		for (level = PT_LEVELS; level > 1; level--) {
			if (!*e)
				break;
			e = entry_below(*e, level - 1, *va);
		}
		if (*e)
			return e;
		*va = skip_empty(e, level, *va);
	}
	return NULL;
}

bool
pt_next(struct frame *root, vaddr_t from, vaddr_t end, struct pt_page *page)
{
	return pt_leaf(root, &from, end) && pt_lookup(root, from, page);
}

bool
pt_allows(struct frame *root, vaddr_t va, int access)
{
	return (pt_entry_prot(view(root, va)) & access) == access;
}

/* Every copy from or to a program comes here, so this is the quick form of
 * pt_lookup. An entry with U or W is present, one with W has U too; and what an
 * access needs it needs on all levels (P3). */
char *
pt_reach(struct frame *root, vaddr_t va, int access)
{
	pte_t need = access == PROT_WRITE ? PTE_W : PTE_U;
	pte_t pte = va < USER_END ? *entry(root, PT_LEVELS, va) : 0;

#pragma GCC unroll 3
	for (int level = PT_LEVELS - 1; level > 0; level--) {
		if (!(pte & need))
			return NULL;
		pte = *entry_below(pte, level, va);
	}
	if (!(pte & need))
		return NULL;
	return frame_direct + (pte & PTE_ADDR) + va % PAGE_SIZE;
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
	each_used(i, table, user_entries(level))
		pages += level == 1 ? 1
				    : count(pte_frame(e[i]), level - 1, tables);
	return pages;
}

size_t
pt_count(struct frame *root, size_t *tables)
{
	*tables = 0;
	return count(root, PT_LEVELS, tables);
}
