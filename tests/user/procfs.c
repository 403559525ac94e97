/*
 * /proc: the formats that procps reads, links that lead to the inode itself, and
 * readers that come at the wrong time or in small pieces.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "pages.h"

static char text[8000];

/* All of a file, read in pieces of this size, into text. => its length */
static ssize_t
slurp(const char *path, size_t piece)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	need(fd >= 0, path);
	while ((n = read(fd, text + len, piece)) > 0)
		len += (size_t)n;
	close(fd);
	text[len] = '\0';
	return n < 0 ? -1 : (ssize_t)len;
}

/* The number that a line "name:   123 ..." holds; -1: there is no such line. */
static long
field(const char *name)
{
	size_t len = strlen(name);

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, name, len) == 0 && at[len] == ':')
			return strtol(at + len + 1, NULL, 10);
	}
	return -1;
}

static void
stat_of_a_process(void)
{
	int pid, ppid, pgrp, sid, threads, fields = 0;
	long utime, vsize, rss;
	char name[20], state;

	slurp("/proc/self/stat", 4000);
	is(sscanf(text,
		  "%d (%15[^)]) %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %ld "
		  "%*u %*u %*u %*d %*d %d %*d %*u %ld %ld",
		  &pid, name, &state, &ppid, &pgrp, &sid, &utime, &threads,
		  &vsize, &rss),
	   10, "stat: as procps reads it");
	ok(pid == getpid() && ppid == getppid() && pgrp == getpgid(0) &&
		   sid == getsid(0),
	   "stat: pid, parent, group, session");
	is_string(name, "procfs", "stat: the name");
	is(state, 'R', "stat: the reader runs");
	is(threads, 1, "stat: one thread");
	for (char *at = strrchr(text, ')'); at; at = strchr(at + 1, ' '))
		fields++;
	is(fields + 1, 52, "stat: 52 fields");
}

static void
status_of_a_process(void)
{
	long size, resident;

	slurp("/proc/self/statm", 4000);
	is(sscanf(text, "%ld %ld %*d %*d %*d %*d %*d", &size, &resident), 2,
	   "statm");
	slurp("/proc/self/status", 4000);
	is(field("Pid"), getpid(), "status: Pid");
	is(field("PPid"), getppid(), "status: PPid");
	is(field("VmSize"), size * 4, "status: VmSize is that of statm");
	is(field("VmRSS"),
	   field("RssAnon") + field("RssFile") + field("RssShmem"),
	   "status: VmRSS is the sum of its kinds");
	ok(field("Uid") == 0 && field("Threads") == 1 &&
		   strstr(text, "\nState:\tR"),
	   "status: Uid, Threads, State");
}

static void
arguments(void)
{
	static const char wanted[] = "/test/helper-wait\0one\0\0three";
	char path[64];
	pid_t pid = start_program((char *[]){(char[]){"/test/helper-wait"},
					     (char[]){"one"}, (char[]){""},
					     (char[]){"three"}, NULL});

	settle(pid, "helper-wait");
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	is(slurp(path, 4000), sizeof(wanted), "cmdline: its length");
	ok(memcmp(text, wanted, sizeof(wanted)) == 0, "cmdline: the words");
	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	slurp(path, 4000);
	ok(strncmp(text, environ[0], strlen(environ[0]) + 1) == 0, "environ");
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	slurp(path, 4000);
	is_string(text, "helper-wait\n", "comm");
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	memset(text, 0, sizeof(text));
	need(readlink(path, text, sizeof(text) - 1) > 0, "readlink");
	is_string(text, "/test/helper-wait", "exe");
	stop(pid);
}

static void
the_machine(void)
{
	static struct meminfo m;
	double up, idle, loads[3];
	long free;

	slurp("/proc/meminfo", 4000);
	free = field("MemFree");
	look(&m);
	ok(labs(free - (long)m.frames[MEM_FREE] * 4) < 400, "meminfo: MemFree");
	ok(field("MemTotal") > free && field("MemAvailable") > 0 &&
		   field("Buffers") >= 0 && field("Cached") >= 0 &&
		   field("SwapTotal") == 0 && field("SReclaimable") >= 0,
	   "meminfo: what free(1) reads");
	slurp("/proc/uptime", 4000);
	is(sscanf(text, "%lf %lf", &up, &idle), 2, "uptime");
	ok(idle <= up, "uptime: not longer idle than up");
	slurp("/proc/loadavg", 4000);
	is(sscanf(text, "%lf %lf %lf", &loads[0], &loads[1], &loads[2]), 3,
	   "loadavg");
	slurp("/proc/stat", 4000);
	ok(strncmp(text, "cpu  ", 5) == 0 && strstr(text, "\ncpu0 ") &&
		   strstr(text, "\nbtime ") && strstr(text, "\nctxt "),
	   "stat: cpu, btime, ctxt");
	slurp("/proc/mounts", 4000);
	ok(strstr(text, "proc /proc proc "), "mounts");
	slurp("/proc/cpuinfo", 4000);
	ok(strstr(text, "processor\t: 0\n"), "cpuinfo");
}

