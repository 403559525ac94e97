/*
 * Lab "loading": what exec and the first touch make of this program, as facts
 * about frames. The argument says which.
 */
#include <fcntl.h>

#include "pages.h"

enum {
	PAGES = 8,
	MAX_SIZE = 256 * 1024,
};

static const char constants[PAGES * PAGE]
	__attribute__((aligned(4096))) = {"constants"};
static char data[PAGES * PAGE] __attribute__((aligned(4096))) = {"data"};
static char bss[PAGES * PAGE] __attribute__((aligned(4096)));

/* The compiler must not know what it reads and writes. */
static volatile char *
at(const void *p)
{
	uintptr_t address = (uintptr_t)p;

	__asm__ volatile("" : "+r"(address));
	return (volatile char *)address;
}

/* No frame before the first touch, one frame by it. */
static void
lazy(void)
{
	is(resident(constants, PAGES), 0, "untouched constants have no frame");
	is(resident(data, PAGES), 0, "untouched data has no frame");
	is(resident(bss, PAGES), 0, "untouched bss has no frame");
	(void)at(constants)[2 * PAGE];
	is(resident(constants, PAGES), 1, "one touch brings one page");
	ok(present(constants + 2 * PAGE), "the page that was touched");
	at(data)[5 * PAGE] = 1;
	is(resident(data, PAGES), 1, "one write brings one page of data");
	at(bss)[7 * PAGE] = 1;
	is(resident(bss, PAGES), 1, "one write brings one page of bss");
}

/* The touched page is the module's frame. */
static void
place(void)
{
	struct pageinfo info, next;
	long pages = frames(MEM_PAGE);

	is(at(constants)[0], 'c', "a constant is what the linker wrote");
	is(frames(MEM_PAGE) - pages, 0, "reading it took no frame for a page");
	info = page_of(0, constants);
	ok(info.present && info.module, "it is shown from the module's frame");
	is(info.source, PAGE_FILE, "its source is the file");
	is(info.refs, 3, "references: the module's, the file's, the entry's");
	(void)at(constants)[PAGE];
	next = page_of(0, constants + PAGE);
	is(next.frame, info.frame + 1,
	   "the file's next page is the module's next frame");
	is(at(data)[0], 'd', "data is what the linker wrote");
	ok(page_of(0, data).module, "data that was only read is the module's");
	pages = frames(MEM_PAGE);
	at(data)[0] = 'D';
	is(frames(MEM_PAGE) - pages, 1,
	   "the first write to it takes one frame");
	is(page_of(0, data).source, PAGE_PRIVATE, "which is private");
	is(at(data)[1], 'a', "with the file's bytes");
}

static void
zeros(void)
{
	long pages = frames(MEM_PAGE);
	int set = 0;

	for (int i = 0; i < PAGES; i++)
		set += at(bss)[i * PAGE + i] != 0;
	is(set, 0, "bss reads as zero");
	is(frames(MEM_PAGE) - pages, 0, "reading bss takes no frame");
	is(page_of(0, bss).source, PAGE_ZERO, "it shows the frame of zeros");
	is(page_of(0, bss).frame, page_of(0, bss + PAGE).frame,
	   "every page of it the same one");
	pages = frames(MEM_PAGE);
	at(bss)[PAGE] = 1;
	is(frames(MEM_PAGE) - pages, 1, "a write takes one frame");
	is(at(bss)[2 * PAGE], 0, "the next page still reads as zero");
	is(at(bss)[PAGE + 1], 0, "and so does the rest of this one");
}

static void
rights(void)
{
	is(page_of(0, (const void *)(uintptr_t)&rights).prot,
	   PROT_READ | PROT_EXEC, "text is r-x");
	is(page_of(0, constants).prot, PROT_READ, "constants are r--");
	is(page_of(0, data).prot, PROT_READ | PROT_WRITE, "data is rw-");
	at(data)[0] = 1;
	ok(!page_of(0, data).executable, "the MMU executes no data");
	ok(!page_of(0, (const void *)(uintptr_t)&rights).writable,
	   "the MMU writes no text");
}

/* Other programs, however they were linked; each says what it found. */
static void
programs(void)
{
	static const char *const paths[] = {"/test/lab-image",
					    "/test/lab-image-pie",
					    "/test/lab-image-static"};
	static char path[64];

	setenv("TAP_INDENT", "    ", 1);
	for (size_t i = 0; i < 3; i++) {
		char *argv[] = {path, NULL};
		int status;

		strcpy(path, paths[i]);
		status = ending(run_program(argv));
		unsetenv("TAP_INDENT");
		is(status, 0, "%s finds its segments as they should be", path);
		setenv("TAP_INDENT", "    ", 1);
	}
	unsetenv("TAP_INDENT");
}

