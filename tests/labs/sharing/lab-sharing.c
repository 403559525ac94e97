/*
 * Lab "sharing": Figure 9.9 as facts about frames. The argument says which part;
 * "wait" is what the other processes do.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "pages.h"

enum {
	COPIES = 4, /* of this program, beside the one that looks */
	OTHERS = COPIES + 1,
	FILE_PAGES = 3,
	PRESSURE_PAGES = 8,
};

static char self[] = "/test/lab-sharing";
static char wait_word[] = "wait";
static char sleep_path[] = "/bin/sleep";
static char forever[] = "1000";
static const char path[] = "/tmp/shared";
static pid_t pid[OTHERS]; /* the last one runs another program */

/* Data that each copy reads a page of, and writes a page of. */
static char data[2 * PAGE] __attribute__((aligned(4096))) = {"data"};

/* The compiler must not know what it reads and writes. */
static volatile char *
at(const void *p)
{
	uintptr_t address = (uintptr_t)p;

	__asm__ volatile("" : "+r"(address));
	return (volatile char *)address;
}

static int
wait_for_ever(void)
{
	(void)at(data)[0];
	at(data)[PAGE] = 1;
	sleep_ms(1000000000);
	return 0;
}

static pid_t
start_copy(void)
{
	pid_t child = start_program((char *[]){self, wait_word, NULL});

	settle(child, "lab-sharing");
	return child;
}

static void
start_others(void)
{
	for (int i = 0; i < COPIES; i++)
		pid[i] = start_copy();
	pid[COPIES] = start_program((char *[]){sleep_path, forever, NULL});
	settle(pid[COPIES], "sleep");
}

static void
stop_others(void)
{
	for (int i = 0; i < OTHERS; i++)
		stop(pid[i]);
}

/* One page in all processes. */
struct view {
	int shown, same; /* processes that show it; those with our frame */
	uint32_t refs;
};

static struct view
look_at(const struct pageinfo *mine, uint64_t addr)
{
	struct view v = {.shown = 1, .same = 1, .refs = mine->refs};

	for (int i = 0; i < OTHERS; i++) {
		struct pageinfo other;

		if (pageinfo(pid[i], (const void *)addr, &other) < 0 ||
		    !other.present || strcmp(other.name, mine->name) != 0)
			continue;
		v.shown++;
		v.same += other.frame == mine->frame;
	}
	return v;
}

/* Figure 9.9 for the text of libc: one set of frames, whoever runs it. */
static void
libc_text(void)
{
	static struct pageinfo page;
	int pages = 0, common = 0, differ = 0, copied = 0, odd_refs = 0;

	for (uint64_t addr = 0; next_page(0, &addr, &page); addr += PAGE) {
		struct view v;

		if (strcmp(page.name, "libc.so") || !(page.prot & PROT_EXEC))
			continue;
		v = look_at(&page, addr);
		pages++;
		common += v.shown == OTHERS + 1;
		differ += v.same != v.shown;
		copied += !page.module || page.source != PAGE_FILE;
		odd_refs += v.refs != 2 + (uint32_t)v.shown;
	}
	ok(pages > 0, "this process shows pages of libc's text");
	ok(common > 0, "some of them all %d processes show", OTHERS + 1);
	is(differ, 0, "no process shows another frame than the others");
	is(copied, 0, "no page of libc's text is a copy of the module's");
	is(odd_refs, 0, "references: module, file, one for each process");
}

/* Frames with contents that are a process's own. */
static long
private_pages(pid_t process)
{
	static struct pageinfo page;
	uint64_t addr = 0;
	long n = 0;

	for (; next_page(process, &addr, &page); addr += PAGE)
		n += page.source == PAGE_PRIVATE;
	return n;
}

static void
one_more(void)
{
	long before = frames(MEM_PAGE);
	pid_t child = start_copy();

	is(frames(MEM_PAGE) - before, private_pages(child),
	   "one more process takes frames for its private pages only");
	stop(child);
	is(frames(MEM_PAGE), before, "and gives them back at its end");
}

static void
text(void)
{
	start_others();
	libc_text();
	one_more();
	stop_others();
}

