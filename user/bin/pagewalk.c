/*
 * Walks the page table of a process as the MMU does, and says what it sees.
 *
 * The MMU ANDs W and U over the four levels, and ORs NX: a page is writable only
 * if all four entries say so. What an entry allows is not what the region
 * allows: the difference is a page that has not been fetched or owned yet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <quire.h>

enum {
	LEVELS = 4,
};

#define BIT(n) (1ul << (n))

/* SDM 3A 4.5; bits 9..11 are the kernel's own. */
static const struct {
	uint64_t bit;
	const char *name;
	const char *meaning;
} bits[] = {
	{BIT(0), "P", "present"},
	{BIT(1), "W", "writable"},
	{BIT(2), "U", "for programs"},
	{BIT(3), "PWT", "write-through"},
	{BIT(4), "PCD", "not cached"},
	{BIT(5), "A", "accessed"},
	{BIT(6), "D", "dirty"},
	{BIT(7), "PS", "large page"},
	{BIT(8), "G", "global"},
	{BIT(9), "SHARED", "Quire's own: written without a copy"},
	{BIT(10), "S10", "software"},
	{BIT(11), "S11", "software"},
	{BIT(63), "NX", "not executable"},
};

static const char *
rights(int prot, char text[4])
{
	snprintf(text, 4, "%c%c%c", prot & 1 ? 'r' : '-', prot & 2 ? 'w' : '-',
		 prot & 4 ? 'x' : '-');
	return text;
}

static void
print_level(const struct pageinfo *info, int i, uint64_t addr)
{
	uint64_t entry = info->entry[i];

	printf("%5d %6lu  %016lx  ", LEVELS - i,
	       (unsigned long)(addr >> (39 - 9 * i) & 511),
	       (unsigned long)entry);
	if (entry & BIT(0))
		printf("0x%07lx %5u ", (unsigned long)info->entry_frame[i],
		       info->entry_refs[i]);
	else
		printf("%9s %5s ", "-", "-");
	for (size_t b = 0; b < sizeof(bits) / sizeof(bits[0]); b++)
		if (entry & bits[b].bit)
			printf(" %s", bits[b].name);
	puts(entry ? "" : " empty");
}

/* What the MMU makes of the entries together. => PROT_* */
static int
effective(const struct pageinfo *info)
{
	uint64_t all = ~0ul, any = 0;

	for (int i = 0; i < info->depth; i++) {
		all &= info->entry[i];
		any |= info->entry[i];
	}
	if (info->depth < LEVELS || !(all & BIT(0)) || !(all & BIT(2)))
		return 0;
	return 1 | (all & BIT(1) ? 2 : 0) | (any & BIT(63) ? 0 : 4);
}

static void
print_region(const struct pageinfo *info, uint64_t addr)
{
	static const char *const source[] = {
		"no frame yet",
		"the frame of zeros that everybody reads",
		"the file's own frame",
		"the frame of a shared block",
		"a frame of its own, or of its relatives by fork",
	};
	char text[4];

	if (info->region_start > addr) {
		puts("region: none; a touch is SIGSEGV");
		return;
	}
	printf("region: %012lx-%012lx %s %s%s%s%s\n",
	       (unsigned long)info->region_start,
	       (unsigned long)info->region_end, rights(info->prot, text),
	       info->shared ? "shared" : "private", info->file ? " " : "",
	       info->name, info->module ? " (in the initramfs module)" : "");
	if (info->source < sizeof(source) / sizeof(source[0]))
		printf("page:   %s\n", source[info->source]);
}

static void
print_verdict(const struct pageinfo *info, uint64_t addr)
{
	int now = effective(info);
	int may = info->region_start <= addr ? info->prot : 0;
	char text[4];

	printf("the MMU allows now: %s", rights(now, text));
	if (may & ~now)
		printf("; a fault will add what the region has: %s",
		       rights(may, text));
	puts("");
}

int
main(int argc, char *argv[])
{
	struct pageinfo info;
	pid_t pid = argc == 3 ? atoi(argv[1]) : 0;
	char *end = NULL;
	uint64_t addr = argc == 3 ? strtoul(argv[2], &end, 16) : 0;

	if (argc != 3 || *end) {
		fprintf(stderr, "usage: pagewalk PID ADDRESS (hexadecimal)\n");
		for (size_t b = 0; b < sizeof(bits) / sizeof(bits[0]); b++)
			fprintf(stderr, "  %-7s %s\n", bits[b].name,
				bits[b].meaning);
		return 2;
	}
	if (pageinfo(pid, (const void *)addr, &info)) {
		perror("pagewalk");
		return 1;
	}
	printf("process %d, address 0x%lx\n", pid, (unsigned long)addr);
	puts("level  index  entry             leads to   refs  bits");
	for (int i = 0; i < info.depth; i++)
		print_level(&info, i, addr);
	print_verdict(&info, addr);
	print_region(&info, addr);
	return 0;
}