static int
listed(const char *path, const char *name)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int found = 0;

	need(dir != NULL, path);
	while ((e = readdir(dir)))
		found += strcmp(e->d_name, name) == 0;
	closedir(dir);
	return found;
}

static void
directories(void)
{
	char pid[16], cwd[64];
	struct stat a, b;

	snprintf(pid, sizeof(pid), "%d", getpid());
	is(listed("/proc", pid), 1, "this process is listed");
	is(listed("/proc", "self") + listed("/proc", "meminfo"), 2,
	   "and files");
	is(listed("/proc/self/fd", "1"), 1, "open files are listed");
	is(listed("/proc/self/fd", "77"), 0, "closed ones are not");
	need(readlink("/proc/self", text, sizeof(text)) > 0, "readlink");
	ok(strncmp(text, pid, strlen(pid)) == 0,
	   "self is a link to the number");
	need(stat("/proc/self/maps", &a) == 0 &&
		     stat("/proc/self/maps", &b) == 0,
	     "stat");
	ok(a.st_ino == b.st_ino && S_ISREG(a.st_mode), "a file is the same");
	need(chdir("/proc/self/fd") == 0 && getcwd(cwd, sizeof(cwd)) != NULL,
	     "chdir");
	ok(strncmp(cwd + 6, pid, strlen(pid)) == 0 &&
		   access("../maps", R_OK) == 0,
	   "a directory of /proc is a place");
	need(chdir("/") == 0, "chdir");
	fails(open("/proc/0", O_RDONLY), ENOENT, "there is no process 0");
	fails(open("/proc/01", O_RDONLY), ENOENT, "nor 01");
	fails(open("/proc/99999999999999999999", O_RDONLY), ENOENT, "nor that");
	fails(open("/proc/self/fd/4000000000", O_RDONLY), ENOENT, "no such fd");
	fails(open("/proc/new", O_CREAT | O_RDWR, 0600), ENOENT, "no new file");
	fails(mkdir("/proc/new", 0700), ENOENT, "no new directory");
	fails(mkdir("/proc/self", 0700), EEXIST, "nor an old one");
	fails(unlink("/proc/meminfo"), EPERM, "nothing is removed");
	fails(rename("/proc/meminfo", "/x"), EXDEV, "nothing moves out");
	fails(rename("/etc/motd", "/proc/x"), EXDEV, "nothing moves in");
	fails(link("/proc/meminfo", "/x"), EXDEV, "nothing is linked");
	fails(truncate("/proc/meminfo", 0), EINVAL, "nothing is cut");
}

static void
links_to_files(void)
{
	int fd = open("/removed", O_CREAT | O_RDWR, 0600), again, fds[2];
	struct stat a, b;
	char path[64];

	need(fd >= 0 && write(fd, "abc", 3) == 3, "a file");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memset(text, 0, sizeof(text));
	need(readlink(path, text, sizeof(text) - 1) > 0, "readlink");
	is_string(text, "/removed", "the name of an open file");
	need(rename("/removed", "/moved") == 0, "rename");
	memset(text, 0, sizeof(text));
	need(readlink(path, text, sizeof(text) - 1) > 0, "readlink");
	is_string(text, "/moved", "of one that was renamed");
	need(unlink("/moved") == 0, "unlink");
	memset(text, 0, sizeof(text));
	need(readlink(path, text, sizeof(text) - 1) > 0, "readlink");
	is_string(text, "/moved (deleted)", "of one that was removed");
	again = open(path, O_RDONLY);
	is(read(again, text, sizeof(text)), 3, "which can be opened again");
	need(fstat(fd, &a) == 0 && fstat(again, &b) == 0, "fstat");
	ok(a.st_ino == b.st_ino, "and is the same");
	close(again);
	close(fd);
	need(pipe(fds) == 0, "pipe");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	need(readlink(path, text, sizeof(text)) > 0, "readlink");
	ok(strncmp(text, "pipe:[", 6) == 0, "the name of a pipe");
	close(fds[0]);
	close(fds[1]);
}

static void
the_program_itself(void)
{
	char *argv[] = {(char[]){"/proc/self/exe"}, (char[]){"again"}, NULL};

	is(run_program(argv) >> 8, 33, "a program runs itself through /proc");
}

/* O_PATH descriptors of links to O_PATH descriptors of ...: freed in a loop. */
static void
links_to_links(void)
{
	int fd = open("/etc/motd", O_RDONLY);
	char path[64];

	need(fd >= 0, "open");
	for (int i = 0; i < 1000; i++) {
		int next;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		next = open(path, O_PATH | O_NOFOLLOW);
		need(next >= 0, "open of a link");
		close(fd);
		fd = next;
	}
	is(close(fd), 0, "a long chain of links to links");
}

