/*
 * More processes than there is room for: zombies that nobody buries, numbers that
 * come back, children without end, fork bombs, memory without end. Whoever does
 * it is refused or killed, and the system goes on with as much as before.
 *
 * The argument says how many processes a bomb may be; 0: as many as there is
 * memory for. That is for process 1 of a small machine of its own: any other
 * process may be killed when it needs a page.
 */
#include <sys/stat.h>

#include "attack.h"

enum {
	QUICK = 150,
	ZOMBIES = 200,
	BIRTHS = 1000,
	SIGNALS = 64,
	ROOM = 64, /* pages */
};

/* What the processes of a bomb share. */
static volatile struct {
	int born, most, refused, go;
} * bomb;

static int
leave(void *status)
{
	return *(int *)status;
}

/* ---- The dead ----------------------------------------------------------------- */

static void
zombies(void)
{
	static pid_t pids[ZOMBIES];
	int wrong = 0, status;

	for (int i = 0; i < ZOMBIES; i++) {
		int number = i & 0x7f;

		pids[i] = start(leave, &number);
	}
	sleep_ms(20);
	for (int i = 0; i < ZOMBIES; i++)
		wrong += kill(pids[i], SIGKILL) != 0 || kill(pids[i], 0) != 0;
	is(wrong, 0, "%d zombies: they are there, and cannot die again",
	   ZOMBIES);
	for (int i = ZOMBIES; i-- > 0;) {
		wrong += waitpid(pids[i], &status, 0) != pids[i] ||
			 (status != (i & 0x7f) << 8 && status != SIGKILL);
		wrong += waitpid(pids[i], &status, 0) != -1 || errno != ECHILD;
		wrong += kill(pids[i], 0) != -1 || errno != ESRCH;
	}
	is(wrong, 0, "each is buried once, and then there is nobody");
	fails(wait(NULL), ECHILD, "and no more than there were");
}

/* Numbers do not come back soon: an old one is nobody. */
static void
numbers(void)
{
	static pid_t pids[BIRTHS];
	int zero = 0, twice = 0, alive = 0;

	for (int i = 0; i < BIRTHS; i++) {
		pids[i] = start(leave, &zero);
		finish(pids[i]);
	}
	for (int i = 1; i < BIRTHS; i++) {
		twice += pids[i] == pids[i - 1] || pids[i] == pids[0];
		alive += kill(pids[i], 0) == 0;
	}
	is(twice + alive, 0, "the numbers of %d processes: none used twice",
	   BIRTHS);
	fails(kill(pids[0], SIGKILL), ESRCH, "a signal to an old one");
	fails(setpgid(pids[0], 0), ESRCH, "a group for an old one");
	fails(waitpid(pids[0], NULL, 0), ECHILD, "waiting for an old one");
	fails(getpgid(pids[0]), ESRCH, "the group of an old one");
}

/* Its parent has ended: its own children are process 1's. */
static int
abandon(void *unused)
{
	int zero = 0;

	(void)unused;
	for (int i = 0; i < 20; i++)
		start(leave, &zero);
	return 0;
}

/* As process 1 we have all orphans: each that is not buried keeps some memory. */
static void
bury(void)
{
	while (wait(NULL) > 0)
		;
}

/* ---- Bombs ---------------------------------------------------------------------- */

/* Every process of it forks, for as long as it can. */
static int
explode(void *unused)
{
	(void)unused;
	setpgid(0, bomb->go);
	for (;;) {
		pid_t pid;

		if (bomb->most && bomb->born >= bomb->most) {
			sched_yield();
			continue;
		}
		bomb->born++;
		pid = fork();
		if (pid < 0) {
			bomb->born--;
			bomb->refused++;
			sched_yield();
		}
	}
	return 0;
}

static void
fork_bomb(void)
{
	pid_t first;
	int rounds_left = 100;

	first = fork();
	need(first >= 0, "fork");
	if (first == 0) {
		setpgid(0, 0);
		bomb->go = getpid();
		_exit(explode(NULL));
	}
	setpgid(first, first);
	while (!bomb->refused && !(bomb->most && bomb->born >= bomb->most))
		sleep_ms(10);
	while (kill(-first, SIGKILL) == 0 && rounds_left-- > 0)
		sleep_ms(10);
	finish(first);
	bury();
	diag("%d processes, %d times refused", bomb->born, bomb->refused);
}

static void
bombs(int most)
{
	static int five = 5;

	for (int i = 0; i < 2; i++) {
		memset((void *)(uintptr_t)bomb, 0, sizeof(*bomb));
		bomb->most = most;
		fork_bomb();
		is(ending(run(leave, &five)), 5,
		   "after fork bomb %d the system goes on", i + 1);
	}
}

