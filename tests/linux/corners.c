/* What no other case reached, as `make coverage` showed: mostly refusals. */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/time.h>

#include "case.h"

enum {
	NOBODY = 999999999,
};

CASE(waitid_of_the_own_group)
{
	struct rusage usage;
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0)
		_exit(3);
	show(syscall(SYS_waitid, P_PGID, 0, &info, WEXITED, &usage));
	show(info.si_pid == pid && info.si_status == 3);
	if (fork() == 0)
		_exit(0);
	show(syscall(SYS_waitid, P_PGID, 0, &info, WEXITED, BAD));
}

CASE(queued_signals_that_are_refused)
{
	siginfo_t info = {.si_code = SI_USER};
	int parent = getpid(), status;

	show(syscall(SYS_rt_sigqueueinfo, NOBODY, SIGUSR1, &info));
	if (fork() == 0)
		_exit(syscall(SYS_rt_sigqueueinfo, parent, 0, &info) < 0 ? errno
									 : 0);
	wait(&status);
	show(WEXITSTATUS(status) == EPERM);
	info.si_code = SI_QUEUE;
	show(syscall(SYS_rt_sigqueueinfo, parent, 99, &info));
	show(syscall(SYS_rt_sigqueueinfo, NOBODY, SIGUSR1, &info));
	show(syscall(SYS_rt_sigqueueinfo, parent, SIGUSR1, BAD));
}

CASE(sigtimedwait_without_a_place_for_the_answer)
{
	uint64_t set = 1ul << (SIGUSR1 - 1);
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	show(sigprocmask(SIG_BLOCK, &blocked, NULL));
	show(raise(SIGUSR1));
	show(syscall(SYS_rt_sigtimedwait, &set, BAD, NULL, 8));
}

CASE(is_anybody_there)
{
	pid_t pid = fork();

	if (pid == 0)
		pause();
	show(kill(-1, 0)); /* all but process 1 and the caller */
	show(kill(-getpgrp(), 0));
	show(kill(-NOBODY, 0));
	show(kill(pid, SIGKILL));
}

CASE(time_of_the_thread)
{
	struct timespec t = {-1, -1};

	show(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t));
	show(t.tv_sec >= 0 && t.tv_nsec >= 0);
	show(clock_getres(CLOCK_THREAD_CPUTIME_ID, &t));
}

CASE(times_of_an_open_file)
{
	struct timeval t[2] = {{1000, 5}, {2000, 6}};
	struct timespec far[2] = {{INT64_MAX, 0}, {INT64_MIN, 0}};
	struct stat st;
	int fd = open("f", O_RDWR | O_CREAT, 0600);

	show(syscall(SYS_futimesat, fd, NULL, t));
	show(fstat(fd, &st));
	show(st.st_atime);
	show(st.st_mtime);
	show(utimensat(AT_FDCWD, "f", far, 0));
}

CASE(links_that_are_too_long)
{
	static char name[5000];

	memset(name, 'x', sizeof(name) - 1);
	show(symlink(name, "l"));
	name[4096] = 0;
	show(symlink(name, "l"));
	show(symlink("", "l"));
	show(symlink("x", "no/such/place"));
}

CASE(clone_with_a_bad_thread_area)
{
	const unsigned long settls = 0x80000;

	show(syscall(SYS_clone, settls | SIGCHLD, 0, 0, 0, 1ul << 63));
}

CASE(futexes_in_corners)
{
	struct timespec t = {0, 1000000};
	int word = 0;

	show(syscall(SYS_futex, &word, 3, -1, 1, &word, 0));
	show(syscall(SYS_futex, &word, 3, 1, -1, &word, 0));
	show(syscall(SYS_futex, &word, 4, 1, 1, (char *)&word + 1, 0));
	show(syscall(SYS_futex, &word, 4, 1, 1, &word, 1));
	show(syscall(SYS_futex, &word, 0, 0, &t, NULL, 0));
}

CASE(locking_in_corners)
{
	char *p =
		mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	show(syscall(SYS_mlock2, p, PAGE, 2));
	show(syscall(SYS_mlock2, p, PAGE, 1));
	show(mlockall(0));
	show(mlockall(64));
	show(munlockall());
}

CASE(pages_of_a_file_in_memory)
{
	unsigned char there[2];
	int fd = open("f", O_RDWR | O_CREAT, 0600);
	char *p;

	show(ftruncate(fd, 2 * PAGE));
	show(write(fd, "x", 1));
	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	show(mincore(p, 2 * PAGE, there));
	show(there[0] & 1);
}

CASE(select_into_nowhere)
{
	fd_set *readonly =
		mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct timeval none = {0, 0};

	show(select(1, readonly, NULL, NULL, &none));
	show(select(-1, NULL, NULL, NULL, &none));
}

CASE(files_that_are_too_large)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600);

	show(pwrite(fd, "x", 1, INT64_MAX));
	show(ftruncate(fd, -1));
	show(dup2(fd, 1 << 30));
}
