/*
 * Notes of changed entries, waiting for a flush.
 *
 * Owns: the notes.
 * What covers a note:
 *	a leaf			INVLPG of its page
 *	an upper entry whose table was replaced by a copy of itself
 *				any INVLPG: it empties the caches of upper levels
 *				(SDM 3A 4.10.4.1); the leaves say what they said
 *	an upper entry that is gone, or a whole root
 *				a CR3 load: any page below may be cached
 * A CR3 load covers everything but kernel pages, which are global.
 */
#include "debug/pt_shadow.h"

#include "kernel/cpu.h"
#include "kernel/print.h"
#include "mm/pte.h"

enum {
	NOTES = 256,
};

struct note {
	vaddr_t va;
	int level;
	uint64_t old, new;
	const char *function;
	int line;
};

static struct note notes[NOTES];
static size_t count;  /* notes waiting */
static size_t missed; /* changes not covered, since boot */

/* Whether a cached copy of old would allow or show what new does not. */
static bool
takes_away(uint64_t old, uint64_t new)
{
	const uint64_t gives = PTE_P | PTE_W | PTE_U;

	return (old & PTE_P) && ((old & ~new &gives) || (~old & new &PTE_NX) ||
				 ((old ^ new) & PTE_ADDR));
}

static bool
in_force(const struct frame *root, vaddr_t va)
{
	return va >= DIRECT_BASE || cpu_root() == frame_addr(root);
}

void
shadow_note(const struct frame *root, vaddr_t va, int level, uint64_t old,
	    uint64_t new, const char *function, int line)
{
	if (!in_force(root, va) ||
	    (level != SHADOW_EVERYTHING && !takes_away(old, new)))
		return;
	if (count == NOTES)
		shadow_report(); /* so many cannot be on their way */
	notes[count++] = (struct note){va, level, old, new, function, line};
}

static bool
page_covers(const struct note *n, vaddr_t va)
{
	if (n->level == 1)
		return page_down(n->va) == page_down(va);
	return n->level < SHADOW_EVERYTHING && (n->new &PTE_P);
}

void
shadow_flushed_page(vaddr_t va)
{
	for (size_t i = count; i-- > 0;)
		if (page_covers(&notes[i], va))
			notes[i] = notes[--count];
}

void
shadow_flushed_all(void)
{
	for (size_t i = count; i-- > 0;)
		if (notes[i].va < DIRECT_BASE)
			notes[i] = notes[--count];
}

size_t
shadow_report(void)
{
	for (; count > 0; count--) {
		const struct note *n = &notes[count - 1];

		print("shadow TLB: no flush after %s:%d changed the level %d "
		      "entry for 0x%lx from %lx to %lx\n",
		      n->function, n->line, n->level, n->va, n->old, n->new);
		missed++;
	}
	return missed;
}
