/*
 * The first program, started by the kernel.
 */
#include "kernel/assert.h"
#include "kernel/bootinfo.h"
#include "kernel/exec.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "kernel/tty.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/pt.h"
#include "mm/space.h"
#include "mm/user.h"

/*
 * Process 1 has no program yet that could call execve: we write what it would
 * pass into a page of its own, words first, then strings:
 *
 *	argv[0] ... argv[n] 0 envp[0] 0 "/bin/init" ...
 */
enum {
	INIT_WORDS = 64,
};

struct init_page {
	vaddr_t argv[INIT_WORDS];
	vaddr_t envp[4];
	char path[256];
	char env[2][32];
	char args[BOOT_CMDLINE];
};

_Static_assert(sizeof(struct init_page) <= PAGE_SIZE, "it fits a page");

/* Splits a copy of the words in place, and points argv at them. */
static void
init_arguments(struct init_page *page, const char *words, vaddr_t va)
{
	char *at = page->args;
	size_t argc = 1;

	string_copy(at, words, sizeof(page->args));
	while (*at && argc < INIT_WORDS - 1) {
		while (*at == ' ')
			*at++ = 0;
		if (*at)
			page->argv[argc++] = va + (size_t)(at - (char *)page);
		while (*at && *at != ' ')
			at++;
	}
	*at = 0;
}

static int
write_init_page(const struct bootinfo *b, struct frame *f, vaddr_t va)
{
	static const struct region like = {
		.prot = PROT_READ | PROT_WRITE,
		.max_prot = PROT_READ | PROT_WRITE,
	};
	struct init_page *page = frame_page(f);
	struct space *s = process_current()->space;
	int err;

	if (!bootinfo_option(b, "init", page->path, sizeof(page->path)))
		string_copy(page->path, "/bin/init", sizeof(page->path));
	string_copy(page->env[0], "PATH=/bin:/test", sizeof(page->env[0]));
	string_copy(page->env[1], "HOME=/", sizeof(page->env[1]));
	page->argv[0] = va + offsetof(struct init_page, path);
	page->envp[0] = va + offsetof(struct init_page, env);
	page->envp[1] = page->envp[0] + sizeof(page->env[0]);
	init_arguments(page, bootinfo_arguments(b), va);
	err = space_map(s, va, PAGE_SIZE, &like);
	if (err < 0)
		return err;
	return user_put(s, va, page, sizeof(*page));
}

void
exec_init(const struct bootinfo *b)
{
	vaddr_t va = STACK_START;
	struct frame *f = frame_alloc_zeroed(FRAME_BUFFER);
	const struct init_page *page;
	long err = -ENOMEM;

	if (!f)
		panic("exec_init: no memory");
	page = frame_page(f);
	err = write_init_page(b, f, va);
	if (err == 0)
		err = files_open_console(process_current());
	tty_give(process_current());
	if (err == 0)
		err = exec(va + offsetof(struct init_page, path), va,
			   va + offsetof(struct init_page, envp));
	if (err < 0)
		panic("init: cannot run %s: error %ld%s", page->path, -err,
		      err == -ENOENT	? " (no such file in the initramfs)"
		      : err == -ENOEXEC ? " (not an ELF program)"
		      : err == -ENOMEM	? " (not enough memory)"
					: "");
	frame_put(f);
}
