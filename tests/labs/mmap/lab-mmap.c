/*
 * The mmap lab inside Quire: cuts, rights and file maps, as facts about frames
 * and regions.
 *
 *	lab-mmap cuts | rights | files | references
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "pages.h"

enum {
	N = 6,
	FIRST_BYTE = 'a', /* of the file's page 0; page 1: 'b' */
};

static const char path[] = "/tmp/mmap";
static int probe; /* a file to write to: the kernel reads the page */

static int
make_file(void)
{
	static char page[PAGE];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, path);
	for (int i = 0; i < N + 2; i++) {
		memset(page, FIRST_BYTE + i, sizeof(page));
		need(write(fd, page, PAGE) == PAGE, "write");
	}
	return fd;
}

static volatile char *
map(int fd, int prot, int flags, off_t offset)
{
	void *p = mmap(NULL, N * PAGE, prot, flags, fd, offset);

	need(p != MAP_FAILED, "mmap");
	return p;
}

static void *
plain(volatile char *p)
{
	return (void *)(uintptr_t)p;
}

static int
readable(volatile char *p)
{
	lseek(probe, 0, SEEK_SET);
	return write(probe, plain(p), 1) == 1;
}

/* Whether the page table leads to a page there, whatever the regions say. */
static int
in_table(volatile char *p)
{
	static struct pageinfo info;

	if (pageinfo(0, plain(p), &info))
		return 0;
	return info.depth == 4 && (info.entry[3] & 1);
}

static int
in_region(volatile char *p)
{
	static struct pageinfo info;

	return pageinfo(0, plain(p), &info) == 0 &&
	       info.region_start <= (uint64_t)(uintptr_t)p;
}

/* What went wrong in a loop over all cuts: told once. */
static int bad;

__attribute__((format(printf, 2, 3))) static void
expect(int holds, const char *fmt, ...)
{
	char text[200];
	va_list args;

	if (holds || bad++ > 2)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	diag("%s", text);
}

/* ---- Every cut */

static const struct kind {
	const char *name;
	int flags;
	int written; /* pages of it are private frames */
} kinds[] = {
	{"private zeros", MAP_PRIVATE | MAP_ANONYMOUS, 1},
	{"a private file map", MAP_PRIVATE, 1},
	{"a shared file map", MAP_SHARED, 0},
};

static void
check_gone(volatile char *p, const char *kind, int from, int to)
{
	for (int i = from; i < to; i++) {
		expect(!in_region(p + i * PAGE),
		       "%s, munmap of pages %d to %d: page %d is in a region",
		       kind, from, to - 1, i);
		expect(!in_table(p + i * PAGE),
		       "%s, munmap of pages %d to %d: the page table still "
		       "shows page %d",
		       kind, from, to - 1, i);
		expect(!readable(p + i * PAGE),
		       "%s, munmap of pages %d to %d: page %d can be read",
		       kind, from, to - 1, i);
	}
}

static void
check_kept(volatile char *p, const struct kind *k, int i, int value)
{
	static struct pageinfo info;
	uint64_t at = (uint64_t)(uintptr_t)(p + i * PAGE);

	expect(in_region(p + i * PAGE),
	       "%s: page %d beside the cut has lost "
	       "its region",
	       k->name, i);
	if (!in_region(p + i * PAGE))
		return;
	expect(p[i * PAGE] == value,
	       "%s: page %d beside the cut shows %d, "
	       "should be %d",
	       k->name, i, p[i * PAGE], value);
	info = page_of(0, p + i * PAGE);
	if (k->flags & MAP_ANONYMOUS)
		return;
	expect(info.region_offset + (at - info.region_start) ==
		       (uint64_t)(i + 1) * PAGE,
	       "%s: page %d shows offset 0x%lx of the file, should be 0x%x",
	       k->name, i,
	       (unsigned long)(info.region_offset + at - info.region_start),
	       (i + 1) * PAGE);
}

static void
cut(const struct kind *k, int fd, int from, int to)
{
	volatile char *p = map(fd, PROT_READ | PROT_WRITE, k->flags,
			       k->flags & MAP_ANONYMOUS ? 0 : PAGE);
	long before, gone;

	for (int i = 0; i < N; i++)
		p[i * PAGE] = (char)(1 + i);
	before = frames(MEM_PAGE);
	need(munmap(plain(p + from * PAGE), (size_t)(to - from) * PAGE) == 0,
	     "munmap");
	gone = before - frames(MEM_PAGE);
	expect(gone == (k->written ? to - from : 0),
	       "%s, munmap of pages %d to %d: %ld frames were given back, "
	       "should be %d",
	       k->name, from, to - 1, gone, k->written ? to - from : 0);
	check_gone(p, k->name, from, to);
	for (int i = 0; i < N; i++)
		if (i < from || i >= to)
			check_kept(p, k, i, 1 + i);
	need(munmap(plain(p), N * PAGE) == 0, "munmap over a hole");
	check_gone(p, k->name, 0, N);
}

