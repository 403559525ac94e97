/*
 * Lab "sharing", seen by QEMU's monitor, whatever the kernel says: the pages of
 * two processes of this program. An argument makes it the other one.
 */
#include <sys/mman.h>

#include "pages.h"
#include "tests/labs/look.h"

static char self[] = "/test/lab-outside";

/* Data that both read a page of, and write a page of. */
static char data[2 * PAGE] __attribute__((aligned(4096))) = {"data"};

/* The compiler must not know what it reads and writes. */
static volatile char *
at(const void *p)
{
	uintptr_t address = (uintptr_t)p;

	__asm__ volatile("" : "+r"(address));
	return (volatile char *)address;
}

/* A page of libc's text that this process shows. */
static const void *
page_of_libc(void)
{
	static struct pageinfo page;
	uint64_t addr = 0;

	while (next_page(0, &addr, &page) &&
	       (strcmp(page.name, "libc.so") || !(page.prot & PROT_EXEC)))
		addr += PAGE;
	return (const void *)addr;
}

/* This process's pages: of libc's text, of data that is read, and written. */
static void
show_pages(const void *libc, int there)
{
	(void)at(libc)[0];
	(void)at(data)[0];
	at(data)[PAGE] = 1;
	look_at(there ? "libc-there" : "libc-here", libc);
	look_at(there ? "read-there" : "read-here", data);
	look_at(there ? "written-there" : "written-here", data + PAGE);
}

static int
write_and_show(void *p)
{
	settle(getppid(), "lab-outside"); /* so that the CPU idles here */
	at(p)[0] = 'c';
	look_at("shared-there", p);
	return 0;
}

static void
outside(void)
{
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const void *libc = page_of_libc();
	static char address[20];
	int status;
	pid_t pid;

	need(p != MAP_FAILED, "mmap");
	show_pages(libc, 0);
	snprintf(address, sizeof(address), "%p", libc);
	pid = start_program((char *[]){self, address, NULL});
	need(waitpid(pid, &status, 0) == pid, "waitpid");
	ok(status == 0, "another process of this program has shown its pages");
	at(p)[0] = 'p';
	ok(run(write_and_show, p) == 0, "a child has shown the shared page");
	at(p)[1] = 'q'; /* fork took W from the path; the page stays */
	look_at("shared-here", p);
}

int
main(int argc, char **argv)
{
	if (argc > 1) {
		show_pages((const void *)strtoul(argv[1], NULL, 16), 1);
		return 0;
	}
	outside();
	return done();
}