/* ---- Damaged programs: System V ABI, "ELF-64 Object File Format". */

struct header {
	unsigned char ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

static const char damaged[] = "/tmp/damaged";
static unsigned char original[MAX_SIZE];
static unsigned char image[MAX_SIZE] __attribute__((aligned(16)));
static size_t size;

/* The n-th PT_LOAD of the copy. */
static struct segment *
load(int n)
{
	struct header *h = (struct header *)image;
	struct segment *s = (struct segment *)(image + h->phoff);

	for (int i = 0; i < h->phnum; i++)
		if (s[i].type == 1 && n-- == 0)
			return &s[i];
	need(0, "the program has no such segment");
	return NULL;
}

static void
read_original(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, original, sizeof(original));

	need(n > 0 && n < MAX_SIZE, "read");
	close(fd);
	size = (size_t)n;
	memcpy(image, original, size);
}

/* Runs the copy. => its status, or 200 + errno of execve */
static int
try(void)
{
	int fd = open(damaged, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	pid_t pid;

	need(fd >= 0, damaged);
	need(write(fd, image, size) == (ssize_t)size, "write");
	close(fd);
	pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		execl(damaged, "damaged", "7", (char *)NULL);
		_exit(200 + errno);
	}
	return ending(finish(pid));
}

static void
refused(const char *what)
{
	is(try(), 200 + ENOEXEC, "refused with ENOEXEC: %s", what);
	memcpy(image, original, size);
}

/* The caller of a refused execve goes on as it was. */
static void
nothing_mapped(void)
{
	static struct meminfo before;
	static struct psinfo then, now;
	int refusals = 0;

	load(1)->offset += 8;
	need(try() == 200 + ENOEXEC, "a damaged program was not refused");
	/* What the first call has to touch does not count. */
	execl(damaged, "x", (char *)NULL);
	need(psinfo(getpid(), &now) == 0, "psinfo");
	need(psinfo(getpid(), &then) == 0, "psinfo");
	look(&before);
	for (int i = 0; i < 20; i++)
		refusals += execl(damaged, "x", (char *)NULL) == -1 &&
			    errno == ENOEXEC;
	is(refusals, 20, "execve by this process itself is refused");
	need(psinfo(getpid(), &now) == 0, "psinfo");
	is(now.regions, then.regions, "it has mapped no region");
	all_back(&before, "and every frame it took is free again");
	memcpy(image, original, size);
}

static void
refuse(void)
{
	read_original("/test/helper-exit");
	is(try(), 7, "an undamaged copy runs");
	load(0)->filesz = load(0)->memsz + 1;
	refused("more bytes in the file than in memory");
	load(1)->offset += 8;
	refused("an offset at odds with the address");
	load(1)->offset += 0x10000000;
	refused("a segment beyond the end of the file");
	load(1)->offset = -(load(1)->filesz & ~(PAGE - 1ul)) - 2 * PAGE +
			  load(1)->offset % PAGE;
	refused("a segment at the end of a file of 2^64 bytes");
	load(1)->vaddr = 0xffff800000001000;
	refused("a segment in the kernel's half");
	load(1)->memsz = ~0ul - 4096;
	refused("a segment whose end wraps");
	load(1)->vaddr = load(0)->vaddr;
	load(1)->offset = load(0)->offset;
	refused("two segments at one address");
	nothing_mapped();
	is(try(), 7, "the undamaged copy still runs");
	unlink(damaged);
}

static const struct {
	const char *name;
	void (*run)(void);
} group[] = {
	{"lazy", lazy},	    {"place", place},	{"zeros", zeros},
	{"rights", rights}, {"refuse", refuse}, {"programs", programs},
};

/* The first claim brings the pages that every claim writes. */
int
main(int argc, char **argv)
{
	size_t i = 0;

	while (i < sizeof(group) / sizeof(group[0]) &&
	       (argc < 2 || strcmp(argv[1], group[i].name) != 0))
		i++;
	if (ok(i < sizeof(group) / sizeof(group[0]), "the program runs")) {
		frames(MEM_PAGE);
		group[i].run();
	}
	return done();
}
