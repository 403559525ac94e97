/*
 * The faults lab: makes the crashes that the quiz asks about.
 *
 *	lab-reports KIND:ADDRESS:ACCESS:COUNT:INDEX...
 *
 * Each word is one report. Its scene is set four times, each time in a new
 * process: for a read, a write and a write after mprotect that are only tried,
 * and at last for the access of the report, before which the process tells its
 * regions and the walk. What the kernel says of it is the report.
 */
#include <fcntl.h>

#include "pages.h"

#define SPAN(level) (1ul << (12 + 9 * ((level)-1)))

enum {
	PAGES = 8,	   /* of a map */
	DISPLACEMENT = 24, /* of the instruction that faults */
};

struct report {
	int number;
	char kind[12];
	uint64_t addr;
	char access; /* r, w or x */
	unsigned long count, index;
};

static volatile long written; /* so that the path to .data is owned */

/* ---- Telling */

static void
tell_page(const struct pageinfo *info)
{
	for (int i = 0; i < info->depth; i++)
		printf("@ entry %d %016lx %u\n", 4 - i,
		       (unsigned long)info->entry[i], info->entry_refs[i]);
}

static void
tell(const struct report *r)
{
	static struct pageinfo info;
	uint64_t at = 0;

	while (pageinfo(0, (const void *)at, &info) == 0) {
		printf("@ region %lx %lx %d %s %s%s%s at %lx\n",
		       (unsigned long)info.region_start,
		       (unsigned long)info.region_end, info.prot,
		       info.shared ? "shared" : "private",
		       info.label[0] ? info.label : "-",
		       info.name[0] ? " of " : "", info.name,
		       (unsigned long)info.region_offset);
		at = info.region_end;
	}
	if (pageinfo(0, (const void *)(r->addr & -4096ul), &info) == 0)
		tell_page(&info);
	printf("@ registers rdi=%lx rcx=%lx\n",
	       (unsigned long)(r->addr - DISPLACEMENT - 8 * r->index),
	       r->index);
	fflush(stdout);
}

/* ---- The access */

static void
make_access(const struct report *r, char access)
{
	uint64_t base = r->addr - DISPLACEMENT - 8 * r->index;

	if (access == 'r')
		__asm__ volatile("mov 24(%0,%1,8), %%al"
				 :
				 : "D"(base), "c"(r->index)
				 : "rax", "memory");
	else if (access == 'w')
		__asm__ volatile("mov %%al, 24(%0,%1,8)"
				 :
				 : "D"(base), "c"(r->index), "a"(0x5a)
				 : "memory");
	else
		__asm__ volatile("call *%0" : : "r"(r->addr) : "memory", "rax");
}

/* The access, and how many frames it took. */
static void
try_access(const struct report *r, char access)
{
	static struct meminfo before, after;

	look(&after);
	look(&before);
	make_access(r, access);
	look(&after);
	printf("@ frames %ld\n",
	       (long)(before.frames[MEM_FREE] - after.frames[MEM_FREE]));
	fflush(stdout);
	_exit(0);
}

/* ---- Scenes */

static volatile char *
map_at(uint64_t addr, size_t pages, int prot, int flags, int fd, off_t offset)
{
	void *p = mmap((void *)addr, pages * PAGE, prot, flags | MAP_FIXED, fd,
		       offset);

	need(p == (void *)addr, "mmap");
	return p;
}

static uint64_t
page_start(const struct report *r)
{
	return r->addr & -4096ul;
}

/* A map of eight pages; the address lies in page `count` of it. */
static volatile char *
map_around(const struct report *r, int prot, int flags, int fd, off_t offset)
{
	return map_at(page_start(r) - r->count * PAGE, PAGES, prot, flags, fd,
		      offset);
}

static const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;

static void
set_none(const struct report *r)
{
	volatile char *p =
		map_around(r, PROT_READ | PROT_WRITE, anonymous, -1, 0);

	touch(p, PAGES);
	need(mprotect((void *)page_start(r), PAGE, PROT_NONE) == 0, "mprotect");
}

static void
set_written(const struct report *r)
{
	touch(map_around(r, PROT_READ | PROT_WRITE, anonymous, -1, 0), PAGES);
}

/* The walk ends at level `count`: a page beside it has the tables above. */
static void
set_fresh(const struct report *r)
{
	uint64_t page = page_start(r), near = page ^ SPAN(r->count);

	map_at(page, 1, PROT_READ | PROT_WRITE, anonymous, -1, 0);
	if (r->count < 4)
		*map_at(near, 1, PROT_READ | PROT_WRITE, anonymous, -1, 0) = 1;
}

/* A file that is shorter than its map, or may only be read. */
static int
make_file(size_t pages)
{
	static char page[PAGE];
	int fd = open("/tmp/quiz", O_RDWR | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, "/tmp/quiz");
	for (size_t i = 0; i < pages; i++) {
		memset(page, 'a' + (int)i, PAGE);
		need(write(fd, page, PAGE) == PAGE, "write");
	}
	return fd;
}

