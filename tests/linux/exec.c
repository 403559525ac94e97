/* execve: arguments, environment, scripts, and every way to be refused. */
#include <sys/auxv.h>

#include "case.h"

extern char **environ;

/* Where this program is: the harness starts it by a relative path. */
static char program[300];

static void
find_program(void)
{
	strcpy(program, (const char *)getauxval(AT_EXECFN));
}

static void
install(const char *name, const char *contents, mode_t mode)
{
	make_file(name, contents);
	need(chmod(name, mode));
}

static void
try(const char *path)
{
	char *argv[] = {(char *)"argv0", NULL};

	fflush(stdout);
	execve(path, argv, environ);
	show_result(path, -1);
}

/* Ends as the program it becomes; the case goes on in the parent. */
static void
become(char *argv[], char *envp[])
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	need(pid);
	if (pid == 0) {
		execve(program, argv, envp);
		_exit(90);
	}
	finish(pid);
}

CASE(show_arguments)
{
	for (char **a = arguments; *a; a++)
		if (strlen(*a) < 100)
			printf("argument: \"%s\"\n", *a);
		else
			printf("argument of %zu bytes\n", strlen(*a));
	for (char **e = environ; *e; e++)
		printf("environment: %s\n", *e);
}

CASE(arguments_and_environment)
{
	find_program();
	become((char *[]){(char *)"x", (char *)"show_arguments", NULL},
	       (char *[]){(char *)"A=1", (char *)"B=", NULL});
	become((char *[]){(char *)"", (char *)"show_arguments", NULL},
	       (char *[]){NULL});
	become((char *[]){(char *)"x", (char *)"show_arguments", NULL}, NULL);
}

CASE(refused)
{
	static char name[300];

	install("text", "neither program nor script\n", 0755);
	install("empty", "", 0755);
	install("short", "\177ELF", 0755);
	install("plain", "#!/bin/sh\n", 0644);
	need(mkdir("d", 0755));
	need(symlink("self", "self"));
	memset(name, 'n', 256);
	try("missing");
	try("missing/x");
	try("text");
	try("empty");
	try("short");
	try("plain");
	try("d");
	try("text/x");
	try("text/");
	try("self");
	try("");
	try("/dev/null");
	show(execve(name, (char *[]){NULL}, environ));
}

CASE(bad_pointers)
{
	static char *bad_argv[2], *argv[2];

	find_program();
	bad_argv[0] = BAD;
	argv[0] = (char *)"x";
	show(syscall(SYS_execve, BAD, argv, environ));
	show(syscall(SYS_execve, program, BAD, environ));
	show(syscall(SYS_execve, program, bad_argv, environ));
	show(syscall(SYS_execve, program, argv, BAD));
	show(syscall(SYS_execve, program, argv, bad_argv));
}

CASE(too_long)
{
	static char *argv[40];
	char *big = malloc(200000);

	find_program();
	memset(big, 'x', 199999);
	big[199999] = 0;
	argv[0] = big;
	show(execve(program, argv, environ));
	big[131072] = 0; /* MAX_ARG_STRLEN with its end */
	show(execve(program, argv, environ));
	big[131071] = 0;
	for (int i = 0; i < 20; i++)
		argv[i] = big;
	show(execve(program, argv, environ));
}

CASE(longest_argument_works)
{
	static char big[131072];

	find_program();
	memset(big, 'x', sizeof(big) - 1);
	become((char *[]){(char *)"x", (char *)"show_arguments", big, NULL},
	       (char *[]){(char *)"E=1", NULL});
}

CASE(no_arguments_at_all)
{
	find_program();
	become((char *[]){NULL}, (char *[]){NULL});
}

static void
run_script(void)
{
	char *argv[] = {(char *)"ignored", (char *)"two", (char *)"three",
			NULL};

	execve("./script", argv, (char *[]){(char *)"FROM=script", NULL});
	show_result("script", -1);
}

static void
make_script(const char *line)
{
	static char text[700];

	snprintf(text, sizeof(text), "%s\nrest\n", line);
	install("script", text, 0755);
}

static void
script_by(const char *before, const char *after)
{
	static char line[600];

	snprintf(line, sizeof(line), "#!%s%s%s", before, program, after);
	make_script(line);
	finish(start(run_script));
}

CASE(scripts)
{
	find_program();
	script_by("", " show_arguments");
	script_by("  ", "   show_arguments  ");
	script_by("\t", "\tshow_arguments\t");
	script_by("", ""); /* the script's own name is the argument */
	script_by("", " show_arguments more"); /* one argument: no such case */
}

CASE(scripts_refused)
{
	static char line[400];

	make_script("#!");
	try("./script");
	make_script("#!  ");
	try("./script");
	make_script("#!missing");
	try("./script");
	make_script("#!/");
	try("./script");
	make_script("#!./script");
	try("./script");
	memset(line, 'x', 300);
	memcpy(line, "#!", 2);
	make_script(line);
	try("./script");
}

CASE(script_of_a_script)
{
	find_program();
	script_by("", " show_arguments");
	need(rename("script", "inner"));
	make_script("#!./inner");
	finish(start(run_script));
}

CASE(signals_across_exec)
{
	find_program();
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, (void (*)(int))(uintptr_t)find_program);
	become((char *[]){(char *)"x", (char *)"show_signals", NULL}, environ);
}

CASE(show_signals)
{
	struct sigaction act;

	need(sigaction(SIGUSR1, NULL, &act));
	show(act.sa_handler == SIG_IGN);
	need(sigaction(SIGUSR2, NULL, &act));
	show(act.sa_handler == SIG_DFL);
}

CASE(auxiliary_vector)
{
	show(getauxval(AT_PAGESZ));
	show(getauxval(AT_UID) == getuid());
	show(getauxval(AT_EUID) == geteuid());
	show(getauxval(AT_SECURE));
	show(getauxval(AT_PHENT));
	show(getauxval(AT_PHDR) != 0);
	show(getauxval(AT_ENTRY) != 0);
	show(getauxval(AT_CLKTCK));
	show(getauxval(AT_RANDOM) != 0);
	puts(strrchr((const char *)getauxval(AT_EXECFN), '/'));
	puts((const char *)getauxval(AT_PLATFORM));
}

CASE(busy_text)
{
	find_program();
	check(open(program, O_RDONLY));
	show(open(program, O_WRONLY));
	show(truncate(program, 0));
}
