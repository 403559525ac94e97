/*
 * The harness of the mm/ tests: objects, failing allocations, leak checks.
 *
 * Owns: the list of what the running body has made.
 */
#include "harness.h"

#include <string.h>

#include "kernel/cpu.h"
#include "kernel/string.h"
#include "machine.h"
#include "mm/audit.h"
#include "mm/fault.h"
#include "mm/frame.h"
#include "mm/heap.h"
#include "mm/pt.h"
#include "mm/region.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mmu.h"

enum {
	OBJECTS = 64,
	FAILURES = 200,	    /* runs with another allocation failing in each */
	ALLOCATIONS = 8192, /* that a body may make */
};

enum kind { ROOT, STORE, FRAME };

static struct {
	enum kind kind;
	void *object;
} made[OBJECTS];
static size_t made_count;
static jmp_buf out_of_memory;
static unsigned failing;   /* the allocation to fail in this run, or 0 */
static uint64_t before;	   /* the world before the operation under way */
static unsigned op_number; /* of that operation: the n-th must() */
/* The operation that makes the n-th allocation, by an earlier run without
 * failures; 0: none. Only before this one the world is looked at. */
static unsigned op_of[ALLOCATIONS];
static unsigned allocations;  /* of that run */
static unsigned asked_before; /* allocations before the operation */
static bool small;	      /* whether sizes are, see few_or() */

size_t
frames_free(void)
{
	return frame_count(FRAME_FREE);
}

uint64_t
few_or(uint64_t few, uint64_t many)
{
	return small ? few : many;
}

static void *
made_one(enum kind kind, void *object)
{
	assert_true(made_count < OBJECTS);
	made[made_count].kind = kind;
	made[made_count++].object = object;
	return object;
}

void
forget(const void *object)
{
	size_t i = 0;

	while (made[i].object != object)
		assert_true(++i < made_count);
	made[i] = made[--made_count];
}

/* What the test itself holds: audit() knows spaces and stores. */
static int
holders(void)
{
	int defects = 0;

	for (size_t i = 0; i < made_count; i++) {
		if (made[i].kind == FRAME)
			audit_hold(made[i].object);
		else if (made[i].kind == ROOT)
			defects += !pt_recount(made[i].object);
	}
	return defects;
}

void
check_all(void)
{
	int defects;

	mmu_check();
	defects = audit(holders);
	if (defects != 0)
		fail_msg("the audit finds %d defects: see above", defects);
}

static void
free_object(enum kind kind, void *object)
{
	switch (kind) {
	case ROOT:
		pt_free(object);
		break;
	case STORE:
		store_put(object);
		break;
	case FRAME:
		frame_put(object);
		break;
	}
}

static void
clean_up(void)
{
	for (int cpu = MMU_CPUS; cpu-- > 0;) {
		mmu_be(cpu);
		pt_activate(pt_kernel_root());
	}
	while (space_next(NULL))
		space_put(space_next(NULL));
	for (; made_count > 0; made_count--)
		free_object(made[made_count - 1].kind,
			    made[made_count - 1].object);
}

int
harness_setup(void **state)
{
	(void)state;
	machine_boot();
	machine_fail(0, false);
	failing = 0;
	small = false;
	clean_up(); /* after a test that failed */
	return 0;
}

/* One run, with the n-th allocation failing (0: none). */
static void
run_body(void (*body)(void), unsigned n, bool sticky)
{
	size_t baseline = frames_free();

	failing = n;
	op_number = 0;
	machine_fail(n, sticky);
	if (setjmp(out_of_memory) == 0)
		body();
	assert_int_equal(machine_failed(), n > 0);
	allocations = n ? allocations : machine_asked();
	failing = 0;
	machine_fail(0, false);
	check_all();
	clean_up();
	check_all();
	assert_int_equal(frames_free(), baseline);
}

void
harness_run_once(void **state)
{
	const struct claim *claim = *state;

	run_body(claim->body, 0, false);
}

void
harness_run(void **state)
{
	const struct claim *claim = *state;

	run_body(claim->body, 0, false);
	small = true;
	memset(op_of, 0, sizeof(op_of));
	run_body(claim->body, 0, false);
	for (unsigned i = 0, n; i < FAILURES && i < allocations; i++) {
		n = i + 1;
		if (allocations > FAILURES)
			n = 1 + i * (allocations - 1) / (FAILURES - 1);
		run_body(claim->body, n, false);
		run_body(claim->body, n, true);
	}
}

static uint64_t
mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x9e3779b97f4a7c15ul;
}

/* Contents and rights; W may come and go with who else looks. */
static uint64_t
mix_page(uint64_t hash, const struct pt_page *page)
{
	const uint64_t *word = frame_page(page->frame);

	hash = mix(mix(hash, page->va), page->prot | PROT_WRITE);
	for (size_t i = 0; i < PAGE_SIZE / sizeof(*word); i++)
		hash = mix(hash, word[i]);
	return hash;
}

static uint64_t
mix_root(uint64_t hash, struct frame *root)
{
	struct pt_page page;
	vaddr_t va = 0;

	while (pt_next(root, va, PT_SPAN(PT_LEVELS + 1) / 2, &page)) {
		hash = mix_page(hash, &page);
		va = page.va + PAGE_SIZE;
	}
	return hash;
}

