/*
 * The first program: gives the console a shell, and buries orphans.
 *
 * Owns: nothing; it is the ancestor of every process, so those whose parent has
 * died become its children, and it waits for them.
 *
 * With arguments ("... -- ls /bin; ps" on the kernel's command line) it runs
 * them as one line of the shell and ends with the status of that.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char shell[] = "sh";
static char *environment[] = {
	(char[]){"PATH=/bin:/usr/bin:/test"},
	(char[]){"HOME=/"},
	(char[]){"TERM=vt100"},
	NULL,
};

/* The kernel has opened the console for us, unless it could not. */
static void
open_console(void)
{
	while (1) {
		int fd = open("/dev/console", O_RDWR);

		if (fd < 0)
			return;
		if (fd > 2) {
			close(fd);
			return;
		}
	}
}

/* => the shell's process, leader of a session whose terminal is the console */
static pid_t
start(char *const argv[])
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	setsid();
	ioctl(0, TIOCSCTTY, 1);
	execve("/bin/sh", argv, environment);
	perror("init: /bin/sh");
	_exit(127);
}

/* Waits until pid ends; other children are orphans, and nobody asks. */
static int
wait_for(pid_t pid)
{
	int status = 0;
	pid_t dead;

	do
		dead = wait(&status);
	while (dead != pid && dead > 0);
	return status;
}

static void
say(int status)
{
	if (WIFSIGNALED(status))
		printf("init: the shell was killed by signal %d\n",
		       WTERMSIG(status));
	else if (WEXITSTATUS(status))
		printf("init: the shell ended with status %d\n",
		       WEXITSTATUS(status));
}

static int
run_line(int argc, char *argv[])
{
	static char line[4096], option[] = "-c";
	int status;

	for (int i = 1; i < argc; i++) {
		if (strlen(line) + strlen(argv[i]) + 2 > sizeof(line)) {
			fprintf(stderr, "init: arguments too long\n");
			return 2;
		}
		strcat(line, argv[i]);
		strcat(line, " ");
	}
	status = wait_for(start((char *[]){shell, option, line, NULL}));
	say(status);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

int
main(int argc, char *argv[])
{
	open_console();
	if (argc > 1)
		return run_line(argc, argv);
	while (1) {
		pid_t pid = start((char *[]){shell, NULL});

		if (pid > 0)
			say(wait_for(pid));
		else
			perror("init: fork");
		/* A shell that cannot live must not fill the console. */
		sleep(1);
	}
}
