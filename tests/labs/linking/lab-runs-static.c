/*
 * Programs run: each kind of symbol in turn, in a program at fixed addresses and
 * in one that lies anywhere. Argument: which claims.
 */
#include "children.h"
#include "well.h"

static const char fixed[] = "/test/lab-linked";
static const char anywhere[] = "/test/lab-linked-pie";

static void
both(const char *what, const char *claim)
{
	ends(try(fixed, what), WELL, fixed, claim);
	ends(try(anywhere, what), WELL, anywhere, claim);
}

static void
functions(void)
{
	both("r", "main runs");
	both("c", "functions of libc.so are called through JUMP_SLOTs");
	both("p", "addresses of functions and of data, with their addends");
}

static void
variables(void)
{
	both("v", "a variable of libc.so is copied, and libc uses the copy");
}

static void
weak(void)
{
	both("w", "weak symbols that nobody defines have address 0");
}

static void
commands(void)
{
	static char sh[] = "/bin/sh", c[] = "-c", line[] = "ls /bin";
	static char demo[] = "/bin/demo-linking";

	ends(end_of(start_program((char *[]){sh, c, line, NULL})), 0, sh,
	     "runs ls");
	if (!ends(end_of(start_program((char *[]){demo, NULL})), 0, demo,
		  "finds all its claims true"))
		diag("which not: make run-pvh INIT=/bin/demo-linking");
}

int
main(int argc, char *argv[])
{
	tap_take_seal();
	switch (argc > 1 ? argv[1][0] : 0) {
	case 'f':
		functions();
		break;
	case 'v':
		variables();
		break;
	case 'w':
		weak();
		break;
	case 'c':
		commands();
		break;
	default:
		need(0, "argument");
	}
	return done();
}
