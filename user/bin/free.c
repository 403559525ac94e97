/*
 * Shows what every frame of physical memory is used for.
 */
#include <stdio.h>

#include <quire.h>

static const char *const use[MEM_KINDS] = {
	[MEM_FREE] = "free",
	[MEM_KERNEL] = "kernel image and frame table",
	[MEM_MODULE] = "initramfs, where the boot loader put it",
	[MEM_TABLE] = "page tables",
	[MEM_HEAP] = "small kernel objects",
	[MEM_STACK] = "kernel stacks",
	[MEM_BUFFER] = "scratch memory of system calls",
	[MEM_PAGE] = "contents of programs and files",
};

static void
line(unsigned long frames, const char *what)
{
	printf("%10lu %10lu  %s\n", frames, frames * 4, what);
}

int
main(void)
{
	struct meminfo m;
	unsigned long total = 0;

	if (meminfo(&m)) {
		perror("free");
		return 1;
	}
	printf("%10s %10s  %s\n", "frames", "KiB", "use");
	for (int kind = MEM_NONE + 1; kind < MEM_KINDS; kind++) {
		line(m.frames[kind], use[kind]);
		total += m.frames[kind];
	}
	line(total, "in all");
	return 0;
}
