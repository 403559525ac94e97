/* Commands for the shell: system and popen; streams on pipes. */
#include <signal.h>
#include <sys/wait.h>

#include "tap.h"

static void
systems(void)
{
	is(system(NULL), 1, "there is a shell");
	is(WEXITSTATUS(system("exit 3")), 3, "its status comes back");
	is(WEXITSTATUS(system("true && nothing-here 2> /dev/null")), 127,
	   "also of what is not there");
	is(WTERMSIG(system("kill -9 $$")), SIGKILL, "and what killed it");
	setenv("FROM_US", "yes", 1);
	is(system("true | cat && (echo $FROM_US | cat > /tmp/out)"), 0,
	   "it has our environment");
}

static void
reads(void)
{
	char line[20] = "";
	FILE *f = popen("cat /tmp/out; exit 5", "r");

	need(f != NULL, "popen");
	ok(fgets(line, sizeof(line), f) != NULL, "reads what it writes");
	is_string(line, "yes\n", "and that is it");
	ok(!fgets(line, sizeof(line), f) && feof(f), "until it ends");
	is(WEXITSTATUS(pclose(f)), 5, "pclose has the status");
}

static void
writes(void)
{
	char line[20] = "";
	FILE *f = popen("cat > /tmp/out", "w");

	need(f != NULL, "popen");
	ok(fputs("written\n", f) >= 0, "it reads what we write");
	is(pclose(f), 0, "and ends when we close");
	f = fopen("/tmp/out", "r");
	ok(f && fgets(line, sizeof(line), f), "it got it");
	is_string(line, "written\n", "all");
	fclose(f);
	remove("/tmp/out");
}

/* While one is open, another must not hold its end open. */
static void
two(void)
{
	FILE *first = popen("cat > /dev/null", "w"), *second;

	need(first != NULL, "popen");
	second = popen("cat > /dev/null", "w");
	need(second != NULL, "popen");
	is(pclose(first), 0, "the first ends though the second goes on");
	is(pclose(second), 0, "and the second");
	ok(!popen("true", "x") && errno == EINVAL, "a mode that is none");
}

int
main(void)
{
	systems();
	reads();
	writes();
	two();
	return done();
}