static int
sleep_on(void *unused)
{
	(void)unused;
	pause();
	return 0;
}

static void
the_reader_comes_late(void)
{
	char path[64], small[4];
	int maps, status, dir;
	pid_t pid = start(sleep_on, NULL);
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	status = open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d", pid);
	dir = open(path, O_RDONLY | O_DIRECTORY);
	need(maps >= 0 && status >= 0 && dir >= 0, "open");
	is(read(maps, small, 4), 4, "the picture is taken");
	kill(pid, SIGKILL);
	for (char state = 0; state != 'Z';) {
		need(pread(status, text, 100, 0) > 0, "pread");
		sscanf(text, "%*d (%*[^)]) %c", &state);
		sleep_ms(10);
	}
	ok(read(maps, text, sizeof(text)) > 50, "the rest of it remains");
	is(pread(maps, text, sizeof(text), 0), 0, "a zombie has no regions");
	finish(pid);
	fails(pread(maps, text, sizeof(text), 0), ESRCH, "then it is no more");
	fails(pread(status, text, 100, 0), ESRCH, "nor its status");
	fails(openat(dir, "maps", O_RDONLY), ESRCH, "nor any name");
	is(fstat(dir, &st), 0, "its directory stays while it is open");
	close(maps);
	close(status);
	close(dir);
	fails(stat(path, &st), ENOENT, "and no longer");
}

static void
small_pieces(void)
{
	static char whole[8000];
	int fd = open("/proc/self/maps", O_RDONLY), differ = 0;
	ssize_t len = slurp("/proc/self/maps", 8000);
	char byte;

	memcpy(whole, text, (size_t)len);
	is(slurp("/proc/self/maps", 1), len, "byte by byte");
	ok(memcmp(whole, text, (size_t)len) == 0, "it is the same");
	for (long at = len - 1; at >= 0; at -= 7)
		differ += pread(fd, &byte, 1, at) != 1 || byte != whole[at];
	is(differ, 0, "from the end to the start");
	is(pread(fd, &byte, 1, len), 0, "nothing at the end");
	is(pread(fd, &byte, 1, 1l << 62), 0, "nothing behind it");
	is(lseek(fd, 10, SEEK_SET), 10, "it can be sought in");
	fails(lseek(fd, 0, SEEK_END), EINVAL, "but has no end");
	fails(read(fd, (void *)16, 10), EFAULT, "a bad buffer");
	fails(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1
									    : 0,
	      ENODEV, "it cannot be mapped");
	fails(write(fd, "x", 1), EBADF, "nor written");
	close(fd);
	fd = open("/proc/self/maps", O_RDWR);
	fails(write(fd, "x", 1), EINVAL, "not even by who opened it for that");
	close(fd);
}

/* A file takes all memory: then there is none for the text, and afterwards
 * there is. */
static void
no_memory(void)
{
	static char block[16 * PAGE];
	int fd = open("/large", O_CREAT | O_RDWR, 0600);
	int maps = open("/proc/self/maps", O_RDONLY);
	ssize_t n, error;

	need(fd >= 0 && maps >= 0, "open");
	memset(text, 0, sizeof(text));
	is(pread(maps, text, 1, 0), 1, "with memory");
	while ((n = write(fd, block, sizeof(block))) > 0)
		;
	n = pread(maps, text, 1, 0);
	error = errno;
	need(ftruncate(fd, 0) == 0, "ftruncate");
	ok(n < 0 && error == ENOMEM, "without memory: ENOMEM");
	is(pread(maps, text, 1, 0), 1, "with memory again");
	close(maps);
	close(fd);
	unlink("/large");
}

/* What only a file can tell whose name is odd. */
static void
odd_ends(void)
{
	int fd;
	char *p;

	slurp("/proc/version", 4000);
	ok(strncmp(text, "Quire version ", 14) == 0, "version");
	fd = open("/tmp/odd\nname", O_RDWR | O_CREAT, 0600);
	need(fd >= 0 && write(fd, "x", 1) == 1, "write");
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	slurp("/proc/self/maps", 4000);
	ok(strstr(text, "/tmp/odd\\012name") != NULL, "maps: a line is a line");
	unlink("/tmp/odd\nname");
	close(fd);
	slurp("/proc/self/maps", 4000);
	ok(strstr(text, " (deleted)\n") != NULL, "maps: a file that is gone");
	munmap(p, PAGE);
}

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], "again") == 0)
		return 33;
	stat_of_a_process();
	status_of_a_process();
	arguments();
	the_machine();
	directories();
	links_to_files();
	the_program_itself();
	links_to_links();
	the_reader_comes_late();
	small_pieces();
	no_memory();
	odd_ends();
	return done();
}
