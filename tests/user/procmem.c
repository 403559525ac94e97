/*
 * /proc/PID/maps, smaps and pagemap: what they say is what pageinfo says, and
 * shares of pages add up to what there is.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "pages.h"

enum {
	PAGES = 64,
	KIB = PAGES * 4, /* of them */
	MANY = 5000,
};

/* What smaps says of one region, in KiB. */
struct figures {
	long size, rss, pss, shared_clean, shared_dirty, private_clean,
		private_dirty, anonymous;
};

static FILE *
proc_file(pid_t pid, const char *name)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	f = fopen(path, "r");
	need(f != NULL, path);
	return f;
}

static void
take(const char *line, const char *name, long *value)
{
	size_t len = strlen(name);

	if (strncmp(line, name, len) == 0 && line[len] == ':')
		*value = strtol(line + len + 1, NULL, 10);
}

/* The figures of the region of pid that begins at addr. */
static struct figures
figures_of(pid_t pid, const volatile void *addr)
{
	static char line[5000];
	struct figures fig = {.size = -1};
	FILE *f = proc_file(pid, "smaps");
	int mine = 0;

	while (fgets(line, sizeof(line), f)) {
		uint64_t start, end;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2)
			mine = start == (uint64_t)addr;
		if (!mine)
			continue;
		take(line, "Size", &fig.size);
		take(line, "Rss", &fig.rss);
		take(line, "Pss", &fig.pss);
		take(line, "Shared_Clean", &fig.shared_clean);
		take(line, "Shared_Dirty", &fig.shared_dirty);
		take(line, "Private_Clean", &fig.private_clean);
		take(line, "Private_Dirty", &fig.private_dirty);
		take(line, "Anonymous", &fig.anonymous);
	}
	fclose(f);
	return fig;
}

/* Anonymous pages with nothing of the same kind beside them, so that they are
 * a region. */
