/* /proc: formats, links that lead to the inode itself, and the dying. */
#include <sys/mman.h>

#include "proc.h"
#include "tree.h"

CASE(status_has_these_lines)
{
	static const char *const names[] = {
		"Name",	   "Umask",    "State",	    "Tgid",    "Ngid",
		"Pid",	   "PPid",     "TracerPid", "Uid",     "Gid",
		"FDSize",  "Groups",   "NStgid",    "NSpid",   "NSpgid",
		"NSsid",   "VmSize",   "VmLck",	    "VmRSS",   "RssAnon",
		"RssFile", "RssShmem", "VmData",    "VmStk",   "VmExe",
		"VmLib",   "VmPTE",    "VmSwap",    "Threads", "SigPnd",
		"ShdPnd",  "SigBlk",   "SigIgn",    "SigCgt",  "Nonsense",
		NULL,
	};

	slurp("/proc/self/status");
	show_names(names);
}

CASE(status_of_signals)
{
	sigset_t set;
	char *at;

	signal(SIGUSR1, SIG_IGN);
	signal(SIGHUP, (void (*)(int))case_status_of_signals);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGTERM);
	slurp("/proc/self/status");
	for (at = text; (at = strstr(at, "\nSig")) != NULL; at++)
		if (at[4] != 'Q')
			printf("%.24s\n", at + 1);
}

CASE(stat_has_52_fields)
{
	int fields = 2;
	char *at;

	slurp("/proc/self/stat");
	for (at = strrchr(text, ')'); (at = strchr(at, ' ')); at++)
		fields++;
	printf("%d fields\n", fields);
	printf("name %.6s\n", strchr(text, '('));
	printf("state %c\n", strrchr(text, ')')[2]);
}

CASE(statm_has_7_numbers)
{
	long n[8];

	slurp("/proc/self/statm");
	show(sscanf(text, "%ld %ld %ld %ld %ld %ld %ld %ld", n, n + 1, n + 2,
		    n + 3, n + 4, n + 5, n + 6, n + 7));
	show(n[0] >= n[1] && n[1] > 0);
	show(text[strlen(text) - 1] == '\n');
}

CASE(cmdline_and_comm)
{
	long n = slurp("/proc/self/cmdline");

	show(n > 0 && text[n - 1] == 0);
	for (char *at = text; at < text + n; at += strlen(at) + 1)
		printf("\"%s\"\n", at);
	slurp("/proc/self/comm");
	printf("%s", text);
}

CASE(links_have_names)
{
	char here[1000], path[64];
	int fd = open("f", O_CREAT | O_RDWR, 0600), fds[2];
	ssize_t n;

	need(getcwd(here, sizeof(here)) ? 0 : -1);
	need(n = readlink("/proc/self/cwd", text, sizeof(text)));
	show(n == (ssize_t)strlen(here) && memcmp(text, here, (size_t)n) == 0);
	need(n = readlink("/proc/self/root", text, sizeof(text)));
	printf("root: %.*s\n", (int)n, text);
	need(n = readlink("/proc/self/exe", text, sizeof(text) - 1));
	text[n] = 0;
	printf("exe: %s\n", strrchr(text, '/'));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	need(n = readlink(path, text, sizeof(text)));
	printf("fd: %.*s\n", (int)n - (int)strlen(here), text + strlen(here));
	need(rename("f", "g"));
	need(n = readlink(path, text, sizeof(text)));
	printf("fd: %.*s\n", (int)n - (int)strlen(here), text + strlen(here));
	need(unlink("g"));
	need(n = readlink(path, text, sizeof(text)));
	printf("fd: %.*s\n", (int)n - (int)strlen(here), text + strlen(here));
	need(pipe(fds));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	need(readlink(path, text, sizeof(text)));
	printf("pipe: %.6s\n", text);
	show(readlink(path, text, 3));
	printf("%.3s\n", text);
	show(readlink("/proc/self/fd/999", text, sizeof(text)));
	show(readlink("/proc/self/maps", text, sizeof(text)));
	show(readlink("/proc/self/nothing", text, sizeof(text)));
}

