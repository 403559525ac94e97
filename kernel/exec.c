/*
 * execve: build the new space completely, then become it.
 *
 *	program		open; a script's is what its first line names
 *			parse headers		ENOENT EACCES ENOEXEC ELOOP
 *	segments	become regions		ENOMEM
 *	interpreter	the same, if one is named
 *	stack		region, guard, arguments	E2BIG EFAULT
 *	become		EINTR: the process is being ended
 *
 * Owns: where programs are put.
 */
#include "kernel/exec.h"

#include "kernel/cpu.h"
#include "kernel/elf.h"
#include "kernel/exec_stack.h"
#include "kernel/inode.h"
#include "kernel/path.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/script.h"
#include "kernel/string.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/store.h"
#include "mm/user.h"

enum {
	STACK_LEAST = 0x40000, /* room for the least arguments, see
				  exec_stack.c */
	STACK_MOST = 1 << 30,
	RANDOM_BITS = 28, /* of a page number, for aslr=on */
	INTERPRETER_PATH = 256,
};

/* Too large for a kernel stack, so it is in a frame. */
struct work {
	struct elf_image image; /* the program's, then the interpreter's */
	struct script script;
};

_Static_assert(sizeof(struct work) <= PAGE_SIZE, "a frame holds it");

bool exec_randomise;

static uint64_t
random_offset(void)
{
	if (!exec_randomise)
		return 0;
	return (cpu_random() & ((1ul << RANDOM_BITS) - 1)) * PAGE_SIZE;
}

/* A regular file that may be executed and that nobody writes, with a reference.
 */
static int
open_program(struct inode *start, const char *path, struct inode **program)
{
	int err = path_lookup(start, path, program);

	if (err < 0)
		return err;
	if (!inode_is_regular(*program) || !((*program)->mode & S_ANY_EXEC))
		return -EACCES;
	if ((*program)->writers > 0)
		return -ETXTBSY;
	inode_get(*program);
	return 0;
}

/* They must lie within the first page. */
static int
read_headers(struct inode *program, struct elf_image *image)
{
	struct store *st = program->store;
	struct frame *first;
	const char *why;
	int err = store_page(st, 0, false, &first);

	if (err < 0)
		return err == -ENXIO ? -ENOEXEC : err; /* it is empty */
	return elf_parse(image, frame_page(first), min_u64(st->size, PAGE_SIZE),
			 st->size, &why);
}

/* What people call a segment with these rights. */
static const char *
segment_label(const struct elf_segment *seg)
{
	if (seg->prot & PROT_EXEC)
		return ".text";
	if (seg->prot & PROT_WRITE)
		return seg->memsz > seg->filesz ? ".data+.bss" : ".data";
	return ".rodata";
}

/* One segment, one region: file pages, then, if it is larger in memory than in
 * the file, one mixed page and zero pages. What shares the first page (or, if
 * nothing must be zero, the last) with the segment is the file's too. */
static int
map_segment(struct space *s, struct store *st, const struct elf_segment *seg,
	    vaddr_t base)
{
	vaddr_t start = page_down(base + seg->vaddr);
	vaddr_t end = page_up(base + seg->vaddr + seg->memsz);
	uint64_t head = seg->vaddr % PAGE_SIZE;
	struct region like = {
		.prot = (uint8_t)seg->prot,
		.max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
		.store = st,
		.offset = seg->offset - head,
		.filled = REGION_FILLED,
		.label = segment_label(seg),
	};

	if (seg->filesz == 0)
		like.filled = 0;
	else if (seg->memsz > seg->filesz)
		like.filled = head + seg->filesz;

	return space_map(s, start, end - start, &like);
}

static int
map_segments(struct space *s, struct store *st, const struct elf_image *image,
	     vaddr_t base)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < image->segments; i++)
		err = map_segment(s, st, &image->segment[i], base);
	return err;
}

/* Where the program goes; the heap begins behind it. */
static int
load_program(struct space *s, struct inode *program,
	     const struct elf_image *image, struct exec_image *loaded)
{
	vaddr_t base = 0;

	if (image->relocatable)
		base = PROGRAM_BASE + random_offset() - image->low;
	loaded->entry = base + image->entry;
	loaded->phdr = image->phdr ? base + image->phdr : 0;
	loaded->phnum = image->phnum;
	loaded->exec_stack = image->exec_stack;
	s->heap_start = s->heap_end = base + image->high;
	return map_segments(s, program->store, image, base);
}

/* The dynamic linker goes where mmap would put it. */
static int
map_interpreter(struct space *s, struct inode *interp, struct elf_image *image,
		struct exec_image *loaded)
{
	vaddr_t base = 0;
	int err = read_headers(interp, image);

	if (err < 0)
		return err;
	if (image->interp_size)
		return -ENOEXEC;
	if (image->relocatable) {
		base = space_gap(s, 0, image->high - image->low);
		if (!base)
			return -ENOMEM;
		base -= image->low;
	}
	loaded->interp_base = base;
	loaded->start = base + image->entry;
	return map_segments(s, interp->store, image, base);
}