static volatile char *
region(size_t count, int flags)
{
	char *p = mmap(NULL, (count + 2) * PAGE, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED, "mmap");
	need(mmap(p + PAGE, count * PAGE, PROT_READ | PROT_WRITE,
		  flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED,
	     "mmap of the region");
	return p + PAGE;
}

static void
maps_are_the_regions(void)
{
	static char line[5000], name[5000];
	static struct pageinfo info;
	FILE *f = proc_file(getpid(), "maps");
	int same = 0, count = 0, named = 0;
	uint64_t at = 0;

	while (fgets(line, sizeof(line), f)) {
		char r, w, x, s;
		uint64_t start, end, offset, file;
		const char *last;

		name[0] = '\0';
		need(sscanf(line,
			    "%" SCNx64 "-%" SCNx64 " %c%c%c%c %" SCNx64
			    " %*x:%*x %" SCNu64 " %4100s",
			    &start, &end, &r, &w, &x, &s, &offset, &file,
			    name) >= 8,
		     line);
		need(pageinfo(0, (void *)at, &info) == 0, "pageinfo");
		if (info.region_start > at)
			need(pageinfo(0, (void *)info.region_start, &info) == 0,
			     "pageinfo");
		at = end;
		count++;
		same += info.region_start == start && info.region_end == end &&
			(r == 'r') == !!(info.prot & PROT_READ) &&
			(w == 'w') == !!(info.prot & PROT_WRITE) &&
			(x == 'x') == !!(info.prot & PROT_EXEC) &&
			(s == 's') == info.shared && info.file == file &&
			(!file || info.region_offset == offset);
		last = strrchr(name, '/');
		named += info.name[0] && last &&
			 strcmp(last + 1, info.name) == 0;
	}
	fclose(f);
	ok(count > 5 && same == count, "maps: each line is a region");
	ok(named > 5, "maps: files have their names");
	ok(pageinfo(0, (void *)at, &info) < 0, "maps: no region is missing");
}

static void
figures_of_anonymous_pages(void)
{
	volatile char *p = region(PAGES, MAP_PRIVATE);
	struct figures f = figures_of(getpid(), p);

	is(f.size, KIB, "smaps: the size");
	is(f.rss + f.pss, 0, "smaps: untouched pages are not there");
	(void)p[0];
	is(figures_of(getpid(), p).rss, 0, "smaps: nor is the page of zeros");
	touch(p, PAGES / 2);
	f = figures_of(getpid(), p);
	is(f.rss, KIB / 2, "smaps: Rss of touched pages");
	is(f.pss, KIB / 2, "smaps: Pss is the same");
	is(f.private_dirty, KIB / 2, "smaps: Private_Dirty");
	is(f.anonymous, KIB / 2, "smaps: Anonymous");
	is(f.shared_clean + f.shared_dirty + f.private_clean, 0,
	   "smaps: nothing else");
	free_pages(p - PAGE, PAGES + 2);
}

/* Pages where there are no others: tables lead to them alone, and nobody copies
 * one of these to write something else. */
static volatile char *const lonely = (volatile char *)0x100000000000;

static int
write_some(void *argument)
{
	volatile int *step = argument;

	await(step, 1);
	for (int i = 0; i < PAGES / 4; i++)
		lonely[i * PAGE] = 1;
	*step = 2;
	await(step, 3);
	return 0;
}

/* Fork shares tables: no entry of a page tells of the child, the tables do. */
static void
fork_halves_pss(void)
{
	static struct meminfo before, after;
	volatile char *p = lonely;
	volatile int *step = shared_pages(1);
	struct figures f;
	pid_t child;

	need(mmap((void *)(uintptr_t)p, PAGES * PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		  0) == (void *)(uintptr_t)p,
	     "mmap");
	touch(p, PAGES);
	look(&before);
	child = start(write_some, (void *)(uintptr_t)step);
	f = figures_of(getpid(), p);
	is(f.rss, KIB, "after fork: Rss as before");
	is(f.pss, KIB / 2, "after fork: half the Pss");
	is(f.shared_dirty, KIB, "after fork: all of it is shared");
	is(page_of(0, p).refs, 1, "though each page has one reference");
	look(&after);
	ok(after.frames[MEM_PAGE] < before.frames[MEM_PAGE] + PAGES,
	   "after fork: nothing was copied");
	is(figures_of(child, p).pss, KIB / 2, "the child has the other half");
	*step = 1;
	await(step, 2);
	f = figures_of(child, p);
	is(f.private_dirty, KIB / 4, "what the child wrote is its own");
	is(f.shared_dirty, KIB - KIB / 4, "the rest is shared");
	is(f.pss, KIB / 4 + (KIB - KIB / 4) / 2, "Pss of the child");
	is(figures_of(getpid(), p).pss, f.pss, "Pss of the parent");
	*step = 3;
	finish(child);
	is(figures_of(getpid(), p).pss, KIB, "the child has gone: all Pss");
	free_pages(p, PAGES);
	munmap((void *)(uintptr_t)step, PAGE);
}

static volatile char *mapped;

static int
map_and_wait(void *argument)
{
	volatile int *step = argument;
	int fd = open("/tmp-mapped", O_RDONLY);

	mapped = mmap((void *)(uintptr_t)mapped, PAGES * PAGE, PROT_READ,
		      MAP_PRIVATE | MAP_FIXED, fd, 0);
	need(mapped != MAP_FAILED, "mmap of the file");
	for (int i = 0; i < PAGES; i++)
		(void)mapped[i * PAGE];
	(*step)++;
	await(step, 10);
	return 0;
}

/* Two processes that have nothing but the file in common. */
static void
file_pages_are_shared_fairly(void)
{
	static char bytes[PAGE];
	volatile int *step = shared_pages(1);
	int fd = open("/tmp-mapped", O_CREAT | O_RDWR, 0600);
	pid_t a, b;

	for (int i = 0; i < PAGES; i++)
		need(write(fd, bytes, PAGE) == PAGE, "write");
	close(fd);
	mapped = region(PAGES, MAP_PRIVATE);
	a = start(map_and_wait, (void *)(uintptr_t)step);
	await(step, 1);
	is(figures_of(a, mapped).pss, KIB, "one maps the file: all is its");
	is(figures_of(a, mapped).private_clean, KIB, "and private, and clean");
	b = start(map_and_wait, (void *)(uintptr_t)step);
	await(step, 2);
	is(figures_of(a, mapped).pss, KIB / 2, "two map it: half for the one");
	is(figures_of(b, mapped).pss, KIB / 2, "half for the other");
	is(figures_of(b, mapped).shared_clean, KIB, "shared and clean");
	*step = 10;
	finish(a);
	finish(b);
	unlink("/tmp-mapped");
	free_pages(mapped - PAGE, PAGES + 2);
	munmap((void *)(uintptr_t)step, PAGE);
}

/* The region of libc's text. */
static struct pageinfo
libc_text(void)
{
	static struct pageinfo info;

	for (uint64_t at = 0; pageinfo(0, (void *)at, &info) == 0;
	     at = at < info.region_start ? info.region_start : info.region_end)
		if (at >= info.region_start && info.prot & PROT_EXEC &&
		    strcmp(info.name, "libc.so") == 0)
			return info;
	need(0, "libc's text");
	return info;
}

/* Over all processes, the shares of the text of libc are its size. */
static void
libc_is_there_once(void)
{
	static struct psinfo p;
	static struct pageinfo info;
	long pss = 0, n = 0, size;

	info = libc_text();
	for (uint64_t va = info.region_start; va < info.region_end; va += PAGE)
		(void)*(volatile char *)va;
	for (p.pid = 0; psinfo(p.pid + 1, &p) == 0; n++)
		pss += figures_of(p.pid, (void *)info.region_start).pss;
	size = (long)(info.region_end - info.region_start) / 1024;
	diag("libc's text: %ld KiB, Pss over %ld processes: %ld", size, n, pss);
	ok(n > 1 && labs(pss - size) < n,
	   "the Pss of all over libc's text make up its size");
}

static void
pagemap_is_the_page_table(void)
{
	volatile char *p = region(PAGES, MAP_PRIVATE);
	uint64_t word[3], at = (uint64_t)p / PAGE * 8;
	int fd = open("/proc/self/pagemap", O_RDONLY);
	volatile char *text;
	char byte;

	need(fd >= 0, "open of pagemap");
	touch(p, 1);
	(void)p[PAGE];
	is(pread(fd, word, sizeof(word), (off_t)at), sizeof(word), "pagemap");
	is(word[0], (long)(1ul << 63 | 1ul << 56 | page_of(0, p).frame),
	   "pagemap: a page of our own");
	is(word[1], (long)(1ul << 63 | page_of(0, p + PAGE).frame),
	   "pagemap: the page of zeros");
	is(word[2], 0, "pagemap: an untouched page");
	text = (volatile char *)libc_text().region_start;
	(void)*text;
	at = (uint64_t)text / PAGE * 8;
	need(pread(fd, word, 8, (off_t)at) == 8, "pread");
	is(word[0], (long)(1ul << 63 | 1ul << 61 | page_of(0, text).frame),
	   "pagemap: a file's page, which others show too");
	fails(pread(fd, &byte, 1, (off_t)at), EINVAL, "pagemap: not one byte");
	fails(pread(fd, word, 8, 4), EINVAL, "pagemap: not half a word");
	is(pread(fd, word, 8, 0x7ffffffff000 / PAGE * 8), 0, "pagemap: an end");
	is(pread(fd, word, 8, 1l << 60), 0, "pagemap: far behind it");
	fails(pread(fd, (void *)16, 8, 0), EFAULT, "pagemap: a bad buffer");
	close(fd);
	free_pages(p - PAGE, PAGES + 2);
}

static int
count_lines(const char *path)
{
	static char part[1000];
	int fd = open(path, O_RDONLY), lines = 0;
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) > 0)
		for (ssize_t i = 0; i < n; i++)
			lines += part[i] == '\n';
	close(fd);
	return lines;
}

static void
many_regions(void)
{
	volatile char *p = region(2 * MANY, MAP_PRIVATE);
	int before = count_lines("/proc/self/maps");

	for (size_t i = 0; i < MANY; i++)
		need(mprotect((void *)(uintptr_t)(p + 2 * i * PAGE), PAGE,
			      PROT_READ) == 0,
		     "mprotect");
	is(count_lines("/proc/self/maps") - before, 2 * MANY - 1,
	   "maps of 10,000 regions");
	ok(count_lines("/proc/self/smaps") > 2 * MANY * 10, "and smaps");
	free_pages(p - PAGE, 2 * MANY + 2);
}

int
main(void)
{
	pid_t other =
		start_program((char *[]){(char[]){"/test/helper-wait"}, NULL});

	settle(other, "helper-wait");
	maps_are_the_regions();
	figures_of_anonymous_pages();
	fork_halves_pss();
	file_pages_are_shared_fairly();
	libc_is_there_once();
	pagemap_is_the_page_table();
	many_regions();
	stop(other);
	return done();
}
