/*
 * Address translation as the hardware may do it at its worst: SDM 3A 4.10.
 *
 * Owns: the simulated CPUs. A cached thing is an entry as it was when it was
 * read, with W ANDed over the levels above it; level 1 is the TLB, levels 2 to
 * 4 are the paging-structure caches. Bits are spelled out here once more, so
 * that a wrong definition in mm/pte.h is noticed.
 */
#include "mmu.h"

#include <stdarg.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "kernel/cpu.h"
#include "mm/frame.h"
#include "mm/pt.h"

enum {
	SLOTS = 256, /* cached things of one CPU; then it forgets all */
	LEVELS = 4,
};

#define P    0x1ul
#define W    0x2ul
#define U    0x4ul
#define A    0x20ul
#define D    0x40ul
#define NX   (1ul << 63)
#define ADDR 0x000ffffffffff000ul

struct cached {
	uint64_t key; /* address bits that select the entry, and its level */
	uint64_t pte; /* 0: this slot is empty */
};

struct cpu {
	paddr_t root;
	struct cached slot[SLOTS]; /* open addressing, linear probing */
	unsigned used;
};

static struct cpu cpus[MMU_CPUS], *cpu = cpus;
static struct mmu_flushes flushes;
struct cpu_reached cpu_reached[2];
/* By frame number: how many cached things point there. */
static uint32_t pointing[1 << 16];

static void
forget_reached(void)
{
	memset(cpu_reached, 0, sizeof(cpu_reached));
}

static uint64_t
key_of(uint64_t va, int level)
{
	return va / PT_SPAN(level) * 8 + (uint64_t)level;
}

static uint64_t *
entry_at(paddr_t table, int level, uint64_t va)
{
	uint64_t *entries = frame_page(frame_at(table));

	return &entries[va / PT_SPAN(level) % 512];
}

static struct cached *
slot_of(struct cpu *c, uint64_t key)
{
	size_t i = key * 0x9e3779b97f4a7c15ul >> 56;

	while (c->slot[i].pte && c->slot[i].key != key)
		i = (i + 1) % SLOTS;
	return &c->slot[i];
}

static void
forget_all(struct cpu *c)
{
	for (int i = 0; i < SLOTS; i++)
		if (c->slot[i].pte)
			pointing[(c->slot[i].pte & ADDR) / PAGE_SIZE]--;
	memset(c->slot, 0, sizeof(c->slot));
	c->used = 0;
}

static void
remember(struct cpu *c, uint64_t key, uint64_t pte)
{
	struct cached *slot;

	if (c->used > SLOTS / 2)
		forget_all(c);
	slot = slot_of(c, key);
	if (slot->pte)
		pointing[(slot->pte & ADDR) / PAGE_SIZE]--;
	else
		c->used++;
	*slot = (struct cached){.key = key, .pte = pte};
	pointing[(pte & ADDR) / PAGE_SIZE]++;
}

/* Empties the cache but for the leaves of other pages, as INVLPG does. */
static void
forget_page(struct cpu *c, uint64_t va)
{
	static struct cached kept[SLOTS];
	unsigned n = 0;

	for (int i = 0; i < SLOTS; i++)
		if (c->slot[i].pte && c->slot[i].key % 8 == 1 &&
		    c->slot[i].key != key_of(va, 1))
			kept[n++] = c->slot[i];
	forget_all(c);
	while (n-- > 0)
		remember(c, kept[n].key, kept[n].pte);
}

uint64_t
cpu_root(void)
{
	return cpu->root;
}

void
cpu_load_root(paddr_t root)
{
	cpu->root = root;
	forget_all(cpu);
	forget_reached();
}

void
cpu_flush_page(vaddr_t va)
{
	flushes.page++;
	forget_page(cpu, va);
	forget_reached();
}

void
cpu_flush_all(void)
{
	flushes.all++;
	forget_all(cpu);
	forget_reached();
}

struct mmu_flushes
mmu_flushes(void)
{
	struct mmu_flushes since = flushes;

	flushes = (struct mmu_flushes){0, 0};
	return since;
}

