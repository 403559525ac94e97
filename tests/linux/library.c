/* What C libraries make of these calls: streams, popen, system, tmpfile. */
#include <fnmatch.h>
#include <glob.h>

#include "case.h"

CASE(streams)
{
	char line[100];
	FILE *f = fopen("f", "w+");

	show(fprintf(f, "%d %s %5.2f\n", 42, "text", 3.14159));
	show(fputs("second\n", f) >= 0);
	rewind(f);
	while (fgets(line, sizeof(line), f))
		printf("<%s>", line);
	show(feof(f) != 0);
	show(fseek(f, -3, SEEK_END));
	show(fgetc(f));
	show(ungetc('x', f));
	show(fgetc(f));
	show(ftell(f));
	show(fclose(f));
	f = fopen("f", "a");
	fputs("third\n", f);
	fclose(f);
	show_file("f");
	show(fopen("missing", "r") == NULL);
	show(errno == ENOENT);
}

CASE(streams_over_pipes)
{
	char line[100] = "";
	FILE *p = popen("echo read me; exit 3", "r");

	need(p ? 0 : -1);
	show(fgets(line, sizeof(line), p) != NULL);
	fputs(line, stdout);
	show_status(pclose(p));
	fflush(stdout);
	p = popen("cat; echo end", "w");
	need(p ? 0 : -1);
	fputs("written\n", p);
	show_status(pclose(p));
}

CASE(system_runs_a_shell)
{
	fflush(stdout);
	show_status(system("echo from the shell; exit 5"));
	show_status(system("kill -9 $$"));
	show(system(NULL) != 0);
}

CASE(temporary_files)
{
	char name[] = "file-XXXXXX", directory[] = "dir-XXXXXX";
	FILE *f;

	check(mkstemp(name));
	show(access(name, F_OK));
	show(mkdtemp(directory) == directory);
	show(rmdir(directory));
	f = tmpfile();
	show(f != NULL);
}

CASE(patterns)
{
	glob_t g;

	make_file("a.c", "");
	make_file("b.c", "");
	make_file("c.h", "");
	show(glob("*.c", 0, NULL, &g));
	for (size_t i = 0; i < g.gl_pathc; i++)
		puts(g.gl_pathv[i]);
	globfree(&g);
	show(glob("*.none", 0, NULL, &g) == GLOB_NOMATCH);
	show(fnmatch("*.[ch]", "a.c", 0));
	show(fnmatch("*.[ch]", "a.d", 0) == FNM_NOMATCH);
}

CASE(messages)
{
	errno = ENOENT;
	perror("prefix");
	puts(strerror(EISDIR));
	puts(strerror(EPIPE));
	errno = 0;
	show(strtol("99999999999999999999", NULL, 10) == LONG_MAX);
	show(errno == ERANGE);
}

CASE(paths)
{
	char full[PATH_MAX];

	need(mkdir("d", 0755));
	make_file("d/f", "");
	need(symlink("d", "s"));
	show(realpath("s/../d/./f", full) != NULL);
	puts(strstr(full, "/d/f"));
	show(realpath("missing/f", full) == NULL);
	show(errno == ENOENT);
}