/* Data of the program: one frame as long as nobody writes. */
static void
private_data(void)
{
	struct pageinfo first, other;
	int same = 0, own = 0;

	start_others();
	first = page_of(pid[0], data);
	for (int i = 1; i < COPIES; i++) {
		other = page_of(pid[i], data);
		same += other.present && other.frame == first.frame;
	}
	ok(first.module && first.source == PAGE_FILE && !first.writable,
	   "data that was only read is the module's frame, not writable");
	is(same, COPIES - 1, "each copy of the program shows the same one");
	is(first.refs, 2 + COPIES, "references: module, file, each copy");
	first = page_of(pid[0], data + PAGE);
	for (int i = 1; i < COPIES; i++) {
		other = page_of(pid[i], data + PAGE);
		own += other.source == PAGE_PRIVATE && other.refs == 1 &&
		       other.frame != first.frame;
	}
	ok(first.source == PAGE_PRIVATE && first.writable && !first.module,
	   "data that was written is a private frame");
	is(own, COPIES - 1, "each copy of the program has its own");
	is(at(data)[PAGE], 0, "and no other process sees the write");
	stop_others();
}

/* ---- Memory that parent and child share. */

static int
write_two(void *p)
{
	volatile char *page = p;

	page[0] = 'c';
	page[PAGE] = 'd'; /* untouched when the child was made */
	return 0;
}

static int
write_and_wait(void *p)
{
	write_two(p);
	sleep_ms(1000000000);
	return 0;
}

static void
shared_memory(int fd, const char *what)
{
	void *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
	volatile char *page = p;
	struct pageinfo mine, childs;
	pid_t child;

	need(p != MAP_FAILED, "mmap");
	is(resident(page, 2), 0, "%s: no frame before the first touch", what);
	page[0] = 'p';
	child = start(write_and_wait, p);
	settle(child, "lab-sharing");
	is(page[0], 'c', "%s: the parent sees what the child wrote", what);
	is(page[PAGE], 'd', "%s: also where it had touched nothing", what);
	mine = page_of(0, page);
	childs = page_of(child, page);
	is(childs.frame, mine.frame, "%s: both show one frame", what);
	is(mine.refs, 3, "%s: references: the store's, two entries", what);
	ok(mine.shared && mine.source == PAGE_SHARED,
	   "%s: pageinfo calls it shared", what);
	stop(child);
	page[1] = 'q';
	is(page_of(0, page).frame, mine.frame,
	   "%s: a write after the child's end copies nothing", what);
	need(munmap(p, 2 * PAGE) == 0, "munmap");
}

static void
across_fork(void)
{
	volatile char *private = new_pages(2);
	int zero = open("/dev/zero", O_RDWR);

	need(zero >= 0, "/dev/zero");
	shared_memory(-1, "anonymous");
	shared_memory(zero, "/dev/zero");
	private[0] = 'p';
	need(run(write_two, (void *)(uintptr_t) private) == 0, "child");
	is(private[0], 'p', "private memory does not show the child's writes");
	is(private[PAGE], 0, "also where the parent had touched nothing");
	ok(!page_of(0, private).shared, "pageinfo calls it private");
	free_pages(private, 2);
	close(zero);
}

/* ---- Files. */

static int
make_file(size_t pages)
{
	static char page[PAGE];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, path);
	for (size_t i = 0; i < pages; i++) {
		memset(page, 'a' + (int)i, sizeof(page));
		need(write(fd, page, PAGE) == PAGE, "write");
	}
	return fd;
}