bool
cpu_has_1g_pages(void)
{
	return true;
}

void
mmu_be(int number)
{
	cpu = &cpus[number];
	forget_reached();
}

int
mmu_cpu_of(paddr_t root)
{
	for (int i = 0; i < MMU_CPUS; i++)
		if (cpus[i].root == root)
			return i;
	return -1;
}

static bool
permits(uint64_t pte, int access)
{
	return (pte & U) && (access != PROT_WRITE || (pte & W)) &&
	       (access != PROT_EXEC || !(pte & NX));
}

/* Walks on from the deepest table that this CPU remembers; sets A, and D for a
 * write. => the leaf with W ANDed, or 0 */
static uint64_t
walk(uint64_t va, int access)
{
	uint64_t pte = cpu->root | P | W | U, *e;
	int level = LEVELS, first = 2;

	while (first <= LEVELS && !slot_of(cpu, key_of(va, first))->pte)
		first++;
	if (first <= LEVELS) {
		pte = slot_of(cpu, key_of(va, first))->pte;
		level = first - 1;
	}
	for (; level > 0; level--) {
		e = entry_at(pte & ADDR, level, va);
		if (!(*e & P))
			return 0;
		*e |= A;
		if (level == 1 && access == PROT_WRITE && (*e & pte & W) &&
		    (*e & U))
			*e |= D;
		pte = *e & (pte | ~W);
		remember(cpu, key_of(va, level), pte);
	}
	return pte;
}

char *
mmu_access(vaddr_t va, int access)
{
	uint64_t pte = slot_of(cpu, key_of(va, 1))->pte;

	if (!pte ||
	    (access == PROT_WRITE && permits(pte, access) && !(pte & D)))
		pte = walk(va, access);
	if (!pte || !permits(pte, access)) {
		forget_page(cpu, va); /* as #PF does: SDM 3A 4.10.4.1 */
		return NULL;
	}
	return (char *)frame_page(frame_at(pte & ADDR)) + va % PAGE_SIZE;
}

/* What the tables say of a cached thing's entry now, W ANDed; 0: not present */
static uint64_t
now(const struct cpu *c, uint64_t key)
{
	int level = (int)(key % 8);
	uint64_t va = key / 8 * PT_SPAN(level), pte = c->root | P | W;

	for (int l = LEVELS; l >= level; l--) {
		uint64_t next = *entry_at(pte & ADDR, l, va);

		if (!(next & P))
			return 0;
		pte = next & (pte | ~W);
	}
	return pte;
}

static void
check(const struct cpu *c, const struct cached *s)
{
	uint64_t pte = now(c, s->key);
	int level = (int)(s->key % 8);

	if (!pte || (s->pte & ADDR) != (pte & ADDR) ||
	    (s->pte & ~pte & (W | U)) || (pte & ~s->pte & NX) ||
	    (level == 1 && (s->pte & ~pte & D)))
		fail_msg("CPU %d remembers %lx level %d as %lx, but it is %lx",
			 (int)(c - cpus), s->key / 8 * PT_SPAN(level), level,
			 s->pte, pte);
}

void
mmu_check(void)
{
	for (const struct cpu *c = cpus; c < cpus + MMU_CPUS; c++)
		for (int i = 0; c->used && i < SLOTS; i++)
			if (c->slot[i].pte)
				check(c, &c->slot[i]);
}

void
mmu_check_put(paddr_t frame, bool last)
{
	if (last && mmu_cpu_of(frame) >= 0)
		fail_msg("frame %lx freed while in a CR3", frame / PAGE_SIZE);
	if (!pointing[frame / PAGE_SIZE])
		return; /* as for most frames */
	for (const struct cpu *c = cpus; c < cpus + MMU_CPUS; c++)
		for (int i = 0; i < SLOTS; i++)
			if (c->slot[i].pte && (c->slot[i].pte & ADDR) == frame)
				check(c, &c->slot[i]);
	if (last)
		fail_msg("frame %lx freed while a CPU can reach it",
			 frame / PAGE_SIZE);
}
