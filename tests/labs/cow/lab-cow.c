/*
 * Lab cow, in the guest: what pageinfo shows of two processes.
 *
 *	lab-cow cost	frames that fork takes
 *	lab-cow write	the four levels before and after a write
 *	lab-cow kernel	system calls that write into forked memory
 */
#include <fcntl.h>

#include "pages.h"

enum {
	SMALL = 16,   /* 64 KiB */
	LARGE = 4096, /* 16 MiB */
	TRIES = 15,
	COST_MOST = 10000, /* frames, of any fork */
};

#define BASE ((volatile char *)0x100000000000ul)
#define GIB  (1ul << 30)
#define W    0x2ul

static volatile int *flag;    /* shared with the children */
static struct pageinfo *seen; /* shared with the children */

/* A root entry that nothing else of this program is below. More than the machine
 * has is promised only without a reserve. */
static volatile char *
map_at(volatile char *at, size_t len)
{
	void *p = mmap((void *)(uintptr_t)at, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
		       -1, 0);

	need(p != MAP_FAILED, "mmap");
	return p;
}

static int
sleep_on(void *unused)
{
	(void)unused;
	while (1)
		sleep(1000);
	return 0;
}

/* ---- cost */

/* Frames of a kind that a fork takes, in most tries: child and parent may take
 * turns at any moment, and the child may have written before we look. */
static long
cost_of_fork(int kind)
{
	int times[COST_MOST] = {0};
	long usual = 0;

	for (int i = 0; i < TRIES; i++) {
		long before = frames(kind), cost;
		pid_t pid = start(sleep_on, NULL);

		cost = frames(kind) - before;
		stop(pid);
		need(cost >= 0 && cost < COST_MOST, "what a fork may cost");
		times[cost]++;
		if (times[cost] > times[usual])
			usual = cost;
	}
	return usual;
}

static void
cost(void)
{
	volatile char *p = map_at(BASE, 1024 * GIB);
	long small[2], large[2], sparse[2];

	touch(p, SMALL);
	small[0] = cost_of_fork(MEM_TABLE);
	small[1] = cost_of_fork(MEM_PAGE);
	touch(p, LARGE);
	large[0] = cost_of_fork(MEM_TABLE);
	large[1] = cost_of_fork(MEM_PAGE);
	for (unsigned long i = 0; i < 1024; i++)
		p[i * GIB] = 1;
	sparse[0] = cost_of_fork(MEM_TABLE);
	sparse[1] = cost_of_fork(MEM_PAGE);
	diag("tables and pages that fork takes, and the parent's first write "
	     "after it: 64 KiB: %ld and %ld; 16 MiB: %ld and %ld; 1 TiB, a "
	     "page in each GiB: %ld and %ld",
	     small[0], small[1], large[0], large[1], sparse[0], sparse[1]);
	is(large[0], small[0],
	   "fork takes as many tables for 16 MiB as for "
	   "64 KiB");
	is(large[1], small[1], "and as many pages");
	is(sparse[0], small[0],
	   "and as many tables for a terabyte with a page "
	   "in each GiB");
	ok(small[0] <= 8, "its root, and the paths that this program wrote");
	is(quire_audit(), 0, "every reference is accounted for");
}

/* ---- write */

static void
show(const char *whose, const struct pageinfo *info)
{
	for (int i = 0; i < info->depth; i++)
		diag("%s, level %d: entry 0x%016lx -> frame 0x%lx, %u "
		     "references",
		     whose, 4 - i, (unsigned long)info->entry[i],
		     (unsigned long)info->entry_frame[i], info->entry_refs[i]);
}

/* One claim about a page of this process and its child. */
static void
claim(int holds, const struct pageinfo *mine, const struct pageinfo *its,
      const char *what)
{
	if (ok(holds, "%s", what))
		return;
	show("parent", mine);
	show("child", its);
}

static int
refs(const struct pageinfo *i, unsigned a, unsigned b, unsigned c, unsigned d)
{
	return i->entry_refs[0] == a && i->entry_refs[1] == b &&
	       i->entry_refs[2] == c && i->entry_refs[3] == d;
}

static int
frames_differ(const struct pageinfo *a, const struct pageinfo *b)
{
	int n = 0;

	for (int i = 0; i < 4; i++)
		n += a->entry_frame[i] != b->entry_frame[i];
	return n;
}

