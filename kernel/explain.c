/*
 * The explanation of a fault: what was touched, from where, the nearest region,
 * the walk down to the entry that refused, and why.
 */
#include "kernel/explain.h"

#include "kernel/cpu.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/thread.h"
#include "kernel/trap.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"

#define CANONICAL_END 0x800000000000ul /* first address of the hole */

const char *
access_name(int access)
{
	if (access == PROT_EXEC)
		return "execute";
	return access == PROT_WRITE ? "write to" : "read from";
}

static void
print_prot(int prot)
{
	print("%c%c%c", prot & PROT_READ ? 'r' : '-',
	      prot & PROT_WRITE ? 'w' : '-', prot & PROT_EXEC ? 'x' : '-');
}

static void
print_region(const struct region *r)
{
	print("0x%lx-0x%lx ", r->start, r->end);
	print_prot(r->prot);
	print(" %s", r->shared ? "shared" : "private");
	if (r->label)
		print(" %s", r->label);
	if (r->store && r->store->name[0])
		print(" of %s at 0x%lx", r->store->name, r->offset);
	print("\n");
}

/* "stack (libc.so)": what to call a region in a sentence. */
static void
print_region_name(const struct region *r)
{
	const char *file = r->store ? r->store->name : "";

	print("region %s", r->label ? r->label : file[0] ? file : "(unnamed)");
	if (r->label && file[0])
		print(" of %s", file);
}

static void
explain_region(struct space *s, vaddr_t va)
{
	const struct region *r = space_find(s, va);
	const struct region *above = region_at_or_after(&s->regions, va);
	const struct region *below = region_below(&s->regions, above);

	if (r) {
		print("  region  ");
		print_region(r);
		return;
	}
	if (below) {
		print("  below   (0x%lx bytes away) ", va - below->end);
		print_region(below);
	}
	if (above) {
		print("  above   (0x%lx bytes away) ", above->start - va);
		print_region(above);
	}
}

static void
explain_walk(struct space *s, vaddr_t va)
{
	struct pt_trace t;

	if (va >= CANONICAL_END && va < DIRECT_BASE)
		return; /* the CPU refused before it walked */
	pt_trace(s->root, va, &t);
	for (int i = 0; i < t.depth; i++) {
		int level = PT_LEVELS - i;
		uint64_t index = va / PT_SPAN(level) % 512;

		print("  level %d entry %3lu: ", level, index);
		if (!(t.entry[i] & 1)) {
			print("not present\n");
			continue;
		}
		print_prot(pt_entry_prot(t.entry[i]));
		print(" -> frame 0x%lx, %u reference%s\n", t.frame[i],
		      t.refs[i], t.refs[i] == 1 ? "" : "s");
	}
}

/* Why there is no region at va, if the address itself tells. */
static const char *
address_reason(vaddr_t va)
{
	if (va < USER_START)
		return "a null pointer: the first 64 KiB are never mapped";
	if (va >= CANONICAL_END && va < DIRECT_BASE)
		return "a non-canonical address: bits 48 to 63 must repeat "
		       "bit 47";
	if (va >= CANONICAL_END)
		return "an address of the kernel";
	return "no region is there: nothing was ever mapped, or it was "
	       "unmapped";
}

/* What the page is like, as far as this access is concerned. */
static const char *
page_state(struct space *s, vaddr_t va, int access)
{
	struct pt_page page;

	if (!pt_lookup(s->root, va, &page))
		return "not present, and must not become so";
	if (page.prot == PROT_NONE)
		return "present and out of reach";
	return access == PROT_EXEC ? "present and not executable"
				   : "present and read-only";
}

static void
explain_reason(struct space *s, vaddr_t va, int access, int err)
{
	const struct region *r = space_find(s, va);

	print("  why     ");
	if (err == -ENOMEM) {
		print("no frame is left: the process is killed, its memory "
		      "freed\n");
	} else if (!r) {
		print("%s\n", address_reason(va));
	} else if (err == -ENXIO) {
		print("beyond the last page of the file\n");
	} else {
		print("page is %s because ", page_state(s, va, access));
		print_region_name(r);
		print(" is ");
		print_prot(r->prot);
		print("\n");
	}
}

void
explain_fault(struct process *p, vaddr_t va, int access, int err, int signal)
{
	print("%s[%d]: %s: %s 0x%lx, from 0x%lx\n", p->name, p->pid,
	      signal_name(signal), access_name(access), va,
	      thread_current()->frame->rip);
	explain_region(p->space, va);
	explain_walk(p->space, va);
	explain_reason(p->space, va, access, err);
}

void
explain_exception(struct process *p, const char *name, uint64_t vector,
		  uint64_t error, int signal)
{
	print("%s[%d]: %s: %s (vector %lu, error 0x%lx) at 0x%lx\n", p->name,
	      p->pid, signal_name(signal), name, vector, error,
	      thread_current()->frame->rip);
	explain_region(p->space, thread_current()->frame->rip);
}
