/*
 * System calls reach memory as programs do: pages that are lazy, shared by fork
 * or not there are fetched, owned or refused.
 */
#include <fcntl.h>
#include <sys/uio.h>

#include "pages.h"

enum {
	PAGES = 4,
};

static const char path[] = "/tmp/lazyio";
static const char untouched[PAGE] __attribute__((aligned(4096))) = {"lazy"};
static char data[2 * PAGE] __attribute__((aligned(4096))) = {"data"};

static int
new_file(void)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, path);
	return fd;
}

static void
into_lazy_pages(int fd)
{
	volatile char *p = new_pages(PAGES);
	static char block[PAGE];

	memset(block, 'x', sizeof(block));
	need(write(fd, block, PAGE) == PAGE, "write");
	lseek(fd, 0, SEEK_SET);
	is(read(fd, (void *)(uintptr_t)(p + PAGE - 100), 200), 200,
	   "read(2) into two untouched pages");
	ok(p[PAGE - 100] == 'x' && p[PAGE + 99] == 'x' && p[PAGE + 100] == 0,
	   "brings exactly those bytes");
	is(resident(p, PAGES), 2, "and a frame for each of the two pages");
	lseek(fd, 0, SEEK_SET);
	is(write(fd, (void *)(uintptr_t)(p + 2 * PAGE), PAGE), PAGE,
	   "write(2) from an untouched page writes zeros");
	is(page_of(0, p + 2 * PAGE).source, PAGE_ZERO,
	   "which needs no frame of its own");
	free_pages(p, PAGES);
}

static void
program_pages(int fd)
{
	char back[5] = "";

	lseek(fd, 0, SEEK_SET);
	is(write(fd, untouched, 5), 5, "write(2) from an untouched constant");
	lseek(fd, 0, SEEK_SET);
	need(read(fd, back, 5) == 5, "read");
	is_string(back, "lazy", "writes what the linker put there");
	lseek(fd, 0, SEEK_SET);
	is(read(fd, data + 1, 2), 2, "read(2) into data never touched");
	is_string(data, "dlaa", "changes those bytes only");
	is(page_of(0, data).source, PAGE_PRIVATE, "in a private page");
}

static int
read_in_child(void *p)
{
	int fd = open(path, O_RDONLY);

	return read(fd, p, 4) == 4 && memcmp(p, "lazy", 4) == 0 ? 0 : 1;
}

static void
after_fork(void)
{
	volatile char *p = new_pages(1);
	struct pageinfo before;

	p[0] = 'P';
	before = page_of(0, p);
	is(ending(run(read_in_child, (void *)(uintptr_t)p)), 0,
	   "read(2) into a page shared by fork");
	is(p[0], 'P', "is not seen by the parent");
	is(page_of(0, p).frame, before.frame, "whose frame is as it was");
	free_pages(p, 1);
}

static void
short_counts(int fd)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static struct iovec v[2];

	need(p != MAP_FAILED && munmap(p + PAGE, PAGE) == 0, "mmap");
	need(ftruncate(fd, 0) == 0 && ftruncate(fd, PAGE) == 0, "ftruncate");
	lseek(fd, 0, SEEK_SET);
	is(read(fd, p + PAGE - 10, 100), 10,
	   "read(2) that runs off the memory returns the short count");
	fails(read(fd, p + PAGE, 100), EFAULT, "and the next one EFAULT");
	is(lseek(fd, 0, SEEK_CUR), 10, "the offset has moved by what was read");
	is(write(fd, p + PAGE - 10, 100), 10, "the same for write(2)");
	v[0] = (struct iovec){p, 5};
	v[1] = (struct iovec){p + PAGE, 5};
	is(writev(fd, v, 2), 5, "and for writev(2)");
	munmap(p, PAGE);
}

int
main(void)
{
	int fd = new_file();

	into_lazy_pages(fd);
	program_pages(fd);
	after_fork();
	short_counts(fd);
	close(fd);
	unlink(path);
	return done();
}
