/*
 * A program's first stack, from the top down:
 *
 *	8 zero bytes
 *	path, "x86_64", environment strings, argument strings
 *	16 random bytes
 *	auxiliary vector, ends with AT_NULL
 *	envp[0] ... 0
 *	argv[0] ... 0
 *	argc		<- rsp, 16-byte aligned
 *
 * Two passes: one measures, so that every place is known; one writes. All writes
 * go through the fault path: the stack is demand-zero like any other.
 */
#include "kernel/exec_stack.h"

#include "kernel/cpu.h"
#include "kernel/limits.h"
#include "kernel/script.h"
#include "kernel/string.h"
#include "mm/layout.h"
#include "mm/space.h"
#include "mm/user.h"

enum {
	/* <elf.h>, System V ABI 3.4.3 */
	AT_NULL = 0,
	AT_PHDR = 3,
	AT_PHENT = 4,
	AT_PHNUM = 5,
	AT_PAGESZ = 6,
	AT_BASE = 7,
	AT_FLAGS = 8,
	AT_ENTRY = 9,
	AT_UID = 11,
	AT_EUID = 12,
	AT_GID = 13,
	AT_EGID = 14,
	AT_PLATFORM = 15,
	AT_HWCAP = 16,
	AT_CLKTCK = 17,
	AT_SECURE = 23,
	AT_RANDOM = 25,
	AT_EXECFN = 31,

	PHDR_SIZE = 56,
	CLOCK_TICKS = 100,
	RANDOM_BYTES = 16,

	/* As on Linux: one string, and all of it with pointers. */
	STRING_MAX = 128 * 1024,
	TOTAL_LEAST = 128 * 1024,
	TOTAL_MOST = 6 * 1024 * 1024,
};

static const char platform[] = "x86_64"; /* AT_PLATFORM */

/* argv or envp: where it is, how much it holds. */
struct vector {
	vaddr_t from;
	uint64_t count;
	uint64_t bytes; /* of all strings with their zeros */
};

struct builder {
	struct space *to, *from;
	vaddr_t at;	 /* where the next word goes */
	vaddr_t strings; /* where the next string goes */
};

static int
read_pointer(struct space *s, const struct vector *v, uint64_t i,
	     vaddr_t *string)
{
	return user_get(s, string, v->from + i * sizeof(vaddr_t),
			sizeof(vaddr_t));
}

static int
measure(struct space *from, struct vector *v, uint64_t *total)
{
	uint64_t most = min_u64(limits_get(LIMIT_STACK) / 4, TOTAL_MOST);

	most = max_u64(most, TOTAL_LEAST);
	while (v->from) {
		vaddr_t string;
		int err = read_pointer(from, v, v->count, &string);
		long len;

		if (err < 0 || !string)
			return err;
		len = user_strlen(from, string, STRING_MAX);
		if (len < 0)
			return len == -ENAMETOOLONG ? -E2BIG : (int)len;
		v->count++;
		v->bytes += (uint64_t)len + 1;
		*total += (uint64_t)len + 1 + sizeof(vaddr_t);
		if (*total > most)
			return -E2BIG;
	}
	return 0;
}

static int
put_word(struct builder *b, uint64_t word)
{
	int err = user_put(b->to, b->at, &word, sizeof(word));

	b->at += sizeof(word);
	return err;
}

/* Copies the strings, writes their new addresses and a 0. */
static int
put_vector(struct builder *b, const struct vector *v)
{
	for (uint64_t i = 0; i < v->count; i++) {
		vaddr_t string;
		int err = read_pointer(b->from, v, i, &string);
		long len = err < 0 ? err
				   : user_strlen(b->from, string, STRING_MAX);

		if (len < 0)
			return (int)len;
		err = put_word(b, b->strings);
		if (err == 0)
			err = user_copy(b->to, b->strings, b->from, string,
					(size_t)len + 1);
		if (err < 0)
			return err;
		b->strings += (uint64_t)len + 1;
	}
	return put_word(b, 0);
}

static uint64_t
hardware_capabilities(void)
{
	uint32_t a, b, c, d;

	cpu_id(1, &a, &b, &c, &d);
	return d;
}