CASE(links_lead_to_the_file)
{
	char path[64];
	int fd = open("f", O_CREAT | O_RDWR, 0600), again, dir;
	struct stat st;

	need(write(fd, "12345", 5));
	need(unlink("f"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	need(again = open(path, O_RDONLY));
	show(read(again, text, 10));
	show(open(path, O_RDONLY | O_NOFOLLOW));
	show(open(path, O_RDWR | O_CREAT | O_EXCL, 0600));
	show(stat(path, &st));
	printf("%o, %ld bytes\n", st.st_mode, (long)st.st_size);
	show(lstat(path, &st));
	printf("%o\n", st.st_mode);
	snprintf(path, sizeof(path), "/proc/self/fd/%d/x", fd);
	show(open(path, O_RDONLY));
	need(mkdir("d", 0700));
	make_file("d/x", "x");
	need(dir = open("d", O_RDONLY));
	snprintf(path, sizeof(path), "/proc/self/fd/%d/x", dir);
	check(open(path, O_RDONLY));
	snprintf(path, sizeof(path), "/proc/self/fd/%d/y", dir);
	make_file(path, "y");
	list("d");
	show_file("/proc/self/cwd/d/y");
	show_file("/proc/self/../self/cwd/d/../d/y");
}

CASE(pipes_are_opened_again)
{
	char path[64], c;
	int fds[2], again, place;

	need(pipe(fds));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	need(place = open(path, O_PATH));
	need(again = open(path, O_WRONLY));
	show(write(again, "ab", 2));
	show(read(fds[0], &c, 1));
	close(fds[1]);
	close(place);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	show(read(fds[0], &c, 1));
	show(read(fds[0], &c, 1));
	close(again);
	show(read(fds[0], &c, 1));
	show(linkat(AT_FDCWD, path, AT_FDCWD, "p", AT_SYMLINK_FOLLOW));
	close(fds[0]);
	need(pipe(fds));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[1]);
	need(again = open(path, O_RDONLY));
	close(fds[0]);
	show(write(fds[1], "cd", 2));
	show(read(again, &c, 1));
	close(again);
	signal(SIGPIPE, SIG_IGN);
	show(write(fds[1], "cd", 2));
}

CASE(errors)
{
	char byte;
	int fd = open("/proc/self/maps", O_RDONLY);

	need(fd);
	show(lseek(fd, 0, SEEK_END));
	show(lseek(fd, 5, SEEK_SET));
	show(lseek(fd, 2, SEEK_CUR));
	show(read(fd, BAD, 1));
	show(pread(fd, &byte, 1, 1l << 40));
	show(pread(fd, &byte, 1, -1));
	show(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED);
	printf("%s\n", errno_name(errno));
	show(write(fd, "x", 1));
	show(ftruncate(fd, 0));
	show(fsync(fd));
	show(mkdir("/proc/new", 0700));
	show(mkdir("/proc/self/new", 0700));
	show(symlink("x", "/proc/new"));
	show(open("/proc/new", O_CREAT | O_RDWR, 0600));
	show(mkdir("/proc/self", 0700));
	show(rename("/proc/self/maps", "here"));
	show(link("/proc/self/maps", "here"));
	show(rmdir("/proc/nothing"));
	show(unlink("/proc/self/nothing"));
	show(open("/proc/self/maps/", O_RDONLY));
	show(open("/proc/self/maps/x", O_RDONLY));
	show(open("/proc/0", O_RDONLY));
	show(open("/proc/self/fd/01", O_RDONLY));
}

CASE(pieces)
{
	static char whole[100000];
	long len = slurp("/proc/self/maps"), at;
	int fd = open("/proc/self/maps", O_RDONLY);

	memcpy(whole, text, (size_t)len);
	for (at = 0; read(fd, text + at, 1) == 1; at++)
		;
	show(at == len && memcmp(whole, text, (size_t)len) == 0);
	show(pread(fd, text, 20, 30));
	show(memcmp(text, whole + 30, 20));
	show(lseek(fd, 0, SEEK_SET));
	show(read(fd, text, 20));
	show(memcmp(text, whole, 20));
}

CASE(zombies_and_the_dead)
{
	char path[64];
	int status, maps, dir;
	pid_t pid;

	fflush(stdout);
	need(pid = fork());
	if (pid == 0) {
		pause();
		_exit(0);
	}
	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	need(status = open(path, O_RDONLY));
	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	need(maps = open(path, O_RDONLY));
	snprintf(path, sizeof(path), "/proc/%d", pid);
	need(dir = open(path, O_RDONLY));
	need(kill(pid, SIGKILL));
	need(waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOWAIT));
	need(pread(status, text, 1000, 0));
	printf("%.18s\n", strstr(text, "State"));
	show(strstr(text, "VmSize") != NULL);
	show(pread(maps, text, 100, 0));
	printf("%.14s", text);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	show(slurp(path));
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	show(readlink(path, text, 100));
	show(waitpid(pid, NULL, 0) == pid);
	show(pread(status, text, 100, 0));
	show(pread(maps, text, 100, 0));
	show(openat(dir, "maps", O_RDONLY));
	show(open(path, O_RDONLY));
}

CASE(the_machine)
{
	static const char *const names[] = {
		"MemTotal", "MemFree",	    "MemAvailable", "Buffers",
		"Cached",   "SwapTotal",    "SwapFree",	    "Slab",
		"Shmem",    "SReclaimable", "KernelStack",  "PageTables",
		NULL,
	};
	double up, idle;
	long cpu[8];

	slurp("/proc/meminfo");
	show_names(names);
	slurp("/proc/uptime");
	show(sscanf(text, "%lf %lf", &up, &idle));
	slurp("/proc/loadavg");
	show(sscanf(text, "%lf %*f %*f %*d/%*d %*d", &up));
	slurp("/proc/stat");
	show(sscanf(text, "cpu  %ld %ld %ld %ld %ld %ld %ld %ld", cpu, cpu + 1,
		    cpu + 2, cpu + 3, cpu + 4, cpu + 5, cpu + 6, cpu + 7));
	show(strstr(text, "\ncpu0 ") && strstr(text, "\nctxt ") &&
	     strstr(text, "\nbtime ") && strstr(text, "\nprocs_running "));
	slurp("/proc/mounts");
	show(strstr(text, "proc /proc proc ") != NULL);
	slurp("/proc/cpuinfo");
	show(strstr(text, "processor\t: 0\n") != NULL);
	show(strstr(text, "\nmodel name\t: ") != NULL);
}