/* Whether b only goes on where a ends: a split alone is no change. */
static bool
goes_on(const struct region *a, const struct region *b)
{
	return a && a->end == b->start && a->prot == b->prot &&
	       a->max_prot == b->max_prot && a->shared == b->shared &&
	       a->store == b->store && a->label == b->label &&
	       (!a->store || b->offset - a->offset == b->start - a->start);
}

static uint64_t
mix_space(uint64_t hash, const struct space *s)
{
	const struct region *last = NULL;

	for (const struct region *r = s->regions.first; r; r = r->next) {
		if (!goes_on(last, r)) {
			hash = mix(mix(hash, last ? last->end : 0), r->start);
			hash = mix(hash, r->prot * 64u + r->max_prot * 8u);
			hash = mix(hash, (uintptr_t)r->store + r->offset);
		}
		last = r;
	}
	return mix(mix(hash, last ? last->end : 0), s->heap_end);
}

/* A number that stands for everything that programs could see. */
static uint64_t
world(void)
{
	uint64_t hash = 0;

	for (struct space *s = space_next(NULL); s; s = space_next(s))
		hash = mix_root(mix_space(hash, s), s->root);
	for (size_t i = 0; i < made_count; i++)
		if (made[i].kind == ROOT)
			hash = mix_root(hash, made[i].object);
	return hash;
}

void
harness_before(void)
{
	op_number++;
	asked_before = machine_asked();
	if (failing && (op_of[failing] == op_number || machine_failed()))
		before = world();
}

/* In a run without failures: whose allocations these were. */
static void
note_allocations(void)
{
	assert_true(machine_asked() < ALLOCATIONS);
	for (unsigned n = asked_before; n < machine_asked(); n++)
		op_of[n + 1] = op_number;
}

void
harness_after(int result, const char *op, const char *where)
{
	if (!failing)
		note_allocations();
	if (result == -ENOMEM && failing && world() != before)
		fail_msg("%s: %s failed, and changed something", where, op);
	harness_after_part(result, op, where);
}

void
harness_after_part(int result, const char *op, const char *where)
{
	mmu_check();
	if (result == -ENOMEM && failing && machine_failed())
		longjmp(out_of_memory, 1);
	if (result < 0)
		fail_msg("%s: %s = %d: %s%s", where, op, result,
			 strerror(-result),
			 result == -ENOMEM ? ", though there is memory" : "");
}

void *
harness_after_pointer(void *result, const char *op, const char *where)
{
	harness_after(result ? 0 : -ENOMEM, op, where);
	return result;
}

struct space *
a_space(void)
{
	return must_have(space_new());
}

struct space *
a_fork(struct space *s)
{
	return must_have(space_fork(s));
}

struct store *
a_store(uint64_t size)
{
	return made_one(STORE, must_have(store_new(size)));
}

struct store *
a_store_from(const void *source, uint64_t size)
{
	return made_one(STORE, must_have(store_new_from(source, size)));
}

struct frame *
a_root(void)
{
	return made_one(ROOT, must_have(pt_new()));
}

struct frame *
a_root_fork(struct frame *root)
{
	return made_one(ROOT, must_have(pt_fork(root)));
}

struct frame *
a_frame(void)
{
	return made_one(FRAME, must_have(frame_alloc_zeroed(FRAME_PAGE)));
}

struct region
anonymous(int prot)
{
	return (struct region){
		.prot = (uint8_t)prot,
		.max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
		.label = "test",
	};
}

struct region
showing(struct store *st, uint64_t offset, int prot, bool shared)
{
	struct region r = anonymous(prot);

	r.store = st;
	r.offset = offset;
	r.filled = REGION_FILLED;
	r.shared = shared;
	return r;
}

void
map(struct space *s, vaddr_t start, uint64_t pages, struct region like)
{
	must(space_map(s, start, pages * PAGE_SIZE, &like));
}

/* Goes on as the CPU that runs s, if one does. */
static void
run(struct space *s)
{
	int cpu = mmu_cpu_of(frame_addr(s->root));

	if (cpu >= 0)
		mmu_be(cpu);
	space_activate(s);
}

int
program(struct space *s, vaddr_t va, int access, char **at)
{
	int err;

	run(s);
	*at = mmu_access(va, access);
	if (*at)
		return 0;
	err = space_fault(s, va, access);
	if (err < 0)
		return err;
	*at = mmu_access(va, access);
	if (!*at)
		fail_msg("a fault at %lx was handled in vain", va);
	return 0;
}

int
touch(struct space *s, vaddr_t va, int access)
{
	char *at;

	return program(s, va, access, &at);
}

uint8_t
peek(struct space *s, vaddr_t va)
{
	char *at;

	must_all(program(s, va, PROT_READ, &at));
	return (uint8_t)*at;
}

void
poke(struct space *s, vaddr_t va, uint8_t byte)
{
	char *at;

	must_all(program(s, va, PROT_WRITE, &at));
	*at = (char)byte;
}

struct frame *
frame_of_page(struct space *s, vaddr_t va)
{
	struct pt_page page;

	return pt_lookup(s->root, va, &page) ? page.frame : NULL;
}
