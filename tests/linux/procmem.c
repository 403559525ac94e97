/* /proc/PID/maps, smaps and pagemap: what they say of memory. */
#include <sys/mman.h>

#include "proc.h"

CASE(smaps_has_these_lines)
{
	static const char *const names[] = {
		"Size",		 "KernelPageSize",
		"MMUPageSize",	 "Rss",
		"Pss",		 "Pss_Dirty",
		"Shared_Clean",	 "Shared_Dirty",
		"Private_Clean", "Private_Dirty",
		"Referenced",	 "Anonymous",
		"Swap",		 "SwapPss",
		"Locked",	 "VmFlags",
		"Nonsense",	 NULL,
	};

	slurp("/proc/self/smaps");
	show_names(names);
}

static int to_child[2], from_child[2];
static pid_t child;

static void
start_child(void)
{
	char byte = 0;

	need(pipe(to_child));
	need(pipe(from_child));
	fflush(stdout);
	need(child = fork());
	if (child == 0) {
		if (write(from_child[1], &byte, 1) == 1 &&
		    read(to_child[0], &byte, 1) == 1)
			_exit(0);
		_exit(1);
	}
	need(read(from_child[0], &byte, 1));
}

static void
end_child(void)
{
	need(write(to_child[1], "x", 1));
	finish(child);
}

static long
smaps_of(void *p, const char *name)
{
	char start[64], *at;

	slurp("/proc/self/smaps");
	snprintf(start, sizeof(start), "%lx-", (unsigned long)p);
	at = strstr(text, start);
	snprintf(start, sizeof(start), "\n%s:", name);
	at = at ? strstr(at, start) : NULL;
	return at ? strtol(at + strlen(start), NULL, 10) : -1;
}

CASE(smaps_of_private_pages)
{
	char *p = mmap(NULL, 18 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	p += PAGE;
	need(mprotect(p, 16 * PAGE, PROT_READ | PROT_WRITE));
	show(smaps_of(p, "Size"));
	show(smaps_of(p, "Rss"));
	for (int i = 0; i < 5; i++)
		p[i * PAGE] = 1;
	show(smaps_of(p, "Rss"));
	show(smaps_of(p, "Pss"));
	show(smaps_of(p, "Private_Dirty"));
	show(smaps_of(p, "Anonymous"));
	show(*(volatile char *)(p + 9 * PAGE));
	show(smaps_of(p, "Rss"));
	start_child();
	show(smaps_of(p, "Pss"));
	show(smaps_of(p, "Private_Dirty"));
	show(smaps_of(p, "Shared_Dirty"));
	end_child();
	show(smaps_of(p, "Pss"));
	need(munmap(p + 2 * PAGE, PAGE));
	show(smaps_of(p, "Rss"));
}

CASE(smaps_of_a_file)
{
	int fd = open("f", O_CREAT | O_RDWR, 0600);
	char *p;

	need(ftruncate(fd, 8 * PAGE));
	p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	show(smaps_of(p, "Size"));
	for (int i = 0; i < 3; i++)
		p[i * PAGE] = 1;
	show(smaps_of(p, "Pss_Dirty") > 0);
	show(smaps_of(p, "Private_Dirty") > 0);
	show(smaps_of(p, "Anonymous"));
}

CASE(maps_names)
{
	char *p = malloc(100), *at;
	int fd = open("f", O_CREAT | O_RDWR, 0600);

	need(ftruncate(fd, PAGE));
	show(mmap((void *)0x100000000000, PAGE, PROT_READ, MAP_PRIVATE, fd,
		  0) == (void *)0x100000000000);
	slurp("/proc/self/maps");
	show(strstr(text, " [heap]\n") != NULL);
	show(strstr(text, " [stack]\n") != NULL);
	at = strstr(text, "100000000000-100000001000 r--p 00000000 ");
	show(at != NULL);
	show(at && strcspn(at, "/") == 73);
	at = at ? strchr(at, '\n') - 2 : text;
	printf("%.2s\n", at);
	unlink("f");
	slurp("/proc/self/maps");
	show(strstr(text, "/f (deleted)\n") != NULL);
	show(mmap((void *)0x110000000000, PAGE, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1, 0) == (void *)0x110000000000);
	slurp("/proc/self/maps");
	at = strstr(text, "110000000000-110000001000 rw-s 00000000 ");
	printf("%.19s\n", at ? at + 73 : "?");
	free(p);
}

CASE(pagemap)
{
	uint64_t word[2];
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/pagemap", O_RDONLY);
	off_t at = (off_t)((uintptr_t)p / PAGE * 8);

	need(fd);
	*p = 1;
	show(pread(fd, word, 16, at));
	printf("%x %x\n", (unsigned)(word[0] >> 61), (unsigned)(word[1] >> 61));
	show(word[0] >> 56 & 1);
	show(pread(fd, word, 7, at));
	show(pread(fd, word, 8, at + 1));
	show(pread(fd, word, 0, at));
	show(pread(fd, BAD, 8, at));
	show(pread(fd, word, 8, 1l << 50));
}