/* One process with children without end, which sleep. */
static int
have_children(void *most)
{
	int limit = *(int *)most, killed = 0, error;
	sigset_t term;
	pid_t pid = 0;

	/* Blocked, as ignoring it takes memory, which there will be none of. */
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	setpgid(0, 0);
	bomb->born = 0;
	while ((!limit || bomb->born < limit) && (pid = fork()) > 0)
		bomb->born++;
	error = errno;
	if (pid == 0) {
		sigprocmask(SIG_UNBLOCK, &term, NULL);
		pause();
		_exit(0);
	}
	if (pid < 0 && error != ENOMEM && error != EAGAIN)
		return 1;
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		killed++;
	return killed == bomb->born ? 0 : 2;
}

/* Without memory it may be itself who is killed: its next write needs a page. */
static void
children(int most)
{
	int first = 0;

	for (int i = 0; i < 3; i++) {
		pid_t pid = start(have_children, &most);
		int end = ending(finish(pid));

		if (!ok(end == 0 || (most == 0 && end == 1000 + SIGKILL),
			"children without end, round %d", i))
			diag("ended with %d, %d born", end, bomb->born);
		kill(-pid, SIGKILL);
		bury();
		if (i == 0)
			first = bomb->born;
	}
	diag("%d, then %d", first, bomb->born);
	ok(bomb->born * 10 >= first * 9, "each time as many");
}

/* ---- Memory --------------------------------------------------------------------- */

static int
devour(void *unused)
{
	(void)unused;
	for (;;) {
		char *p = mmap(NULL, ROOM * ATTACK_PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return 1;
		for (int i = 0; i < ROOM; i++)
			p[i * ATTACK_PAGE] = 1;
	}
}

static int
devour_shared(void *unused)
{
	(void)unused;
	for (;;) {
		char *p = mmap(NULL, ROOM * ATTACK_PAGE, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return 1;
		for (int i = 0; i < ROOM; i++)
			p[i * ATTACK_PAGE] = 1;
	}
}

/* A file that takes all there is, until write says so. */
static int
fill_file(void *unused)
{
	static char data[65536];
	int fd = open("/tmp/attack-bomb", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t n;

	(void)unused;
	errno = 0; /* its page is to be there when there are no more */
	unlink("/tmp/attack-bomb");
	memset(data, 1, sizeof(data));
	while ((n = write(fd, data, sizeof(data))) > 0)
		;
	return errno == ENOMEM || errno == ENOSPC ? 0 : 1;
}

/* Names without end: kernel objects. */
static int
fill_directory(void *unused)
{
	char name[40];
	long count = 0, removed = 0;
	int error;

	(void)unused;
	errno = 0;
	if (mkdir("/tmp/attack-names", 0700) < 0)
		return 1;
	for (;; count++) {
		snprintf(name, sizeof(name), "/tmp/attack-names/%ld", count);
		if (mkdir(name, 0700) < 0)
			break;
	}
	error = errno;
	for (; removed < count; removed++) {
		snprintf(name, sizeof(name), "/tmp/attack-names/%ld", removed);
		if (rmdir(name) < 0)
			return 2;
	}
	if (rmdir("/tmp/attack-names") < 0)
		return 3;
	return error == ENOMEM || error == ENOSPC ? 0 : 4;
}

static int
map_without_end(void *unused)
{
	long count = 0;

	(void)unused;
	errno = 0;
	while (mmap(NULL, ATTACK_PAGE, count & 1 ? PROT_READ : PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		count++;
	return errno == ENOMEM && count > 1000 ? 0 : 1;
}

static void
memory(void)
{
	static int nine = 9;

	is(ending(run(devour, NULL)), 1000 + SIGKILL,
	   "who takes all memory is killed");
	is(ending(run(devour_shared, NULL)), 1000 + SIGKILL,
	   "so is who shares it");
	is(ending(run(fill_file, NULL)), 0,
	   "a file that takes all of it is refused more");
	is(ending(run(fill_directory, NULL)), 0, "so are names without end");
	is(ending(run(map_without_end, NULL)), 0, "and regions without end");
	is(ending(run(leave, &nine)), 9, "the system goes on");
}

/* ---- Signals to process 1 ---------------------------------------------------------- */

static void
signals_to_init(void)
{
	int sent = 0;

	for (int i = 1; i <= SIGNALS; i++)
		if (i != SIGCHLD)
			sent += kill(1, i) == 0;
	is(sent, SIGNALS - 1, "any signal can be sent to process 1");
	sleep_ms(20);
	is(kill(1, 0), 0, "which takes no notice");
}

int
main(int argc, char *argv[])
{
	int most = (int)rounds(argc, argv, QUICK);

	bomb = shared_pages(1);
	zombies();
	numbers();
	is(ending(run(abandon, NULL)), 0, "children that nobody waits for");
	bombs(most);
	children(most);
	if (on_quire())
		signals_to_init();
	if (most == 0)
		memory();
	return done();
}
