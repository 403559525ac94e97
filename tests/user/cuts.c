/*
 * Any part of any mapping may be unmapped, protected or replaced: random cuts,
 * compared page by page with a model.
 *
 * What a page allows is found out by system calls, which fail where a program
 * would be killed. Runs on Linux as well.
 */
#include <fcntl.h>

#include "process.h"

enum {
	PAGE = 4096,
	PAGES = 48,
	STEPS = 1500,
};

/* What we think of one page of the window. */
struct model {
	int mapped, prot;
	unsigned char value; /* of its first byte */
	int file_page;	     /* shown by a shared mapping; else -1 */
};

static struct model model[PAGES];
static unsigned char file_value[PAGES]; /* of the file that we map shared */
static unsigned char *window;
static int probe, file, constant;
static unsigned long seed = 88172645463325252ul;

static unsigned
chance(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static int
readable(const void *p)
{
	lseek(probe, 0, SEEK_SET);
	return write(probe, p, 1) == 1;
}

/* Writes one byte there by read(2). */
static int
put(void *p, unsigned char byte)
{
	lseek(probe, 0, SEEK_SET);
	need(write(probe, &byte, 1) == 1, "write");
	lseek(probe, 0, SEEK_SET);
	return read(probe, p, 1) == 1;
}

static unsigned char
value_of(const struct model *m)
{
	return m->file_page >= 0 ? file_value[m->file_page] : m->value;
}

static void
map_anonymous(unsigned from, unsigned count, int prot)
{
	void *p = window + from * PAGE;

	need(mmap(p, count * PAGE, prot,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p,
	     "mmap");
	for (unsigned i = from; i < from + count; i++)
		model[i] = (struct model){
			.mapped = 1, .prot = prot, .file_page = -1};
}

/* A file that nobody writes: page i begins with i + 1. */
static void
map_private_file(unsigned from, unsigned count, int prot)
{
	void *p = window + from * PAGE;
	unsigned first = chance(PAGES - count + 1);

	need(mmap(p, count * PAGE, prot, MAP_PRIVATE | MAP_FIXED, constant,
		  first * PAGE) == p,
	     "mmap of a private file");
	for (unsigned i = 0; i < count; i++)
		model[from + i] =
			(struct model){.mapped = 1,
				       .prot = prot,
				       .value = (unsigned char)(first + i + 1),
				       .file_page = -1};
}

static void
map_shared_file(unsigned from, unsigned count, int prot)
{
	void *p = window + from * PAGE;
	unsigned first = chance(PAGES - count + 1);

	need(mmap(p, count * PAGE, prot, MAP_SHARED | MAP_FIXED, file,
		  first * PAGE) == p,
	     "mmap of a file");
	for (unsigned i = 0; i < count; i++)
		model[from + i] = (struct model){.mapped = 1,
						 .prot = prot,
						 .file_page = (int)(first + i)};
}

static void
unmap(unsigned from, unsigned count)
{
	need(munmap(window + from * PAGE, count * PAGE) == 0, "munmap");
	for (unsigned i = from; i < from + count; i++)
		model[i].mapped = 0;
}

/* => whether the kernel agrees that there is, or is not, a hole */
static int
protect(unsigned from, unsigned count, int prot)
{
	int hole = 0, result;

	for (unsigned i = from; i < from + count; i++)
		hole |= !model[i].mapped;
	/* With a hole Linux changes what comes before it: leave that out. */
	if (hole)
		return 1;
	result = mprotect(window + from * PAGE, count * PAGE, prot);
	for (unsigned i = from; i < from + count; i++)
		model[i].prot = prot;
	return result == 0;
}

static int
write_page(unsigned i)
{
	unsigned char byte = (unsigned char)(1 + chance(255));
	int wanted = model[i].mapped && (model[i].prot & PROT_WRITE);

	if (put(window + i * PAGE, byte) != wanted)
		return 0;
	if (wanted && model[i].file_page >= 0)
		file_value[model[i].file_page] = byte;
	else if (wanted)
		model[i].value = byte;
	return 1;
}

/* => how many pages are not as the model has them */
static int
compare(void)
{
	int bad = 0;

	for (unsigned i = 0; i < PAGES; i++) {
		unsigned char *p = window + i * PAGE;
		int wanted = model[i].mapped && (model[i].prot & PROT_READ);

		if (readable(p) != wanted)
			bad++;
		else if (wanted && *p != value_of(&model[i]))
			bad++;
	}
	return bad;
}

static int
step(void)
{
	static const int prots[] = {PROT_NONE, PROT_READ,
				    PROT_READ | PROT_WRITE,
				    PROT_READ | PROT_WRITE};
	unsigned from = chance(PAGES), count = 1 + chance(PAGES - from);
	int prot = prots[chance(4)];

	switch (chance(10)) {
	case 0:
		map_anonymous(from, count, prot);
		return 1;
	case 1:
		map_shared_file(from, count, prot);
		return 1;
	case 2:
		map_private_file(from, count, prot);
		return 1;
	case 3:
		unmap(from, 1 + chance(count > 4 ? 4 : count));
		return 1;
	case 4:
		return protect(from, count, prot);
	default:
		return write_page(from);
	}
}

/* In a child everything must look the same, and stay so for the parent. */
static int
child(void *unused)
{
	int bad = compare();

	(void)unused;
	for (unsigned i = 0; i < PAGES; i++)
		if (model[i].file_page < 0)
			bad += !write_page(i);
	return bad + compare() ? 1 : 0;
}

static int
new_constant_file(void)
{
	int fd = open("/tmp/cuts-constant", O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, "/tmp/cuts-constant");
	for (unsigned i = 0; i < PAGES; i++) {
		unsigned char value = (unsigned char)(i + 1);

		need(pwrite(fd, &value, 1, i * PAGE) == 1, "pwrite");
	}
	need(ftruncate(fd, PAGES * PAGE) == 0, "ftruncate");
	return fd;
}

int
main(void)
{
	int refused = 0, bad = 0, children = 0;

	probe = open("/tmp/cuts-probe", O_RDWR | O_CREAT | O_TRUNC, 0600);
	file = open("/tmp/cuts-file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(probe >= 0 && file >= 0, "/tmp");
	need(ftruncate(file, PAGES * PAGE) == 0, "ftruncate");
	constant = new_constant_file();
	window = mmap(NULL, PAGES * PAGE, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(window != MAP_FAILED, "mmap");
	unmap(0, PAGES);
	for (int i = 0; i < STEPS; i++) {
		refused += !step();
		if (i % 10 == 0)
			bad += compare();
		if (i % 100 == 99)
			children += run(child, NULL) != 0;
	}
	is(refused, 0,
	   "1,500 random cuts: each allowed or refused as should be");
	is(bad, 0, "every page has the rights and contents of the model");
	is(children, 0, "children see and change their own");
	unmap(0, PAGES);
	unlink("/tmp/cuts-probe");
	unlink("/tmp/cuts-file");
	unlink("/tmp/cuts-constant");
	return done();
}