static int
all_writable(const struct pageinfo *i)
{
	return (i->entry[0] & i->entry[1] & i->entry[2] & i->entry[3] & W) != 0;
}

static void
after_fork(pid_t pid, volatile char *p)
{
	struct pageinfo mine = page_of(0, p), its = page_of(pid, p);

	claim(frames_differ(&mine, &its) == 0, &mine, &its,
	      "after fork both see the same frames at all levels");
	claim(refs(&mine, 2, 1, 1, 1), &mine, &its,
	      "two root entries point to the first table, one to what is "
	      "below");
	claim(!(mine.entry[0] & W) && !(its.entry[0] & W), &mine, &its,
	      "neither root entry has W");
	ok(!mine.writable && !its.writable, "so neither may write the page");
}

static void
after_write(pid_t pid, volatile char *p, const struct pageinfo *before)
{
	long tables = frames(MEM_TABLE), pages = frames(MEM_PAGE);
	struct pageinfo mine, its, next, its_next;

	p[0] = 2;
	is(frames(MEM_TABLE) - tables, 3, "a write copies three tables");
	is(frames(MEM_PAGE) - pages, 1, "and one page");
	mine = page_of(0, p);
	its = page_of(pid, p);
	claim(frames_differ(&mine, before) == 4, &mine, &its,
	      "the writer has other frames at all levels");
	claim(frames_differ(&its, before) == 0, &mine, &its,
	      "the child has the same as before");
	claim(refs(&mine, 1, 1, 1, 1) && refs(&its, 1, 1, 1, 1), &mine, &its,
	      "each of them is seen by one");
	claim(all_writable(&mine) && mine.writable, &mine, &its,
	      "the writer has W at all levels");
	next = page_of(0, p + PAGE);
	its_next = page_of(pid, p + PAGE);
	claim(next.frame == its_next.frame && refs(&next, 1, 1, 1, 2) &&
		      refs(&its_next, 1, 1, 1, 2),
	      &next, &its_next, "the next page is still one for both");
	claim(!next.writable && !its_next.writable, &next, &its_next,
	      "and neither may write it");
	pages = frames(MEM_TABLE) + frames(MEM_PAGE);
	p[1] = 3;
	is(frames(MEM_TABLE) + frames(MEM_PAGE) - pages, 0,
	   "a second write copies nothing");
}

static void
after_exit(volatile char *p)
{
	struct pageinfo before = page_of(0, p + PAGE), after;
	long count = frames(MEM_TABLE) + frames(MEM_PAGE);

	p[PAGE] = 9;
	after = page_of(0, p + PAGE);
	is(frames(MEM_TABLE) + frames(MEM_PAGE) - count, 0,
	   "the child is gone: the last owner copies nothing");
	claim(frames_differ(&before, &after) == 0, &before, &after,
	      "and keeps its frames");
	claim(all_writable(&after), &before, &after, "with W at all levels");
}

static void
write_beside(void)
{
	volatile char *p = map_at(BASE, 4 * PAGE);
	static struct pageinfo before;
	pid_t pid;

	p[0] = p[PAGE] = p[2 * PAGE] = 1;
	before = page_of(0, p);
	claim(all_writable(&before), &before, &before,
	      "before fork all entries have W");
	pid = start(sleep_on, NULL);
	settle(pid, "lab-cow");
	after_fork(pid, p);
	after_write(pid, p, &before);
	stop(pid);
	after_exit(p);
	free_pages(p, 4);
}

static int
grandchild(void *at)
{
	volatile char *p = at;

	p[0] = 3;
	return p[PAGE] == 2 ? 0 : 1;
}

static int
child(void *at)
{
	volatile char *p = at;
	int status;

	p[PAGE] = 2;
	status = run(grandchild, at);
	return status == 0 && p[0] == 1 ? 0 : 1;
}

static void
generations(void)
{
	volatile char *p = map_at(BASE, 2 * PAGE);

	p[0] = p[PAGE] = 1;
	is(ending(run(child, (void *)(uintptr_t)p)), 0,
	   "each generation sees its own writes");
	ok(p[0] == 1 && p[PAGE] == 1, "and the first none of the later ones'");
	free_pages(p, 2);
}

static int
write_shared(void *at)
{
	volatile char *block = at;

	block[0] = 6;
	block[PAGE] = 7;
	seen[0] = page_of(0, block);
	return 0;
}

