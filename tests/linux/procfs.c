/* /proc: its form, and that its figures are true. */
#include <dirent.h>
#include <sys/mman.h>

#include "case.h"

static char text[65536];

/* Reads a file of /proc. => its length */
static size_t
slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	need_result(path, fd);
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = 0;
	close(fd);
	return len;
}

/* The number behind a name at the start of a line, or -1. */
static long
figure(const char *name)
{
	for (char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, name, strlen(name)) == 0)
			return strtol(p + strlen(name), NULL, 10);
	}
	return -1;
}

/* The lines of the region of maps or smaps that holds an address. */
static char *
region_of(const void *address)
{
	unsigned long wanted = (unsigned long)address, low, high;

	for (char *p = text; p && *p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (sscanf(p, "%lx-%lx ", &low, &high) == 2 && low <= wanted &&
		    wanted < high)
			return p;
	}
	return NULL;
}

static char *
map(size_t len, int prot, int flags, int fd)
{
	char *p = mmap(NULL, len, prot, flags, fd, 0);

	need(p == MAP_FAILED ? -1 : 0);
	return p;
}

static void
show_region(const void *address)
{
	unsigned long low, high, offset;
	char rights[8], device[16];
	char *line = region_of(address), *name;
	long inode;

	if (!line) {
		printf("no region\n");
		return;
	}
	sscanf(line, "%lx-%lx %7s %lx %15s %ld", &low, &high, rights, &offset,
	       device, &inode);
	line[strcspn(line, "\n")] = 0;
	name = strrchr(line, ' ') + 1;
	if (strrchr(name, '/'))
		name = strrchr(name, '/');
	printf("%lu pages %s offset %lx inode %d name %s\n",
	       (high - low) / PAGE, rights, offset, inode != 0, name);
}

CASE(maps)
{
	char *p, *f;
	int fd, local;

	make_file("mapped", "x");
	fd = open("mapped", O_RDWR);
	p = map(3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1);
	need(mprotect(p + PAGE, PAGE, PROT_READ));
	f = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	slurp("/proc/self/maps");
	show(text[strlen(text) - 1] == '\n');
	show_region(p + PAGE);
	slurp("/proc/self/maps");
	show_region(f);
	slurp("/proc/self/maps");
	show(strstr(region_of(&local), "[stack]") != NULL);
	show(region_of(NULL) == NULL);
	show(strstr(region_of((void *)(uintptr_t)show_region), " r-xp ") !=
	     NULL);
}

/* One figure of a region in smaps, in pages. */
static long
smaps_pages(const void *address, const char *name)
{
	char *p;

	slurp("/proc/self/smaps");
	p = strstr(region_of(address), name);
	return strtol(p + strlen(name), NULL, 10) / 4;
}

static void
show_smaps(const char *p)
{
	printf("Size %ld Rss %ld Pss %ld\n", smaps_pages(p, "\nSize:"),
	       smaps_pages(p, "\nRss:"), smaps_pages(p, "\nPss:"));
	printf("Shared %ld %ld Private %ld %ld\n",
	       smaps_pages(p, "\nShared_Clean:"),
	       smaps_pages(p, "\nShared_Dirty:"),
	       smaps_pages(p, "\nPrivate_Clean:"),
	       smaps_pages(p, "\nPrivate_Dirty:"));
	printf("Anonymous %ld\n", smaps_pages(p, "\nAnonymous:"));
	fflush(stdout);
}

static char *watched;

static void
look_and_write(void)
{
	show_smaps(watched);
	watched[0] = watched[PAGE] = 2;
	show_smaps(watched);
}

CASE(smaps_knows_who_shares)
{
	watched = map(10 * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1);
	show_smaps(watched);
	for (int i = 0; i < 4; i++)
		watched[i * PAGE] = 1;
	show_smaps(watched);
	finish(start(look_and_write));
	show_smaps(watched);
}