static volatile char *
map(int fd, size_t pages, int prot, int flags, off_t offset)
{
	void *p = mmap(NULL, pages * PAGE, prot, flags, fd, offset);

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
file_mappings(int fd)
{
	const int rw = PROT_READ | PROT_WRITE;
	volatile char *s = map(fd, FILE_PAGES, rw, MAP_SHARED, 0);
	volatile char *p = map(fd, FILE_PAGES, rw, MAP_PRIVATE, 0);
	volatile char *last = map(fd, 1, PROT_READ, MAP_SHARED, 2 * PAGE);

	is(last[0], 'c', "a mapping may begin in the middle of a file");
	(void)p[0];
	(void)s[0];
	is(page_of(0, p).frame, page_of(0, s).frame,
	   "a private and a shared mapping show the file's one frame");
	p[0] = 'P';
	is(s[0], 'a', "a private write is not seen by the shared mapping");
	is(byte_at(fd, 0), 'a', "nor in the file");
	s[2 * PAGE] = 'S';
	is(last[0], 'S', "a shared write is seen by another mapping");
	is(byte_at(fd, 2 * PAGE), 'S', "and in the file");
	free_pages(s, FILE_PAGES);
	free_pages(p, FILE_PAGES);
	free_pages(last, 1);
	is(byte_at(fd, PAGE), 'b', "the file is there when all is unmapped");
}

static void
refusals(int fd)
{
	int ro = open(path, O_RDONLY), wo = open(path, O_WRONLY);
	int directory = open("/tmp", O_RDONLY);
	const int rw = PROT_READ | PROT_WRITE;
	volatile char *p;

	fails(mmap(NULL, PAGE, rw, MAP_SHARED, ro, 0), EACCES,
	      "no shared writable mapping of a file opened for reading");
	p = map(ro, 1, PROT_READ, MAP_SHARED, 0);
	fails(mprotect((void *)(uintptr_t)p, PAGE, rw), EACCES,
	      "not by way of mprotect either");
	free_pages(p, 1);
	p = map(ro, 1, rw, MAP_PRIVATE, 0);
	p[0] = 'P';
	is(byte_at(ro, 0), 'a', "a private one may be written, for itself");
	free_pages(p, 1);
	fails(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, wo, 0), EACCES,
	      "no mapping of a file that may not be read");
	fails(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, directory, 0), ENODEV,
	      "no mapping of a directory");
	fails(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, 99, 0), EBADF,
	      "no mapping of a closed descriptor");
	close(directory);
	close(wo);
	close(ro);
	is(byte_at(fd, 0), 'a', "the file is as it was");
}

/* What a file loses when nobody holds its name. */
static void
mapping_outlives_name(void)
{
	int fd = make_file(1);
	volatile char *p = map(fd, 1, PROT_READ, MAP_SHARED, 0);

	close(fd);
	unlink(path);
	is(p[0], 'a', "a mapping keeps its file when name and file are gone");
	free_pages(p, 1);
}

static void
files(void)
{
	int fd = make_file(FILE_PAGES);

	file_mappings(fd);
	refusals(fd);
	close(fd);
	unlink(path);
	mapping_outlives_name();
}

/* ---- Memory runs out: clean pages of files go, written ones stay. */

static int
eat(void *unused)
{
	(void)unused;
	for (int i = 0; i < 100000; i++)
		touch(new_pages(256), 256);
	return 0;
}

static void
pressure(void)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	int kept = 0, status;
	volatile char *p;

	need(ftruncate(fd, PRESSURE_PAGES * PAGE) == 0, "ftruncate");
	p = map(fd, PRESSURE_PAGES, PROT_READ, MAP_SHARED, 0);
	(void)p[0];
	need(mprotect((void *)(uintptr_t)p, PRESSURE_PAGES * PAGE,
		      PROT_READ | PROT_WRITE) == 0,
	     "mprotect");
	for (int i = 0; i < PRESSURE_PAGES; i++)
		p[i * PAGE] = (char)(i + 1);
	free_pages(p, PRESSURE_PAGES);
	status = run(eat, NULL);
	ok(WIFSIGNALED(status),
	   "a process that takes all memory is ended, nobody else");
	for (int i = 0; i < PRESSURE_PAGES; i++)
		kept += byte_at(fd, i * PAGE) == i + 1;
	is(kept, PRESSURE_PAGES,
	   "what was written through a shared mapping is still there");
	close(fd);
	unlink(path);
}

static const struct {
	const char *name;
	void (*run)(void);
} group[] = {
	{"text", text},	  {"data", private_data}, {"fork", across_fork},
	{"files", files}, {"pressure", pressure},
};

/* The first claim brings the pages that every claim writes. */
int
main(int argc, char **argv)
{
	size_t i = 0;

	if (argc > 1 && strcmp(argv[1], wait_word) == 0)
		return wait_for_ever();
	while (i < sizeof(group) / sizeof(group[0]) &&
	       (argc < 2 || strcmp(argv[1], group[i].name) != 0))
		i++;
	if (ok(i < sizeof(group) / sizeof(group[0]), "the program runs")) {
		frames(MEM_PAGE);
		group[i].run();
	}
	return done();
}