static void
shared(void)
{
	volatile char *block = shared_pages(2);
	struct pageinfo mine;

	block[0] = 5;
	is(ending(run(write_shared, (void *)(uintptr_t)block)), 0,
	   "a child writes to a shared block");
	ok(block[0] == 6 && block[PAGE] == 7, "and the parent sees it");
	mine = page_of(0, block);
	is(seen[0].frame, mine.frame, "in the same frame");
	need(munmap((void *)(uintptr_t)block, 2 * PAGE) == 0, "munmap");
}

/* ---- kernel */

static const char path[] = "/tmp/lab-cow";

static int
read_into(void *at)
{
	int fd = open(path, O_RDONLY);

	if (read(fd, at, 4) != 4 || memcmp(at, "file", 4) != 0)
		return 1;
	seen[0] = page_of(0, at);
	flag[0] = 1;
	await(&flag[0], 2);
	return 0;
}

static void
read_in_child(void)
{
	volatile char *p = map_at(BASE, PAGE);
	struct pageinfo before, after;
	pid_t pid;

	p[0] = 'P';
	before = page_of(0, p);
	flag[0] = 0;
	pid = start(read_into, (void *)(uintptr_t)p);
	while (flag[0] < 1 && waitpid(pid, NULL, WNOHANG) == 0)
		sched_yield();
	need(flag[0] == 1, "the child's read(2) into forked memory");
	after = page_of(0, p);
	is(p[0], 'P', "read(2) for the child is not seen by the parent");
	is(after.frame, before.frame, "whose frame is as it was");
	ok(seen[0].frame != before.frame, "the child's is another");
	is(seen[0].refs, 1, "which nobody else sees");
	is(after.refs, 1, "and the parent's is its own again");
	flag[0] = 2;
	finish(pid);
	free_pages(p, 1);
}

static void
read_with_child(int fd)
{
	volatile char *p = map_at(BASE, PAGE);
	pid_t pid;

	p[0] = 'P';
	pid = start(sleep_on, NULL);
	settle(pid, "lab-cow");
	need(lseek(fd, 0, SEEK_SET) == 0, "lseek");
	is(read(fd, (void *)(uintptr_t)p, 4), 4,
	   "read(2) while a child sees the page");
	ok(p[0] == 'f', "is seen by the reader at once");
	ok(page_of(0, p).frame != page_of(pid, p).frame,
	   "in a frame that the child does not see");
	stop(pid);
	free_pages(p, 1);
}

static void
private_file(int fd)
{
	char back[5] = "";
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	int other = open(path, O_RDONLY);

	need(p != MAP_FAILED && other >= 0, "mmap of the file");
	ok(p[0] == 'f', "a private mapping shows the file");
	is(page_of(0, p).source, PAGE_FILE, "in the file's own frame");
	need(lseek(other, 2, SEEK_SET) == 2, "lseek");
	is(read(other, p, 2), 2, "read(2) into the mapping");
	ok(p[0] == 'l' && p[1] == 'e', "changes the mapping");
	is(page_of(0, p).source, PAGE_PRIVATE, "in a page of its own");
	need(lseek(other, 0, SEEK_SET) == 0, "lseek");
	need(read(other, back, 4) == 4, "read");
	is_string(back, "file", "and not the file");
	close(other);
	munmap(p, PAGE);
}

static void
refused(int fd)
{
	void *p =
		mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	need(p != MAP_FAILED && lseek(fd, 0, SEEK_SET) == 0, "mmap");
	fails(read(fd, p, 4), EFAULT,
	      "read(2) into a page without w is EFAULT");
	ok(*(volatile char *)p == 0, "and changes nothing");
	munmap(p, PAGE);
}

static void
kernel(void)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0 && write(fd, "file", 4) == 4, path);
	read_in_child();
	read_with_child(fd);
	private_file(fd);
	refused(fd);
	close(fd);
	unlink(path);
	is(quire_audit(), 0, "every reference is accounted for");
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "write";

	flag = shared_pages(1);
	seen = shared_pages(1);
	if (strcmp(what, "cost") == 0) {
		cost();
		return done();
	}
	if (strcmp(what, "kernel") == 0) {
		kernel();
		return done();
	}
	write_beside();
	generations();
	shared();
	is(quire_audit(), 0, "every reference is accounted for");
	return done();
}