CASE(status)
{
	slurp("/proc/self/status");
	show(strncmp(text, "Name:\tproc\n", 11));
	show(strstr(text, "\nState:\tR (running)\n") != NULL);
	show(figure("Pid:") == getpid());
	show(figure("Tgid:") == getpid());
	show(figure("PPid:") == getppid());
	show(figure("Threads:"));
	show(figure("VmSize:") > 0 && figure("VmSize:") >= figure("VmRSS:"));
	show(figure("VmRSS:") > 0);
	show(figure("Uid:") == (long)getuid());
}

CASE(stat)
{
	int pid, ppid, pgrp, session, tty, comm_end;
	char state, comm[20];

	slurp("/proc/self/stat");
	show(sscanf(text, "%d (%19[^)]) %c %d %d %d %d %n", &pid, comm, &state,
		    &ppid, &pgrp, &session, &tty, &comm_end));
	show(pid == getpid());
	puts(comm);
	printf("%c %d\n", state, tty);
	show(ppid == getppid());
	show(pgrp == getpgrp());
	show(session == getsid(0));
	comm_end = 0;
	for (char *p = text; *p; p++)
		comm_end += *p == ' ';
	show(comm_end);
}

CASE(statm)
{
	long size, resident, shared, code, library, data, dirty;

	slurp("/proc/self/statm");
	show(sscanf(text, "%ld %ld %ld %ld %ld %ld %ld", &size, &resident,
		    &shared, &code, &library, &data, &dirty));
	show(size >= resident && resident >= shared && resident > 0);
	show(library);
	show(dirty);
}

CASE(command_line_and_name)
{
	size_t len = slurp("/proc/self/cmdline");

	for (size_t i = 0; i < len; i++)
		putchar(text[i] ? text[i] : '|');
	putchar('\n');
	slurp("/proc/self/comm");
	printf("%s", text);
	slurp("/proc/self/environ");
	puts(text);
}

CASE(executable)
{
	ssize_t n = readlink("/proc/self/exe", text, sizeof(text) - 1);
	struct stat one, two;
	char here[500];

	need(n);
	text[n] = 0;
	puts(strrchr(text, '/'));
	need(stat("/proc/self/exe", &one));
	need(stat(text, &two));
	show(one.st_ino == two.st_ino);
	n = readlink("/proc/self/cwd", text, sizeof(text) - 1);
	need(n);
	text[n] = 0;
	need(syscall(SYS_getcwd, here, sizeof(here)));
	show(strcmp(text, here));
}

CASE(descriptors)
{
	char path[40];
	ssize_t n;
	int fd;

	make_file("f", "by another name");
	fd = open("f", O_RDONLY);
	sprintf(path, "/proc/self/fd/%d", fd);
	n = readlink(path, text, sizeof(text) - 1);
	need(n);
	text[n] = 0;
	puts(strrchr(text, '/'));
	fd = open(path, O_RDONLY);
	show(read(fd, text, 100));
	show(readlink("/proc/self/fd/99", text, 100));
	show(open("/proc/self/fd/99", O_RDONLY));
	n = readlink("/proc/self/fd/0", text, 100);
	printf("%.*s\n", (int)n, text);
}

CASE(self_is_the_pid)
{
	ssize_t n = readlink("/proc/self", text, 100);

	need(n);
	text[n] = 0;
	show(atoi(text) == getpid());
	show(access("/proc/999999", F_OK));
	show(open("/proc/999999/stat", O_RDONLY));
	show(open("/proc/self/nothing", O_RDONLY));
	show(open("/proc/nothing", O_RDONLY));
	show(access("/proc/0", F_OK));
}

static void
wait_long(void)
{
	sleep_ms(10000);
}

CASE(listing_of_processes)
{
	pid_t pid = start(wait_long);
	struct dirent *entry;
	int own = 0, child = 0;
	DIR *dir = opendir("/proc");

	need(dir ? 0 : -1);
	while ((entry = readdir(dir))) {
		own += atoi(entry->d_name) == getpid();
		child += atoi(entry->d_name) == pid;
	}
	show(own);
	show(child);
	kill(pid, SIGKILL);
	finish(pid);
	sprintf(text, "/proc/%d", pid);
	show(access(text, F_OK));
}

