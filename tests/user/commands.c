/*
 * The shell and the everyday commands, by their status and what they leave.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "process.h"

static int
sh(const char *line)
{
	static char shell[] = "/bin/sh", option[] = "-c", text[256];

	snprintf(text, sizeof(text), "%s", line);
	return ending(run_program((char *[]){shell, option, text, NULL}));
}

static int
exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static void
put(const char *path, const char *contents)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	need(fd >= 0, path);
	need(write(fd, contents, strlen(contents)) >= 0, path);
	close(fd);
}

static const char *
get(const char *path)
{
	static char buf[64];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return buf;
}

static void
shell(void)
{
	is(sh("true"), 0, "true");
	is(sh("false"), 1, "false");
	is(sh("exit 42"), 42, "exit 42");
	is(sh("true; false"), 1, "the last command counts");
	is(sh("false; true # ; false"), 0, "a comment does not");
	is(sh("/test/helper-exit 7"), 7, "a program by its path");
	is(sh("helper-exit 7; exit $?"), 7, "$?");
	is(sh("helper-exit \"7\"; helper-exit '$?'"), 0, "quotes");
	is(sh("nosuchprogram"), 127, "a program that is not there");
	is(sh("/etc/motd"), 126, "a file that is no program");
	is(sh("crash null"), 128 + SIGSEGV, "a program that is killed");
	is(sh("'open"), 2, "a quote that is not closed");
	is(sh("cd /tmp; mkdir with\\ blank; cd 'with blank'; pwd"), 0, "cd");
	ok(exists("/tmp/with blank"), "a backslash");
	is(sh("cd /nothing"), 1, "cd to nothing");
	is(sh("rm -r '/tmp/with blank'"), 0, "rm -r");
	put("/tmp/script", "mkdir /tmp/made\n# comment\n\nexit 9\nfalse\n");
	is(sh("sh /tmp/script"), 9, "a script");
	is(sh("rm -r /tmp/made /tmp/script"), 0, "ran its lines");
	is(sh(""), 0, "nothing");
}

static void
files(void)
{
	put("/tmp/one", "contents");
	is(sh("cp /tmp/one /tmp/two"), 0, "cp");
	is_string(get("/tmp/two"), "contents", "copies");
	is(sh("mv /tmp/two /tmp/three"), 0, "mv");
	ok(!exists("/tmp/two") && exists("/tmp/three"), "moves");
	is(sh("mkdir /tmp/d; cp /tmp/one /tmp/three /tmp/d"), 0,
	   "cp into a directory");
	ok(exists("/tmp/d/one") && exists("/tmp/d/three"), "copies both");
	is(sh("mv /tmp/one /tmp/three /tmp/d"), 0, "mv into a directory");
	ok(!exists("/tmp/one"), "moves both");
	is(sh("ls /tmp/d; ls -la /tmp/d; cat /tmp/d/one"), 0, "ls and cat");
	is(sh("ls /tmp/nothing"), 1, "ls of nothing");
	is(sh("cat /tmp/nothing"), 1, "cat of nothing");
	is(sh("cp /tmp/nothing /tmp/d"), 1, "cp of nothing");
	is(sh("mv /tmp/nothing /tmp/d"), 1, "mv of nothing");
	is(sh("rm /tmp/d"), 1, "rm of a directory");
	is(sh("rm -r /tmp/d"), 0, "rm -r of it");
	ok(!exists("/tmp/d"), "removes all");
	is(sh("rm /tmp/nothing"), 1, "rm of nothing");
}

static void
reports(void)
{
	is(sh("echo; echo -n; ps; free; uname -a"), 0, "echo ps free uname");
	is(sh("vmmap; vmmap 1"), 0, "vmmap");
	is(sh("vmmap 99999"), 2, "vmmap of nobody");
	is(sh("pagewalk 1 400000; pagewalk 1 7fffffffe000"), 0, "pagewalk");
	is(sh("pagewalk 1 ffffffff80000000"), 1, "pagewalk of the kernel");
	is(sh("pagewalk"), 2, "pagewalk of nothing");
	is(sh("sleep 0.01"), 0, "sleep");
}

int
main(void)
{
	shell();
	files();
	reports();
	return done();
}
