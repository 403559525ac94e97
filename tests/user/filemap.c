/*
 * Mapping files: one copy of each page in memory, whoever looks at it.
 *
 * Runs on Linux as well, apart from the frames.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "pages.h"

static const char path[] = "/tmp/filemap";

static int
make_file(size_t size)
{
	static char page[PAGE];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, path);
	for (size_t done = 0; done < size; done += PAGE) {
		size_t n = size - done < PAGE ? size - done : PAGE;

		memset(page, 'a' + (int)(done / PAGE), sizeof(page));
		need(write(fd, page, n) == (ssize_t)n, "write");
	}
	return fd;
}

static volatile char *
map(int fd, size_t pages, int prot, int flags)
{
	void *p = mmap(NULL, pages * PAGE, prot, flags, fd, 0);

	need(p != MAP_FAILED, "mmap of a file");
	return p;
}

static char
byte_at(int fd, off_t offset)
{
	char c = 0;

	need(pread(fd, &c, 1, offset) == 1, "pread");
	return c;
}

static void
put_byte(int fd, off_t offset, char c)
{
	need(pwrite(fd, &c, 1, offset) == 1, "pwrite");
}

static void
shared(void)
{
	int fd = make_file(3 * PAGE);
	volatile char *a = map(fd, 3, PROT_READ | PROT_WRITE, MAP_SHARED);
	volatile char *b = map(fd, 3, PROT_READ, MAP_SHARED);

	is(a[PAGE], 'b', "a shared mapping shows the file");
	a[PAGE] = 'X';
	is(b[PAGE], 'X', "a write is seen by another mapping");
	is(byte_at(fd, PAGE), 'X', "and by read(2)");
	put_byte(fd, PAGE, 'Y');
	is(a[PAGE], 'Y', "a write(2) is seen by the mapping");
	is(page_of(0, a + PAGE).frame, page_of(0, b + PAGE).frame,
	   "both mappings show one frame");
	ok(!page_of(0, b + PAGE).writable, "the read-only one may not write");
	close(fd);
	unlink(path);
	is(a[2 * PAGE], 'c', "a mapping outlives its file's name");
	free_pages(a, 3);
	free_pages(b, 3);
}

static void private(void)
{
	int fd = make_file(3 * PAGE);
	volatile char *p = map(fd, 3, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	volatile char *q = map(fd, 3, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	struct pageinfo before, after;

	(void)p[0];
	(void)q[0];
	before = page_of(0, p);
	is(before.frame, page_of(0, q).frame,
	   "private mappings share the file's frame until one writes");
	is(before.source, PAGE_FILE, "pageinfo says so");
	p[0] = 'P';
	after = page_of(0, p);
	ok(after.frame != before.frame && after.source == PAGE_PRIVATE,
	   "then the writer has a frame of its own");
	is(q[0], 'a', "the other mapping does not see the write");
	is(byte_at(fd, 0), 'a', "neither does the file");
	put_byte(fd, PAGE, 'Z');
	is(p[PAGE], 'Z', "an untouched page shows the file as it is now");
	put_byte(fd, 0, 'F');
	is(p[0], 'P', "a private page does not");
	close(fd);
	unlink(path);
	free_pages(p, 3);
	free_pages(q, 3);
}

static int
read_from(void *p)
{
	return *(volatile char *)p;
}

static void
ends(void)
{
	int fd = make_file(PAGE + 100);
	volatile char *p = map(fd, 4, PROT_READ | PROT_WRITE, MAP_SHARED);
	int zero = 1;

	for (int i = PAGE + 100; i < 2 * PAGE; i++)
		zero &= p[i] == 0;
	ok(zero, "the rest of the last page is zero");
	is(ending(run(read_from, (void *)(uintptr_t)(p + 2 * PAGE))),
	   1000 + SIGBUS, "a page beyond the end is SIGBUS");
	fails(write(fd, (void *)(uintptr_t)(p + 2 * PAGE), 1), EFAULT,
	      "as an argument it is EFAULT");
	need(ftruncate(fd, 4 * PAGE) == 0, "ftruncate");
	is(p[2 * PAGE], 0, "after ftruncate to more, zeros");
	p[3 * PAGE] = 'T';
	is(byte_at(fd, 3 * PAGE), 'T', "which may be written");
	need(ftruncate(fd, 10) == 0, "ftruncate");
	need(ftruncate(fd, PAGE) == 0, "ftruncate");
	is(byte_at(fd, 11), 0, "what was cut off is zero when it comes back");
	is(byte_at(fd, 9), 'a', "what was kept is as it was");
	close(fd);
	unlink(path);
	free_pages(p, 4);
}

static void
refusals(void)
{
	int fd = make_file(PAGE), ro = open(path, O_RDONLY);
	int dir = open("/tmp", O_RDONLY);
	volatile char *p;

	fails(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0),
	      EACCES, "a shared mapping may not write a read-only file");
	p = map(ro, 1, PROT_READ, MAP_SHARED);
	fails(mprotect((void *)(uintptr_t)p, PAGE, PROT_READ | PROT_WRITE),
	      EACCES, "not by way of mprotect either");
	free_pages(p, 1);
	p = map(ro, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	p[0] = 1;
	is(p[0], 1, "a private mapping may");
	free_pages(p, 1);
	fails(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1), EINVAL,
	      "an offset between two pages");
	fails(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, dir, 0), ENODEV,
	      "a directory");
	close(dir);
	close(ro);
	close(fd);
	unlink(path);
}

/* A file of the initramfs: whole pages in place. */
static void
in_place(void)
{
	int fd = open("/lib/libc.so", O_RDONLY), zero = 1;
	volatile char *p;
	struct stat st;
	size_t last;

	need(fstat(fd, &st) == 0 && st.st_size % PAGE, "fstat");
	last = (size_t)st.st_size / PAGE;
	p = map(fd, last + 1, PROT_READ, MAP_SHARED);
	is(p[0], byte_at(fd, 0), "a mapped file of the initramfs");
	ok(page_of(0, p).module, "is shown from the module's frame");
	is(p[last * PAGE], byte_at(fd, (long)last * PAGE), "its last page");
	ok(!page_of(0, p + last * PAGE).module, "is a copy");
	for (size_t i = (size_t)st.st_size; i < (last + 1) * PAGE; i++)
		zero &= p[i] == 0;
	ok(zero, "what follows its end in the archive is not seen");
	close(fd);
	free_pages(p, last + 1);
}