static void
end_at_once(void)
{
	_exit(0);
}

CASE(zombies_and_sleepers)
{
	char path[40], state = 0;
	pid_t pid = start(end_at_once);

	await_end(pid);
	sprintf(path, "/proc/%d/stat", pid);
	slurp(path);
	sscanf(strrchr(text, ')'), ") %c", &state);
	printf("%c\n", state);
	finish(pid);
	pid = start(wait_long);
	until_asleep(pid);
	sprintf(path, "/proc/%d/stat", pid);
	slurp(path);
	sscanf(strrchr(text, ')'), ") %c", &state);
	printf("%c\n", state);
	sprintf(path, "/proc/%d/cmdline", pid);
	slurp(path);
	puts(text);
	kill(pid, SIGSTOP);
	need(waitpid(pid, NULL, WUNTRACED));
	sprintf(path, "/proc/%d/status", pid);
	slurp(path);
	show(strstr(text, "\nState:\tT (stopped)\n") != NULL);
	kill(pid, SIGKILL);
	finish(pid);
}

CASE(memory_of_the_machine)
{
	slurp("/proc/meminfo");
	show(strncmp(text, "MemTotal:", 9));
	show(figure("MemTotal:") > figure("MemFree:"));
	show(figure("MemFree:") > 0);
	show(figure("MemAvailable:") > 0);
	show(strstr(text, " kB\n") != NULL);
}

CASE(times_and_load)
{
	double up, idle, one, five, fifteen;
	int running, all, last;

	slurp("/proc/uptime");
	show(sscanf(text, "%lf %lf\n", &up, &idle));
	show(up > 0);
	slurp("/proc/loadavg");
	show(sscanf(text, "%lf %lf %lf %d/%d %d\n", &one, &five, &fifteen,
		    &running, &all, &last));
	show(running >= 1 && all >= running && last >= getpid());
	slurp("/proc/stat");
	show(strncmp(text, "cpu  ", 5));
	show(figure("btime ") > 1500000000);
	show(figure("processes ") > 0);
	show(figure("procs_running ") >= 1);
}

CASE(processors_and_mounts)
{
	slurp("/proc/cpuinfo");
	show(strncmp(text, "processor\t: 0\n", 14));
	show(strstr(text, "\nmodel name\t: ") != NULL);
	show(strstr(text, "\nflags\t\t: ") != NULL);
	slurp("/proc/mounts");
	show(strstr(text, " / ") != NULL);
	show(strstr(text, " /proc proc ") != NULL);
}

CASE(reading_piece_by_piece)
{
	char piece[7], all[300];
	size_t len = 0;
	ssize_t n;
	int fd = open("/proc/self/status", O_RDONLY);

	need(fd);
	while (len < 200 && (n = read(fd, piece, sizeof(piece))) > 0) {
		memcpy(all + len, piece, (size_t)n);
		len += (size_t)n;
	}
	slurp("/proc/self/status");
	show(memcmp(all, text, 40));
	show(lseek(fd, 0, SEEK_SET));
	show(pread(fd, piece, 5, 6) == 5 && memcmp(piece, "proc", 4) == 0);
	show(lseek(fd, 1000000, SEEK_SET) >= 0 && read(fd, piece, 1) == 0);
	show(write(fd, "x", 1));
	show(read(fd, BAD, 5));
}

CASE(page_map)
{
	volatile char *p = map(2 * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1);
	uint64_t entry[2] = {0, 0};
	int fd = open("/proc/self/pagemap", O_RDONLY);

	need(fd);
	p[0] = 1;
	show(pread(fd, entry, 16, (off_t)((uintptr_t)p / PAGE * 8)));
	show(entry[0] >> 63);
	show(entry[1] >> 63);
	show(pread(fd, entry, 3, 0));
}