static void
cuts(void)
{
	static struct meminfo before;
	int fd = make_file();

	look(&before);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		bad = 0;
		for (int from = 0; from < N; from++)
			for (int to = from + 1; to <= N; to++)
				cut(&kinds[k],
				    kinds[k].flags & MAP_ANONYMOUS ? -1 : fd,
				    from, to);
		is(bad, 0, "munmap of every cut of %s", kinds[k].name);
	}
	all_back(&before, "every frame has come back");
	is(quire_audit(), 0,
	   "the audit finds R1 to R3 and all references in order");
	close(fd);
	unlink(path);
}

/* ---- Rights */

static long
regions(void)
{
	static struct psinfo ps;

	need(psinfo(getpid(), &ps) == 0, "psinfo");
	return (long)ps.regions;
}

static void
protect_cut(volatile char *p, int from, int to)
{
	size_t len = (size_t)(to - from) * PAGE;
	long many = regions(), pages = frames(MEM_PAGE);

	need(mprotect(plain(p + from * PAGE), len, PROT_READ) == 0, "mprotect");
	for (int i = 0; i < N; i++) {
		static struct pageinfo info;
		int inside = i >= from && i < to;

		info = page_of(0, p + i * PAGE);
		expect(inside != (info.prot & PROT_WRITE) / PROT_WRITE,
		       "r-- for pages %d to %d: the region of page %d has "
		       "rights %d",
		       from, to - 1, i, info.prot);
		expect(inside != info.writable,
		       "r-- for pages %d to %d: the MMU %s a write of page %d",
		       from, to - 1, info.writable ? "allows" : "refuses", i);
		expect(p[i * PAGE] == 1 + i,
		       "r-- for pages %d to %d: page %d shows %d, should be %d",
		       from, to - 1, i, p[i * PAGE], 1 + i);
	}
	need(mprotect(plain(p + from * PAGE), len, PROT_READ | PROT_WRITE) == 0,
	     "mprotect back");
	expect(regions() == many,
	       "pages %d to %d made r-- and rw- again: %ld regions before, "
	       "%ld now",
	       from, to - 1, many, regions());
	expect(frames(MEM_PAGE) == pages,
	       "pages %d to %d made r-- and rw- again: %ld page frames before, "
	       "%ld now",
	       from, to - 1, pages, frames(MEM_PAGE));
}

/* In a child: what it may write is not what it owns. */
static int
child_asks_for_write(void *unused)
{
	volatile char *p = unused;
	long before = frames(MEM_PAGE);

	need(mprotect(plain(p), N * PAGE, PROT_READ) == 0, "mprotect");
	need(mprotect(plain(p), N * PAGE, PROT_READ | PROT_WRITE) == 0,
	     "mprotect");
	if (frames(MEM_PAGE) != before || page_of(0, p).writable)
		return 1;
	p[0] = 99;
	return frames(MEM_PAGE) != before + 1 || p[PAGE] != 2;
}

static void
rights(void)
{
	volatile char *p = new_pages(N);
	static struct pageinfo then;

	for (int i = 0; i < N; i++)
		p[i * PAGE] = (char)(1 + i);
	for (int from = 0; from < N; from++)
		for (int to = from + 1; to <= N; to++)
			protect_cut(p, from, to);
	is(bad, 0, "mprotect of every cut, and back");
	then = page_of(0, p + PAGE);
	need(mprotect(plain(p + PAGE), PAGE, PROT_NONE) == 0, "mprotect");
	ok(in_table(p + PAGE) && !readable(p + PAGE),
	   "PROT_NONE: the page is there and out of reach");
	need(mprotect(plain(p + PAGE), PAGE, PROT_READ | PROT_WRITE) == 0,
	     "mprotect");
	ok(p[PAGE] == 2 && page_of(0, p + PAGE).frame == then.frame,
	   "and comes back with its contents, in the same frame");
	is(ending(run(child_asks_for_write, plain(p))), 0,
	   "mprotect in a child copies nothing; the write does");
	is(p[0], 1, "and the parent does not see it");
	need(munmap(plain(p + 3 * PAGE), PAGE) == 0, "munmap");
	fails(mprotect(plain(p), N * PAGE, PROT_READ), ENOMEM,
	      "mprotect over a hole");
	ok(page_of(0, p).prot & PROT_WRITE,
	   "has changed nothing before the hole");
	free_pages(p, N);
	is(quire_audit(), 0,
	   "the audit finds R1 to R3 and all references in order");
}