static void
set_beyond(const struct report *r)
{
	int fd = make_file(3);
	volatile char *p =
		map_around(r, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);

	touch(p, 2);
}

static void
set_readonly(const struct report *r)
{
	int fd, flags = r->index % 2 ? MAP_SHARED : MAP_PRIVATE;

	close(make_file(PAGES));
	fd = open("/tmp/quiz", O_RDONLY);
	need(fd >= 0, "/tmp/quiz");
	(void)map_around(r, PROT_READ, flags, fd, 0)[r->count * PAGE];
	(void)*(volatile char *)r->addr;
	/* A page of our own beside it: the tables are there, and ours. */
	*map_at(page_start(r) + PAGES * PAGE, 1, PROT_READ | PROT_WRITE,
		anonymous, -1, 0) = 1;
}

/* A hole in a map, or, every third time, nothing of the map is left. */
static void
set_hole(const struct report *r)
{
	volatile char *p =
		map_around(r, PROT_READ | PROT_WRITE, anonymous, -1, 0);

	touch(p, PAGES);
	if (r->index % 3 == 0)
		free_pages(p, PAGES);
	else
		free_pages((volatile char *)page_start(r), 1);
}

static void
set_text(const struct report *r)
{
	(void)*(volatile char *)r->addr;
}

static void
set_nothing(const struct report *r)
{
	(void)r;
}

static const struct scene {
	const char *kind;
	void (*set)(const struct report *r);
} scenes[] = {
	{"text", set_text},	 {"none", set_none},
	{"cow", set_written},	 {"fresh", set_fresh},
	{"beyond", set_beyond},	 {"guard", set_nothing},
	{"hole", set_hole},	 {"readonly", set_readonly},
	{"kernel", set_nothing}, {"null", set_nothing},
};

static void
set(const struct report *r)
{
	written++;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		if (strcmp(scenes[i].kind, r->kind) == 0) {
			scenes[i].set(r);
			return;
		}
	need(0, r->kind);
}

/* ---- One attempt, in a process of its own */

struct attempt {
	const struct report *report;
	char access; /* r, w, x; m: mprotect, then write */
	int last;    /* the report itself */
};

/* Writes to the page beside it: the tables are no longer shared. */
static void
own_tables(const struct report *r)
{
	uint64_t page = page_start(r);

	*(volatile char *)(r->count ? page - PAGE : page + PAGE) = 1;
}

static int
attempt_now(void *argument)
{
	const struct attempt *a = argument;
	int access = a->access;

	written++;
	if (strcmp(a->report->kind, "cow") == 0 && a->report->index % 2)
		own_tables(a->report);
	if (a->last)
		tell(a->report);
	if (access == 'm') {
		access = 'w';
		if (mprotect((void *)page_start(a->report), PAGE,
			     PROT_READ | PROT_WRITE)) {
			printf("@ mprotect %d\n", errno);
			return 1;
		}
	}
	try_access(a->report, (char)access);
	return 0;
}

/* Sets the scene; "cow" has a child make the access, which shares all. */
static int
attempt(void *argument)
{
	const struct attempt *a = argument;
	int status;

	set(a->report);
	if (strcmp(a->report->kind, "cow"))
		return attempt_now(argument);
	status = run(attempt_now, argument);
	return WIFSIGNALED(status) ? 100 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void
make_report(const struct report *r)
{
	const char all[] = {'r', 'w', 'm', r->access};

	for (size_t i = 0; i < sizeof(all); i++) {
		struct attempt a = {r, all[i], i + 1 == sizeof(all)};
		int status;

		printf("@ %s %d %s %c\n", a.last ? "report" : "try", r->number,
		       r->kind, all[i]);
		fflush(stdout);
		status = ending(run(attempt, &a));
		printf("@ end %d\n",
		       status > 1000 || status < 100 ? status : status + 900);
		fflush(stdout);
	}
}

static int
parse(const char *word, struct report *r)
{
	char *end;
	const char *colon = strchr(word, ':');

	if (!colon || (size_t)(colon - word) >= sizeof(r->kind))
		return 0;
	memset(r, 0, sizeof(*r));
	memcpy(r->kind, word, (size_t)(colon - word));
	r->addr = strtoul(colon + 1, &end, 16);
	r->access = end[0] == ':' ? end[1] : 0;
	if (!r->access || end[2] != ':')
		return 0;
	r->count = strtoul(end + 3, &end, 10);
	if (*end != ':')
		return 0;
	r->index = strtoul(end + 1, &end, 10);
	return *end == 0;
}

int
main(int argc, char *argv[])
{
	static struct report r;

	for (int i = 1; i < argc; i++) {
		if (!parse(argv[i], &r)) {
			fprintf(stderr, "lab-reports: %s?\n", argv[i]);
			return 2;
		}
		r.number = i;
		make_report(&r);
	}
	puts("@ done");
	return 0;
}
