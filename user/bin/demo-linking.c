/*
 * Linking (CS:APP 9.4): every process has the same address-space format.
 *
 * Looks at three processes at the same virtual addresses: this program, a second
 * copy of it, and another program. The linker gave all of them the same
 * addresses without knowing of the others; frames are shared where the contents
 * are the same file's, and private where somebody has written.
 */
#include "demo.h"

enum {
	PROCESSES = 3,
};

static pid_t pids[PROCESSES];

/* A program looked at beside this one: a second copy that only waits. */
static pid_t
start_copy(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	demo_check(pid >= 0, "fork");
	if (pid == 0) {
		execl("/bin/demo-linking", "demo-linking", "--wait",
		      (char *)NULL);
		_exit(127);
	}
	demo_settle(pid, "demo-linking");
	return pid;
}

/* The first page of file `name` with these rights and this source that all
 * three have touched. => 0: there is none */
static uint64_t
find(const char *name, int prot, int source)
{
	struct pageinfo info;

	for (uint64_t addr = 0; demo_next(0, &addr, &info); addr += DEMO_PAGE)
		if (strcmp(info.name, name) == 0 && info.prot == prot &&
		    info.source == source &&
		    demo_page(pids[1], (const void *)addr).present &&
		    demo_page(pids[2], (const void *)addr).present)
			return addr;
	return 0;
}

/* One line of the table, and in page[] what was found. */
static void
row(const char *what, uint64_t addr, struct pageinfo page[PROCESSES])
{
	char text[16];

	printf("  %012lx  %-20s", (unsigned long)addr, what);
	for (int i = 0; i < PROCESSES; i++) {
		page[i] = demo_page(pids[i], (const void *)addr);
		printf(" %13s", demo_frame(&page[i], text));
	}
	puts("");
}

static int
all_same(const struct pageinfo page[PROCESSES])
{
	return page[0].present && page[0].frame == page[1].frame &&
	       page[1].frame == page[2].frame && page[2].present;
}

static int
all_different(const struct pageinfo page[PROCESSES])
{
	return page[0].present && page[1].present && page[2].present &&
	       page[0].frame != page[1].frame &&
	       page[1].frame != page[2].frame && page[2].frame != page[0].frame;
}

static void
frames(void)
{
	static struct pageinfo text[3], libc_got[3], program[3], own_got[3],
		stack[3];
	int here = 0;

	printf("  %-34s%13s %13s %13s\n", "", "this program", "its copy",
	       "sleep");
	printf("  %-12s  %-20s", "address", "what");
	for (int i = 0; i < PROCESSES; i++)
		printf("%10s%4d", "pid", pids[i]);
	puts("");
	row("program, text", find("demo-linking", 5, PAGE_FILE), program);
	row("program, GOT", find("demo-linking", 1, PAGE_PRIVATE), own_got);
	row("libc.so, text", find("libc.so", 5, PAGE_FILE), text);
	row("libc.so, GOT", find("libc.so", 1, PAGE_PRIVATE), libc_got);
	row("stack", (uint64_t)&here & ~4095ul, stack);
	puts("");
	demo_claim(program[0].region_start == program[2].region_start,
		   "both programs were linked for the same address");
	demo_claim(
		program[0].frame == program[1].frame &&
			program[0].frame != program[2].frame,
		"a program's text: one frame for its copies, not for others");
	demo_claim(all_same(text), "libc's text: one frame for all three");
	demo_claim(all_different(libc_got) && all_different(own_got),
		   "the GOTs: relocation wrote them, so each has its own");
	demo_claim(all_different(stack), "stack: the same address, own frames");
}

/* The segments of one file in this process. => its private text pages */
static unsigned
segments(const char *name)
{
	struct pageinfo info;
	uint64_t addr = 0, start = 0;
	unsigned count[PAGE_PRIVATE + 1] = {0}, bad = 0;
	char text[4];

	while (demo_next(0, &addr, &info)) {
		addr += DEMO_PAGE;
		if (strcmp(info.name, name) != 0)
			continue;
		if (info.region_start != start)
			memset(count, 0, sizeof(count));
		start = info.region_start;
		count[info.source]++;
		bad += info.prot == 5 && info.source == PAGE_PRIVATE;
		if (info.next)
			continue;
		printf("  %012lx  %-14s %s %10lu %10u %10u\n",
		       (unsigned long)start, name, demo_rights(info.prot, text),
		       (unsigned long)(info.region_end - start) / DEMO_PAGE,
		       count[PAGE_FILE], count[PAGE_PRIVATE]);
	}
	return bad;
}

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], "--wait") == 0)
		return (int)sleep(1000);
	puts("Linking: the same addresses in every process.\n");
	pids[0] = getpid();
	pids[1] = start_copy();
	pids[2] = demo_start_sleep();
	frames();
	printf("\n  %-12s  %-18s %10s %10s %10s\n", "address", "segment",
	       "pages", "the file's", "private");
	demo_claim(segments("demo-linking") + segments("libc.so") == 0,
		   "no page of text is private: relocation changes data only");
	demo_stop(pids[1]);
	demo_stop(pids[2]);
	return demo_end();
}