/* ---- Files */

static void
shared_and_private(int fd)
{
	volatile char *a = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED, PAGE);
	volatile char *b = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	static struct pageinfo info;

	is(resident(a, N) + resident(b, N), 0, "mmap of a file brings no page");
	ok(a[0] == 'b' && b[PAGE] == 'b', "each map shows its part");
	is(page_of(0, a).frame, page_of(0, b + PAGE).frame,
	   "both show the file's one frame");
	is(page_of(0, a).source, PAGE_FILE, "which pageinfo calls the file's");
	b[PAGE] = 'P';
	info = page_of(0, b + PAGE);
	ok(a[0] == 'b' && info.source == PAGE_PRIVATE,
	   "a private write is the writer's alone");
	a[PAGE] = 'S';
	is(b[2 * PAGE], 'S', "a shared write is the file's");
	free_pages(a, N);
	free_pages(b, N);
}

static void
as_it_was_opened(void)
{
	int ro = open(path, O_RDONLY), wo = open(path, O_WRONLY);
	volatile char *p;

	fails(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0),
	      EACCES, "a shared map may not write a file opened for reading");
	p = map(ro, PROT_READ, MAP_SHARED, 0);
	fails(mprotect(plain(p), PAGE, PROT_READ | PROT_WRITE), EACCES,
	      "nor may mprotect allow it later");
	is(mprotect(plain(p), PAGE, PROT_READ | PROT_EXEC), 0,
	   "other rights it may give");
	free_pages(p, N);
	p = mmap(NULL, N * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, ro, 0);
	if (ok(p != MAP_FAILED, "a private map may be written: it is a copy")) {
		p[0] = 1;
		free_pages(p, N);
	}
	fails(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, wo, 0), EACCES,
	      "a file opened for writing only cannot be mapped");
	close(ro);
	close(wo);
}

static void
no_files(void)
{
	int dir = open("/tmp", O_RDONLY), zero = open("/dev/zero", O_RDWR);
	volatile char *p;

	fails(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0), ENODEV,
	      "a directory has no pages");
	fails(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 77, 0), EBADF,
	      "a number that is no open file");
	p = mmap(NULL, N * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
	if (ok(p != MAP_FAILED, "/dev/zero can be mapped shared")) {
		ok(p[0] == 0, "and shows zeros");
		free_pages(p, N);
	}
	close(dir);
	close(zero);
}

static void
files(void)
{
	int fd = make_file(), shell = open("/bin/sh", O_RDONLY);
	volatile char *p;

	shared_and_private(fd);
	as_it_was_opened();
	no_files();
	p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, shell, 0);
	if (ok(p != MAP_FAILED && p[0], "a file of the initramfs"))
		ok(page_of(0, p).module,
		   "is shown from the boot loader's frame");
	close(fd);
	unlink(path);
	is(quire_audit(), 0, "the audit finds all references in order");
}

/* ---- References: who keeps a file's pages */

static void
outlive(void)
{
	int fd = make_file();
	volatile char *p = map(fd, PROT_READ, MAP_SHARED, 0);

	(void)p[0];
	free_pages(p, N);
	lseek(fd, 0, SEEK_SET);
	need(write(fd, "x", 1) == 1, "write after munmap");
	p = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	close(fd);
	unlink(path);
	need(munmap(plain(p + 2 * PAGE), PAGE) == 0, "munmap");
	need(p[0] == 'x' && p[5 * PAGE] == FIRST_BYTE + 5,
	     "a map outlives its file's name");
	free_pages(p, N);
}

static void
references(void)
{
	static struct meminfo before;

	outlive(); /* what the program itself touches for it is there then */
	look(&before);
	for (int i = 0; i < 20; i++)
		outlive();
	ok(1, "maps outlive the name of their file, and each other");
	all_back(&before, "with the last map the file's frames are given back");
	is(quire_audit(), 0, "the audit finds all references in order");
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(void);
	} parts[] = {
		{"cuts", cuts},
		{"rights", rights},
		{"files", files},
		{"references", references},
	};

	probe = open("/tmp/probe", O_RDWR | O_CREAT, 0600);
	need(probe >= 0, "/tmp/probe");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (argc < 2 || strcmp(argv[1], parts[i].name) == 0)
			parts[i].run();
	return done();
}
