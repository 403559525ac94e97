/*
 * Sharing: one copy of libc and of each program, mapped by all who run it.
 */
#include <fcntl.h>

#include "pages.h"

static char wait_path[] = "/test/helper-wait";
static char sleep_path[] = "/bin/sleep";
static char forever[] = "1000";
static pid_t pid[3]; /* twice the same program, once another */

/* Pages of one file with these rights that two processes show at the same
 * address. */
struct tally {
	int pages, same, module, least_refs;
};

static struct tally
compare(pid_t a, pid_t b, const char *name, int prot, int source)
{
	struct tally t = {.least_refs = 1000000};
	static struct pageinfo pa, pb;

	for (uint64_t addr = 0; next_page(a, &addr, &pa); addr += PAGE) {
		if (strcmp(pa.name, name) || pa.prot != prot ||
		    pa.source != source)
			continue;
		pb = page_of(b, (const void *)addr);
		if (!pb.present || pb.source != source)
			continue;
		t.pages++;
		t.same += pa.frame == pb.frame;
		t.module += pa.module;
		if ((int)pa.refs < t.least_refs)
			t.least_refs = (int)pa.refs;
	}
	return t;
}

static void
libc_text(void)
{
	const int text = PROT_READ | PROT_EXEC;
	struct tally t = compare(pid[0], pid[2], "libc.so", text, PAGE_FILE);
	struct tally mine = compare(0, pid[0], "libc.so", text, PAGE_FILE);

	ok(t.pages > 0, "two programs both have pages of libc's text");
	is(t.same, t.pages, "each of them is one frame");
	is(t.module, t.pages, "which lies in the module");
	ok(t.least_refs >= 4, "references: module, file, one for each process");
	ok(mine.pages > 0 && mine.same == mine.pages,
	   "this program shows the same frames");
	is(compare(0, pid[0], "libc.so", text, PAGE_PRIVATE).pages, 0,
	   "no page of libc's text is private");
}

static void
program_text(void)
{
	const int text = PROT_READ | PROT_EXEC;
	struct tally t =
		compare(pid[0], pid[1], "helper-wait", text, PAGE_FILE);

	ok(t.pages > 0, "two copies of a program both have pages of its text");
	is(t.same, t.pages, "each of them is one frame");
}

static void
program_data(void)
{
	const int data = PROT_READ | PROT_WRITE;
	struct tally read =
		compare(pid[0], pid[1], "helper-wait", data, PAGE_FILE);
	struct tally written =
		compare(pid[0], pid[1], "helper-wait", data, PAGE_PRIVATE);

	ok(read.pages > 0, "both copies have read a page of data");
	is(read.same, read.pages, "it is one frame as long as nobody writes");
	ok(written.pages > 0, "both copies have written a page of data");
	is(written.same, 0, "those are different frames");
}

/* A page of libc's data that this process has written, seen from the file. */
static void
libc_data(void)
{
	static struct pageinfo info, now;
	uint64_t addr = 0;
	volatile char *p;
	int fd = open("/lib/libc.so", O_RDONLY);

	while (next_page(0, &addr, &info)) {
		if (info.source == PAGE_PRIVATE &&
		    strcmp(info.name, "libc.so") == 0)
			break;
		addr += PAGE;
	}
	is_string(info.name, "libc.so", "a page of libc's data is private");
	now = page_of(pid[0], (const void *)addr);
	ok(now.source == PAGE_PRIVATE && now.frame != info.frame,
	   "another process has its own in the same place");
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
		 (off_t)info.offset);
	need(p != MAP_FAILED, "mmap");
	(void)p[0];
	now = page_of(0, p);
	ok(now.source == PAGE_FILE && now.module,
	   "before a write such a page is the file's own frame");
	p[0] = 1;
	now = page_of(0, p);
	ok(now.source == PAGE_PRIVATE && now.refs == 1,
	   "after the write it is a private one");
	close(fd);
}

int
main(void)
{
	pid[0] = start_program((char *[]){wait_path, NULL});
	pid[1] = start_program((char *[]){wait_path, NULL});
	pid[2] = start_program((char *[]){sleep_path, forever, NULL});
	settle(pid[0], "helper-wait");
	settle(pid[1], "helper-wait");
	settle(pid[2], "sleep");
	libc_text();
	program_text();
	program_data();
	libc_data();
	for (int i = 0; i < 3; i++)
		stop(pid[i]);
	return done();
}