/* image: the program's, then the interpreter's. */
static int
load_interpreter(struct space *s, struct inode *program,
		 struct elf_image *image, struct exec_image *loaded)
{
	char path[INTERPRETER_PATH];
	uint64_t size = image->interp_size;
	struct inode *interp;
	long n;
	int err;

	if (size > sizeof(path))
		return -ENOEXEC;
	n = store_read(program->store, image->interp_offset, path, size);
	if (n < 0)
		return (int)n;
	if (strnlen(path, (size_t)n) + 1 != size)
		return -ENOEXEC;
	err = open_program(process_current()->cwd, path, &interp);
	if (err < 0)
		return err;
	err = map_interpreter(s, interp, image, loaded);
	inode_put(interp);
	return err;
}

/* Program and interpreter, as far as their headers say. */
static int
load(struct space *s, struct inode *program, struct elf_image *image,
     struct exec_image *loaded)
{
	int err = read_headers(program, image);

	if (err < 0)
		return err;
	err = load_program(s, program, image, loaded);
	if (err < 0)
		return err;
	loaded->start = loaded->entry;
	if (image->interp_size)
		err = load_interpreter(s, program, image, loaded);
	return err;
}

/* What this limit means: a whole number of pages that makes sense. */
static uint64_t
stack_size(uint64_t limit)
{
	return min_u64(max_u64(page_down(limit), STACK_LEAST), STACK_MOST);
}

/* Where the stack ends and the search for free addresses begins. */
static void
choose_places(struct space *s)
{
	s->stack_top = USER_END - random_offset();
	s->map_top = s->stack_top - stack_size(limits_get(LIMIT_STACK)) -
		     STACK_GUARD - random_offset();
}

/* A region that permits nothing, so that nothing else is ever put there. */
static int
map_guard(struct space *s, vaddr_t start, uint64_t len)
{
	static const struct region guard = {.label = "stack-guard"};

	return space_map(s, start, len, &guard);
}

/* The stack region, which grows by faulting, and the guard below it. */
static int
map_stack(struct space *s, bool executable)
{
	uint64_t size = stack_size(limits_get(LIMIT_STACK));
	struct region stack = {
		.prot = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0),
		.max_prot = PROT_READ | PROT_WRITE | PROT_EXEC,
		.label = "stack",
	};
	vaddr_t start = s->stack_top - size;
	int err = space_map(s, start, size, &stack);

	return err < 0 ? err : map_guard(s, start - STACK_GUARD, STACK_GUARD);
}

int
exec_cut_stack(struct space *s, uint64_t limit)
{
	const struct region *r = space_find(s, s->stack_top - 1);
	vaddr_t start = s->stack_top - stack_size(limit);
	struct pt_page lowest;

	if (!r || start <= r->start)
		return 0;
	if (pt_next(s->root, r->start, start, &lowest))
		start = lowest.va;
	if (start == r->start)
		return 0;
	return map_guard(s, r->start, start - r->start);
}

/* The new space, complete but for its arguments. */
static int
build_space(struct space *s, struct inode *program, struct elf_image *image,
	    struct exec_image *loaded)
{
	int err;

	choose_places(s);
	err = load(s, program, image, loaded);
	if (err == 0)
		err = map_stack(s, loaded->exec_stack);
	if (err == 0 && limits_exceeded(s))
		err = -ENOMEM;
	return err;
}

static const char *
base_name(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (path[0] == '/' && path[1] && path[1] != '/')
			name = path + 1;
	return name;
}

static int
exec_inode(struct inode *program, const char *path, struct work *work,
	   vaddr_t argv, vaddr_t envp)
{
	struct space *old = process_current()->space, *new = space_new();
	struct exec_image loaded = {0};
	vaddr_t stack;
	int err;

	if (!new)
		return -ENOMEM;
	err = build_space(new, program, &work->image, &loaded);
	if (err == 0)
		err = exec_stack_build(new, old, path, &work->script, argv,
				       envp, &loaded, &stack);
	if (err == 0)
		err = process_become(new, program, base_name(path),
				     loaded.start, stack);
	if (err < 0)
		space_put(new);
	return err;
}

/* The program at path, or the one that runs it if it is a script. */
static int
find_program(const char *path, struct script *script, struct inode **program)
{
	struct inode *cwd = process_current()->cwd;
	int err = open_program(cwd, path, program);

	while (err == 0) {
		err = script_read(script, *program);
		if (err == 0)
			return 0;
		inode_put(*program);
		if (err == 1)
			err = open_program(cwd, script_words(script), program);
	}
	return err;
}

long
exec(vaddr_t path, vaddr_t argv, vaddr_t envp)
{
	struct frame *text = frame_alloc(FRAME_BUFFER);
	struct frame *f = frame_alloc(FRAME_BUFFER);
	struct work *work = f ? frame_page(f) : NULL;
	struct inode *program;
	long err = -ENOMEM;

	if (text && work) {
		script_init(&work->script);
		err = path_read(frame_page(text), path);
	}
	if (err >= 0)
		err = find_program(frame_page(text), &work->script, &program);
	if (err == 0) {
		err = exec_inode(program, frame_page(text), work, argv, envp);
		inode_put(program);
	}
	if (f)
		frame_put(f);
	if (text)
		frame_put(text);
	return err;
}
