/*
 * How a test of mm/ is written: its name is its claim, its body is run again
 * with the first, second, ... frame allocation failing, alone and with all that
 * follow, and what it leaves behind is looked for.
 *
 * Every allocation has its turn, but where a body makes more than 200: there
 * 200 of them have, evenly spread, the first and the last included. A body that
 * is about size is smaller in these runs: few_or(). Only the two million random
 * operations of test_random are not run again: a third of them meets a failing
 * allocation anyway. The tests of tree.c and region.c, and those of the
 * parsers, allocate nothing.
 *
 * The body makes spaces, roots, stores and frames with the functions below and
 * frees none of them unless that is its point: the harness does, whether the
 * body ended or a failed allocation ended it. It wraps what may fail for want
 * of memory in must(): there the harness checks that the failure changed
 * nothing, and ends the body.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/types.h"

struct frame;
struct region;
struct space;
struct store;

struct claim {
	void (*body)(void);
};

#define TEST(name) static void name(void)

/* For a list of struct CMUnitTest: with and without failing allocations. Once
 * only: the body makes its own fail. */
#define CLAIM(name)                                                      \
	{                                                                \
#name, harness_run, harness_setup, NULL, &(struct claim) \
		{                                                        \
			name                                             \
		}                                                        \
	}
#define CLAIM_ONCE(name)                                                      \
	{                                                                     \
#name, harness_run_once, harness_setup, NULL, &(struct claim) \
		{                                                             \
			name                                                  \
		}                                                             \
	}

#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)

/* The file and line of the macro's use. */
#define HERE	  __FILE__ ":" HERE_(__LINE__)
#define HERE_(x)  HERE__(x)
#define HERE__(x) #x

/* op is 0 or -errno. => it has succeeded */
#define must(op) (harness_before(), harness_after((op), #op, HERE))
/* op is a pointer, NULL only without memory. */
#define must_have(op) (harness_before(), harness_after_pointer((op), #op, HERE))
/* The same as must() for what may have been done in part: a copy, or a fault
 * that has fetched its page but not owned it. */
#define must_all(op) harness_after_part((op), #op, HERE)

int harness_setup(void **state);
void harness_run(void **state);
void harness_run_once(void **state);
void harness_before(void);
void harness_after(int result, const char *op, const char *where);
void harness_after_part(int result, const char *op, const char *where);
void *harness_after_pointer(void *result, const char *op, const char *where);

/* Fails the test at the first broken invariant, in any space and TLB. */
void check_all(void);
size_t frames_free(void);
/* A size: many, but few in a run in which an allocation will fail. */
uint64_t few_or(uint64_t few, uint64_t many);

struct space *a_space(void);
struct space *a_fork(struct space *s);
struct store *a_store(uint64_t size);
struct store *a_store_from(const void *source, uint64_t size);
struct frame *a_root(void);
struct frame *a_root_fork(struct frame *root);
struct frame *a_frame(void);
/* The harness no longer frees it: the test has, or will. */
void forget(const void *object);

/* Anonymous private memory; or what `st` holds from offset on. */
struct region anonymous(int prot);
struct region showing(struct store *st, uint64_t offset, int prot, bool shared);
void map(struct space *s, vaddr_t start, uint64_t pages, struct region like);

/* A program in s reads, writes or executes the byte at va, faulting as often as
 * the simulated MMU says. => 0, and *at is the byte; or space_fault's error */
int program(struct space *s, vaddr_t va, int access, char **at);
/* The same where it must succeed. */
uint8_t peek(struct space *s, vaddr_t va);
void poke(struct space *s, vaddr_t va, uint8_t byte);
/* What space_fault says of a program's access. */
int touch(struct space *s, vaddr_t va, int access);
/* The frame at va, NULL if none is mapped. */
struct frame *frame_of_page(struct space *s, vaddr_t va);