static int
write_child(void *p)
{
	*(volatile char *)p = 'C';
	return 0;
}

static void
across_fork(void)
{
	int fd = make_file(2 * PAGE);
	volatile char *s = map(fd, 2, PROT_READ | PROT_WRITE, MAP_SHARED);
	volatile char *p = map(fd, 2, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	long pages;

	need(run(write_child, (void *)(uintptr_t)s) == 0, "child");
	is(s[0], 'C', "a child's write to a shared mapping is seen");
	need(run(write_child, (void *)(uintptr_t)(p + PAGE)) == 0, "child");
	is(p[PAGE], 'b', "to a private one it is not");
	pages = frames(MEM_PAGE);
	s[1] = 'S';
	is(frames(MEM_PAGE) - pages, 0,
	   "writing a shared page after fork copies nothing");
	close(fd);
	unlink(path);
	free_pages(s, 2);
	free_pages(p, 2);
}

static int
read_byte(void *at)
{
	return *(volatile char *)at == 0;
}

/* A file shrinks under its mappings, and grows again. */
static void
truncated(void)
{
	int fd = make_file(4 * PAGE);
	volatile char *a = map(fd, 4, PROT_READ | PROT_WRITE, MAP_SHARED);
	volatile char *p = map(fd, 4, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	touch(a, 4);
	p[PAGE] = p[3 * PAGE] = 'P';
	is(ftruncate(fd, PAGE + 100), 0, "a mapped file shrinks");
	is(ending(run(read_byte, (void *)(uintptr_t)(a + 3 * PAGE))),
	   1000 + SIGBUS, "a shared page beyond the new end is SIGBUS");
	is(ending(run(read_byte, (void *)(uintptr_t)(p + 3 * PAGE))),
	   1000 + SIGBUS, "a private copy of one too");
	is(p[PAGE], 'P', "a private copy in front of it stays");
	is(a[PAGE + 100], 0, "the rest of the last page is zero");
	is(ftruncate(fd, 4 * PAGE), 0, "it grows again");
	is(a[3 * PAGE], 0, "with zeros");
	a[3 * PAGE] = 'z';
	is(byte_at(fd, 3 * PAGE), 'z', "and mapping and file are one");
	is(p[3 * PAGE], 'z', "as the private mapping sees, too");
	munmap((void *)(uintptr_t)a, 4 * PAGE);
	munmap((void *)(uintptr_t)p, 4 * PAGE);
	close(fd);
}

/* A few pages far apart: the store's tree is as high as it can get. */
static void
sparse(void)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct meminfo before, with;

	look(&before);
	for (off_t page = 1; page <= 1 << 24; page *= 64)
		need(pwrite(fd, "x", 1, page * PAGE) == 1, "pwrite");
	look(&with);
	is(with.frames[MEM_PAGE] - before.frames[MEM_PAGE], 5,
	   "a file of 64 GiB with 5 pages");
	is(quire_audit(), 0, "the audit finds each of them");
	is(ftruncate(fd, 64 * 64 * PAGE), 0, "it is cut");
	look(&with);
	is(with.frames[MEM_PAGE] - before.frames[MEM_PAGE], 2, "and keeps two");
	is(quire_audit(), 0, "which the audit finds, too");
	is(byte_at(fd, 64 * PAGE) + byte_at(fd, 65 * PAGE), 'x',
	   "with nothing between them");
	close(fd);
	unlink(path);
}

int
main(void)
{
	truncated();
	shared();
	private();
	ends();
	refusals();
	across_fork();
	in_place();
	sparse();
	return done();
}
