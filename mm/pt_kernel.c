/*
 * The kernel half of the page tables: built at boot, shared by all roots.
 *
 * Owns: the kernel's own root, which every pt_new copies entries 256..511 from.
 * Invariants: P5 of pt.c. A root entry of the kernel half, once in use, never
 * changes, so a later kernel mapping (a new process's stack) appears in every
 * space at once. Tables below are kept when a stack goes: at most one for every
 * 128 stacks that ever lived at the same time.
 */
#include "debug/pt_shadow.h"
#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "mm/pte.h"

static struct frame *kernel_root;

struct frame *
pt_kernel_root(void)
{
	return kernel_root;
}

/* The entry for va in the table of this level; tables are made. NULL: no
 * memory. Interior entries allow all, leaves restrict; A is set from the
 * start so that the MMU has nothing to change in one copy of a root. */
static pte_t *
walk(uint64_t va, int level)
{
	struct frame *table = kernel_root;

	for (int l = PT_LEVELS; l > level; l--) {
		pte_t *e = entry(table, l, va);

		if (!(*e & PTE_P)) {
			struct frame *new = frame_alloc_zeroed(FRAME_TABLE);

			if (!new)
				return NULL;
			entry_fill(e, frame_addr(new) | PTE_P | PTE_W | PTE_A);
		}
		assert(!(*e & PTE_LARGE));
		table = pte_frame(*e);
	}
	return entry(table, level, va);
}

/* Fills the root entries that will ever be used, before any copy is made. */
void
pt_init(void)
{
	kernel_root = frame_alloc_zeroed(FRAME_TABLE);
	if (!kernel_root || !walk(DIRECT_BASE, PT_LEVELS - 1) ||
	    !walk(STACKS_BASE, PT_LEVELS - 1) ||
	    !walk(IMAGE_BASE, PT_LEVELS - 1))
		panic("pt_init: no memory");
}

static int
largest_level(uint64_t va, paddr_t pa, uint64_t len)
{
	int level = cpu_has_1g_pages() ? 3 : 2;

	while (level > 1 &&
	       ((va | pa) % PT_SPAN(level) || len < PT_SPAN(level)))
		level--;
	return level;
}

void
pt_map_kernel_range(uint64_t va, paddr_t pa, uint64_t len, int prot)
{
	pte_t bits = PTE_P | PTE_G | PTE_A | PTE_D;

	bits |= prot & PROT_WRITE ? PTE_W : 0;
	bits |= prot & PROT_EXEC ? 0 : PTE_NX;
	while (len > 0) {
		int level = largest_level(va, pa, len);
		pte_t *e = walk(va, level);

		if (!e)
			panic("pt_map_kernel_range: no memory");
		assert(!(*e & PTE_P));
		*e = pa | bits | (level > 1 ? PTE_LARGE : 0);
		va += PT_SPAN(level);
		pa += PT_SPAN(level);
		len -= PT_SPAN(level);
	}
}

int
pt_map_kernel(uint64_t va, struct frame *f)
{
	pte_t *e = walk(va, 1);

	if (!e)
		return -ENOMEM;
	assert(!(*e & PTE_P));
	*e = frame_addr(f) | PTE_P | PTE_W | PTE_G | PTE_NX;
	return 0;
}

struct frame *
pt_unmap_kernel(uint64_t va)
{
	pte_t *e = walk(va, 1);
	struct frame *f;

	assert(e && (*e & PTE_P));
	f = pte_frame(*e);
	shadow_change(kernel_root, va, 1, *e, 0);
	*e = 0;
	cpu_flush_page(va);
	return f;
}
