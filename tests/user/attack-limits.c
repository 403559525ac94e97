/*
 * Wanting more than there is: descriptors, regions, pipes, arguments, names,
 * links and directories without end. Each is refused with the error that Linux
 * gives, and afterwards there is as much as before.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include "attack.h"

enum {
	QUICK = 2000, /* regions */
	DEEP = 300,   /* directories in each other */
	LINKS = 40,   /* that a path may lead over */
	NAME = 255,
	PATH = 4096,	 /* with the zero */
	STRING = 131072, /* with the zero: the longest argument */
};

static int files_max;

/* ---- Descriptors ------------------------------------------------------------ */

static void
close_all(void)
{
	for (int fd = 3; fd < files_max; fd++)
		close(fd);
}

static void
descriptors(void)
{
	struct rlimit limit, more;
	int fds[2], n = 3, fd;

	need(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
	files_max = limit.rlim_cur > 1024 ? 1024 : (int)limit.rlim_cur;
	limit.rlim_cur = (rlim_t)files_max;
	need(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
	close_all();
	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		n += fd == n;
	is(errno, EMFILE, "descriptors end with EMFILE");
	is(n, files_max, "where the limit says");
	fails(dup(0), EMFILE, "dup");
	fails(fcntl(0, F_DUPFD, 0), EMFILE, "F_DUPFD");
	fails(fcntl(0, F_DUPFD, files_max), EINVAL, "F_DUPFD beyond all");
	fails(dup2(0, files_max), EBADF, "dup2 beyond all");
	fails(dup2(0, -1), EBADF, "dup2 to -1");
	fails(pipe(fds), EMFILE, "a pipe without any");
	close(10);
	fails(pipe(fds), EMFILE, "a pipe with one left");
	is(open("/dev/null", O_RDONLY), 10, "which is left after it");
	close_all();
	is(open("/dev/null", O_RDONLY), 3, "all closed: the lowest is free");
	close(3);
	more = (struct rlimit){1ul << 30, 1ul << 30};
	fails(setrlimit(RLIMIT_NOFILE, &more), EPERM, "raising the limit");
	more = (struct rlimit){20, 10};
	fails(setrlimit(RLIMIT_NOFILE, &more), EINVAL, "more than the most");
}

/* As many pipes as there can be, all full. */
static void
pipes(void)
{
	static char data[65536];
	int fds[2], count = 0, full = 0;

	while (count < files_max && pipe(fds) == 0) {
		fcntl(fds[1], F_SETFL, O_NONBLOCK);
		full += write(fds[1], data, sizeof(data)) == sizeof(data) &&
			write(fds[1], data, 1) == -1 && errno == EAGAIN;
		count++;
		if (full < count)
			break;
	}
	ok(count > 100 && full == count, "%d pipes, all full", count);
	close_all();
}

/* ---- Regions ------------------------------------------------------------------ */

static void
regions(long count)
{
	size_t size = (size_t)count * 2 * ATTACK_PAGE;
	char *p =
		mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long made = 0;

	need(p != MAP_FAILED, "mmap");
	while (made < count && mprotect(p + 2 * made * ATTACK_PAGE, ATTACK_PAGE,
					PROT_NONE) == 0)
		made++;
	ok(made == count || (made > 1000 && errno == ENOMEM),
	   "%ld regions, or ENOMEM", 2 * made);
	is(munmap(p, size), 0, "and they can all go at once");
}

static int
little_memory(void *unused)
{
	struct rlimit limit = {64 << 20, 64 << 20};
	void *p;

	(void)unused;
	if (setrlimit(RLIMIT_AS, &limit) < 0)
		return 1;
	p = mmap(NULL, 65 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p != MAP_FAILED || errno != ENOMEM)
		return 2;
	for (int i = 0; p == MAP_FAILED ? i == 0 : i < 100; i++)
		p = mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (p != MAP_FAILED || errno != ENOMEM)
		return 3;
	return fork() < 0 ? 4 : 0;
}

/* ---- Arguments ---------------------------------------------------------------- */

/* => the errno of an exec that must fail */
static int
exec_error(const char *path, char **argv, char **envp)
{
	errno = 0;
	execve(path, argv, envp);
	return errno;
}

static void
arguments(char *self)
{
	static char name[] = "x", *none[] = {NULL}, *plain[] = {name, NULL};
	char *text = malloc(STRING + 1), **many = malloc(400000 * 8);
	char *big[] = {text, NULL}, *bad[] = {(char *)8, NULL};

	need(text && many, "malloc");
	memset(text, 'a', STRING);
	text[STRING] = 0;
	is(exec_error(self, big, none), E2BIG, "an argument that is too long");
	is(exec_error(self, plain, big), E2BIG, "a variable that is too long");
	text[STRING / 2] = 0;
	for (int i = 0; i < 400000; i++)
		many[i] = i < 40 ? text : name;
	many[40] = NULL;
	is(exec_error(self, many, none), E2BIG, "too many bytes");
	many[40] = name;
	for (int i = 0; i < 40; i++)
		many[i] = name;
	many[399999] = NULL;
	is(exec_error(self, many, none), E2BIG, "too many arguments");
	is(exec_error(self, bad, none), EFAULT, "an argument nowhere");
	is(exec_error(self, (char **)8, none), EFAULT, "arguments nowhere");
	is(exec_error(self, (char **)0xffff800000000000, none), EFAULT,
	   "arguments in the kernel");
	is(exec_error((char *)8, plain, none), EFAULT, "a program nowhere");
	is(exec_error("", plain, none), ENOENT, "a program without a name");
	is(exec_error("/tmp", plain, none), EACCES, "a directory");
	text[STRING / 2] = 'a';
	text[0] = '/';
	is(exec_error(text, plain, none), ENAMETOOLONG, "a name without end");
	free(text);
	free(many);
}

static int
script_of_scripts(void *unused)
{
	static char name[] = "attack-script", *argv[] = {name, NULL};
	const char text[] = "#!attack-script\n";
	int fd = open("attack-script", O_WRONLY | O_CREAT | O_TRUNC, 0755);

	(void)unused;
	if (write(fd, text, sizeof(text) - 1) < 0)
		return 1;
	close(fd);
	return exec_error("attack-script", argv, argv + 1);
}

/* ---- Names, links, directories -------------------------------------------------- */

static void
names(void)
{
	static char name[2 * PATH];
	int fd;

	memset(name, 'n', NAME + 1);
	fails(open(name, O_CREAT | O_WRONLY, 0600), ENAMETOOLONG,
	      "a name of 256 bytes");
	fails(mkdir(name, 0700), ENAMETOOLONG, "of a directory");
	name[NAME] = 0;
	fd = open(name, O_CREAT | O_WRONLY, 0600);
	ok(fd >= 0 && close(fd) == 0 && unlink(name) == 0, "of 255");
	memset(name, '/', sizeof(name) - 1);
	fails(access(name, F_OK), ENAMETOOLONG, "a path of slashes");
	name[PATH - 1] = 0;
	is(access(name, F_OK), 0, "of 4,095 of them");
	fails(symlink("x", ""), ENOENT, "a link without a name");
	name[PATH - 1] = '/';
	fails(symlink(name, "attack-link"), ENAMETOOLONG,
	      "a link to what is too long");
}

static void
links(void)
{
	char from[32], to[32];

	need(symlink("attack-b", "attack-a") == 0 &&
		     symlink("attack-a", "attack-b") == 0,
	     "symlink");
	fails(open("attack-a", O_RDONLY), ELOOP, "links in a circle");
	fails(open("attack-a", O_WRONLY | O_CREAT, 0600), ELOOP,
	      "created through");
	fails(mkdir("attack-a/x", 0700), ELOOP, "walked through");
	fails(truncate("attack-a", 0), ELOOP, "truncated through");
	is(unlink("attack-a") + unlink("attack-b"), 0, "they can be removed");
	need(symlink("attack-self", "attack-self") == 0, "symlink");
	fails(chdir("attack-self"), ELOOP, "a link to itself");
	unlink("attack-self");
	for (int i = 0; i <= LINKS; i++) {
		snprintf(from, sizeof(from), "attack-%d", i);
		snprintf(to, sizeof(to), "attack-%d", i - 1);
		need(symlink(i ? to : "/dev/null", from) == 0, "symlink");
	}
	fails(access(from, F_OK), ELOOP, "41 links");
	is(access(to, F_OK), 0, "40 links");
	for (int i = 0; i <= LINKS; i++) {
		snprintf(from, sizeof(from), "attack-%d", i);
		unlink(from);
	}
}

static void
directories(void)
{
	static char path[PATH];
	static char name[101];
	int depth = 0, up = 0, here = open(".", O_RDONLY);

	memset(name, 'd', 100);
	while (depth < DEEP && mkdir(name, 0700) == 0 && chdir(name) == 0)
		depth++;
	is(depth, DEEP, "%d directories in each other", DEEP);
	fails(syscall(SYS_getcwd, path, sizeof(path)), ENAMETOOLONG,
	      "which no path of 4,096 bytes names");
	is(access(".", F_OK), 0, "but one can be there");
	is(mkdir("x", 0700) + rmdir("x"), 0, "and work there");
	fails(rename("..", "x"), EBUSY, "not rename what is above");
	fails(rmdir("."), EINVAL, "nor remove where one is");
	while (up < depth && chdir("..") == 0 && rmdir(name) == 0)
		up++;
	is(up, depth, "they can be removed from below");
	need(fchdir(here) == 0, "fchdir");
	close(here);
	need(mkdir("attack-d", 0700) == 0, "mkdir");
	need(mkdir("attack-d/e", 0700) == 0, "mkdir");
	fails(rename("attack-d", "attack-d/e/f"), EINVAL,
	      "a directory into itself");
	fails(link("attack-d", "attack-l"), EPERM, "a second name for one");
	fails(unlink("attack-d"), EISDIR, "unlink of one");
	fails(rmdir("attack-d"), ENOTEMPTY, "removing one that is not empty");
	is(rmdir("attack-d/e") + chdir("attack-d") + rmdir("../attack-d"), 0,
	   "one can stay in a directory that is gone");
	fails(syscall(SYS_getcwd, path, sizeof(path)), ENOENT,
	      "it has no name");
	fails(open("x", O_CREAT | O_WRONLY, 0600), ENOENT, "nothing fits in");
	fails(mkdir("x", 0700), ENOENT, "no directory either");
	need(chdir("/tmp") == 0, "chdir");
}

int
main(int argc, char *argv[])
{
	char self[300] = "/proc/self/exe";

	need(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0, "exe");
	need(chdir("/tmp") == 0, "chdir");
	descriptors();
	pipes();
	regions(rounds(argc, argv, QUICK));
	is(ending(run(little_memory, NULL)), 0, "the limit of address space");
	arguments(self);
	is(ending(run(script_of_scripts, NULL)), ELOOP, "a script of itself");
	unlink("attack-script");
	names();
	links();
	directories();
	return done();
}
