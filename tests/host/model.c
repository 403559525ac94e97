/*
 * The model of spaces and stores, page by page and byte by byte.
 *
 * Owns: what each store and page must show. See model.h.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/region.h"

struct model_store model_store[STORES];

vaddr_t
model_address(unsigned i)
{
	const vaddr_t half = ISLAND_PAGES / 2 * PAGE_SIZE;
	const vaddr_t island[ISLANDS] = {
		0x400000,	     /* within one table */
		0x800000 - half,     /* across two */
		PT_SPAN(3) - half,   /* across two of level 2 */
		PT_SPAN(4) - half,   /* across two of level 3 */
		USER_END - 2 * half, /* up to the end */
	};

	return island[i / ISLAND_PAGES] + i % ISLAND_PAGES * PAGE_SIZE;
}

static void
put_bytes(struct bytes *b)
{
	if (b && --b->refs == 0)
		free(b);
}

static uint64_t
filled_of_page(const struct region *like, uint64_t page)
{
	uint64_t before = page * PAGE_SIZE;

	if (!like->store || like->filled <= before)
		return 0;
	return min_u64(like->filled - before, PAGE_SIZE);
}

void
model_unmap(struct model_space *m, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		put_bytes(m->page[i].own);
		m->page[i] = (struct model_page){.mapped = false};
	}
}

void
model_map(struct model_space *m, unsigned first, unsigned count,
	  const struct region *like, int store)
{
	model_unmap(m, first, count);
	for (unsigned i = 0; i < count; i++)
		m->page[first + i] = (struct model_page){
			.mapped = true,
			.prot = like->prot,
			.max_prot = like->max_prot,
			.shared = like->shared,
			.store = store,
			.index = like->offset / PAGE_SIZE + i,
			.filled = filled_of_page(like, i),
		};
}

int
model_protect(struct model_space *m, unsigned first, unsigned count, int prot)
{
	for (unsigned i = first; i < first + count; i++) {
		if (!m->page[i].mapped)
			return -ENOMEM;
		if (prot & ~m->page[i].max_prot)
			return -EACCES;
	}
	for (unsigned i = first; i < first + count; i++)
		m->page[i].prot = (uint8_t)prot;
	return 0;
}

void
model_move(struct model_space *m, unsigned first, unsigned count, unsigned to)
{
	for (unsigned i = 0; i < count; i++) {
		m->page[to + i] = m->page[first + i];
		m->page[first + i] = (struct model_page){.mapped = false};
	}
}

void
model_discard(struct model_space *m, unsigned first, unsigned count)
{
	for (unsigned i = first; i < first + count; i++) {
		put_bytes(m->page[i].own);
		m->page[i].own = NULL;
	}
}

void
model_fork(struct model_space *child, const struct model_space *parent)
{
	*child = *parent;
	for (unsigned i = 0; i < MODEL_PAGES; i++)
		if (child->page[i].own)
			child->page[i].own->refs++;
}

static uint64_t
store_pages(int store)
{
	return page_up(model_store[store].size) / PAGE_SIZE;
}

int
model_access(const struct model_space *m, unsigned i, int access)
{
	const struct model_page *p = &m->page[i];

	if (!p->mapped)
		return -EFAULT;
	if (access == PROT_READ ? p->prot == 0 : !(p->prot & access))
		return -EACCES;
	if (p->filled == PAGE_SIZE && p->index >= store_pages(p->store))
		return -ENXIO;
	return 0;
}

uint8_t
model_byte(const struct model_space *m, unsigned i, uint64_t offset)
{
	const struct model_page *p = &m->page[i];
	uint64_t at = p->index * PAGE_SIZE + offset;

	if (p->own)
		return p->own->byte[offset];
	if (offset >= p->filled || at >= sizeof(model_store[0].byte))
		return 0;
	return model_store[p->store].byte[at];
}

/* Makes the page's bytes its own. */
static void
own(const struct model_space *m, unsigned i, struct model_page *p)
{
	struct bytes *b;

	if (p->own && p->own->refs == 1)
		return;
	b = malloc(sizeof(*b));
	if (!b)
		abort();
	b->refs = 1;
	for (uint64_t offset = 0; offset < PAGE_SIZE; offset++)
		b->byte[offset] = model_byte(m, i, offset);
	put_bytes(p->own);
	p->own = b;
}

void
model_write(struct model_space *m, unsigned i, uint64_t offset, uint8_t byte)
{
	struct model_page *p = &m->page[i];

	if (p->shared) {
		model_store[p->store].byte[p->index * PAGE_SIZE + offset] =
			byte;
		return;
	}
	own(m, i, p);
	p->own->byte[offset] = byte;
}
