/*
 * A model of spaces and stores that is too simple to be wrong: one record per
 * page, one array of bytes per store, no sharing but of whole byte arrays.
 *
 * Every space has the same few islands of pages, placed where tables of each
 * level meet; nothing outside them is ever mapped.
 */
#pragma once

#include "kernel/types.h"

struct region;
struct store;

enum {
	ISLANDS = 5,
	ISLAND_PAGES = 16,
	MODEL_PAGES = ISLANDS * ISLAND_PAGES,
	STORES = 4,
	STORE_FIXED = 3, /* this one is never written: a program's file */
	STORE_PAGES = 12,
};

/* What a space shows in place of a page it has written to. */
struct bytes {
	unsigned refs;
	uint8_t byte[PAGE_SIZE];
};

struct model_page {
	bool mapped; /* a region covers it */
	uint8_t prot, max_prot;
	bool shared;
	int store;	   /* -1: zeros */
	uint64_t index;	   /* page of the store */
	uint64_t filled;   /* bytes of the page that the store fills */
	struct bytes *own; /* or NULL: as the store says */
};

struct model_store {
	struct store *store;
	uint64_t size;
	uint8_t byte[STORE_PAGES * PAGE_SIZE];
};

struct model_space {
	struct model_page page[MODEL_PAGES];
};

extern struct model_store model_store[STORES];

/* The address of page i of every space; islands do not touch. */
vaddr_t model_address(unsigned i);

/* Pages [first, first + count), all of one island, now belong to `like`, whose
 * store is number `store` (-1: none). */
void model_map(struct model_space *m, unsigned first, unsigned count,
	       const struct region *like, int store);
void model_unmap(struct model_space *m, unsigned first, unsigned count);
/* => 0, or what mprotect must answer, and nothing has changed */
int model_protect(struct model_space *m, unsigned first, unsigned count,
		  int prot);
/* What pages [first, first + count) are goes to as many pages from `to` on. */
void model_move(struct model_space *m, unsigned first, unsigned count,
		unsigned to);
/* Private pages forget what was written to them. */
void model_discard(struct model_space *m, unsigned first, unsigned count);
void model_fork(struct model_space *child, const struct model_space *parent);

/* What an access to page i must answer. */
int model_access(const struct model_space *m, unsigned i, int access);
uint8_t model_byte(const struct model_space *m, unsigned i, uint64_t offset);
/* => access to write has been checked */
void model_write(struct model_space *m, unsigned i, uint64_t offset,
		 uint8_t byte);
