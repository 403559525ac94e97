/*
 * Lists the regions of a process: what may be touched, and what belongs there.
 *
 * "res." counts the pages that have a frame now. A private page that nobody
 * has written may well be the file's own frame: see pagewalk.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <quire.h>

enum {
	PAGE = 4096,
};

static int
look(pid_t pid, uint64_t addr, struct pageinfo *info)
{
	return pageinfo(pid, (const void *)addr, info);
}

/* How many pages of a region have a frame. */
static unsigned long
resident(pid_t pid, const struct pageinfo *first)
{
	struct pageinfo page = *first;
	unsigned long count = page.present;

	while (page.next && page.next < first->region_end &&
	       look(pid, page.next, &page) == 0)
		count += page.present;
	return count;
}

static void
print_source(const struct pageinfo *info)
{
	if (info->file)
		printf("%s+0x%lx", info->name,
		       (unsigned long)info->region_offset);
	else
		printf("%s", info->shared ? "shared block" : "zeros");
	printf(info->label[0] ? " [%s]\n" : "%s\n", info->label);
}

static void
print_region(pid_t pid, const struct pageinfo *info)
{
	char pages[32];

	snprintf(pages, sizeof(pages), "%lu/%lu", resident(pid, info),
		 (unsigned long)(info->region_end - info->region_start) / PAGE);
	printf("%012lx-%012lx %c%c%c %-7s %11s ",
	       (unsigned long)info->region_start,
	       (unsigned long)info->region_end, info->prot & 1 ? 'r' : '-',
	       info->prot & 2 ? 'w' : '-', info->prot & 4 ? 'x' : '-',
	       info->shared ? "shared" : "private", pages);
	print_source(info);
}

int
main(int argc, char *argv[])
{
	struct pageinfo info;
	struct psinfo p;
	pid_t pid = argc > 1 ? atoi(argv[1]) : getpid();
	uint64_t addr = 0;

	if (argc > 2 || psinfo(pid, &p) || p.pid != pid) {
		fprintf(stderr, "usage: vmmap [PID]\n");
		return 2;
	}
	printf("%d %s\n%-25s %-11s %11s source\n", p.pid, p.name, "addresses",
	       "rights", "res./pages");
	while (look(pid, addr, &info) == 0) {
		/* In a gap this is the region above, without its first page. */
		if (info.region_start > addr &&
		    look(pid, info.region_start, &info))
			break;
		print_region(pid, &info);
		addr = info.region_end;
	}
	return 0;
}