static int
put_auxiliary(struct builder *b, const struct exec_image *image, vaddr_t random,
	      vaddr_t path, vaddr_t platform_at)
{
	const uint64_t auxv[][2] = {
		{AT_PHDR, image->phdr},
		{AT_PHENT, PHDR_SIZE},
		{AT_PHNUM, image->phnum},
		{AT_PAGESZ, PAGE_SIZE},
		{AT_BASE, image->interp_base},
		{AT_FLAGS, 0},
		{AT_ENTRY, image->entry},
		{AT_UID, 0},
		{AT_EUID, 0},
		{AT_GID, 0},
		{AT_EGID, 0},
		{AT_SECURE, 0},
		{AT_PLATFORM, platform_at},
		{AT_HWCAP, hardware_capabilities()},
		{AT_CLKTCK, CLOCK_TICKS},
		{AT_RANDOM, random},
		{AT_EXECFN, path},
		{AT_NULL, 0},
	};

	_Static_assert(sizeof(auxv) == 18 * 16, "AUXV_WORDS");
	b->at += sizeof(auxv);
	return user_put(b->to, b->at - sizeof(auxv), auxv, sizeof(auxv));
}

enum {
	AUXV_WORDS = 2 * 18,
};

static int
put_random(struct space *to, vaddr_t at)
{
	uint64_t bytes[RANDOM_BYTES / 8] = {cpu_random(), cpu_random()};

	return user_put(to, at, bytes, sizeof(bytes));
}

/* "/bin/sh", "-e", and the script's own path. */
static int
put_script(struct builder *b, const struct script *script, const char *path)
{
	const char *word = script_words(script);
	int err = user_put(b->to, b->strings, word, script->bytes);

	for (unsigned i = 0; err == 0 && i < script->count; i++) {
		size_t len = strlen(word) + 1;

		err = put_word(b, b->strings);
		b->strings += len;
		word += len;
	}
	if (err == 0)
		err = user_put(b->to, b->strings, path, strlen(path) + 1);
	if (err == 0)
		err = put_word(b, b->strings);
	b->strings += strlen(path) + 1;
	return err;
}

/* "If argv is NULL, the program starts with one empty argument", as Linux does
 * since 5.18: an argc of 0 has fooled too many programs. */
static int
put_arguments(struct builder *b, const struct vector *argv,
	      const struct script *script, const char *path)
{
	int err = 0;

	if (script->count > 0)
		err = put_script(b, script, path);
	else if (argv->count == 0)
		err = put_word(b, b->strings++);
	return err < 0 ? err : put_vector(b, argv);
}

/* A script's words and path come instead of argv[0]. */
static int
skip_first(struct space *from, struct vector *argv)
{
	vaddr_t first = 0;
	int err = argv->from ? read_pointer(from, argv, 0, &first) : 0;

	if (first)
		argv->from += sizeof(vaddr_t);
	return err;
}

int
exec_stack_build(struct space *to, struct space *from, const char *path,
		 const struct script *script, vaddr_t argv, vaddr_t envp,
		 const struct exec_image *image, vaddr_t *stack)
{
	struct vector args = {.from = argv}, env = {.from = envp};
	struct builder b = {.to = to, .from = from};
	size_t path_len = strlen(path) + 1;
	vaddr_t top = to->stack_top - 8, path_at, platform_at, random;
	uint64_t total = 2 * path_len + script->bytes, argc, words;
	int err = 0;

	if (script->count > 0)
		err = skip_first(from, &args);
	if (err == 0)
		err = measure(from, &args, &total);
	if (err == 0)
		err = measure(from, &env, &total);
	if (err < 0)
		return err;

	path_at = top - path_len;
	platform_at = path_at - sizeof(platform);
	argc = script->count > 0 ? script->count + 1 + args.count
				 : max_u64(args.count, 1);
	b.strings = platform_at - env.bytes - args.bytes - script->bytes -
		    (script->count > 0 ? path_len : 1);
	to->arg_start = b.strings;
	random = (b.strings - RANDOM_BYTES) & ~15ul;
	words = 1 + argc + 1 + env.count + 1 + AUXV_WORDS;
	*stack = b.at = (random - words * 8) & ~15ul;

	err = user_put(to, path_at, path, path_len);
	if (err == 0)
		err = user_put(to, platform_at, platform, sizeof(platform));
	if (err == 0)
		err = put_random(to, random);
	if (err == 0)
		err = put_word(&b, argc);
	if (err == 0)
		err = put_arguments(&b, &args, script, path);
	to->env_start = b.strings;
	if (err == 0)
		err = put_vector(&b, &env);
	to->env_end = b.strings;
	if (err == 0)
		err = put_auxiliary(&b, image, random, path_at, platform_at);
	return err;
}
