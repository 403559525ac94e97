/*
 * Looks at what execve gave it, and says so by its status: see exec.c.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static int
auxiliary(void)
{
	int here;

	return getauxval(AT_PAGESZ) == 4096 && getauxval(AT_PHNUM) > 0 &&
	       getauxval(AT_PHDR) && getauxval(AT_BASE) &&
	       getauxval(AT_ENTRY) && getauxval(AT_RANDOM) &&
	       getauxval(AT_EXECFN) &&
	       strcmp((char *)getauxval(AT_EXECFN), "/test/helper-arguments") ==
		       0 &&
	       getauxval(AT_SECURE) == 0 &&
	       getauxval(AT_RANDOM) > (uintptr_t)&here;
}

int
main(int argc, char *argv[], char *envp[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc == 1)
		return argv[0][0] == 0 && argv[1] == NULL ? 11 : 12;
	if (strcmp(what, "count") == 0)
		return argv[argc] == NULL ? argc : 255;
	if (strcmp(what, "length") == 0)
		return (int)(strlen(argv[2]) / 1024);
	if (strcmp(what, "environment") == 0)
		return envp[0] && strcmp(envp[0], "A=b") == 0 && !envp[1] &&
		       strcmp(getenv("A"), "b") == 0;
	if (strcmp(what, "auxiliary") == 0)
		return auxiliary();
	if (strcmp(what, "parent") == 0)
		return getppid() == atoi(argv[2]);
	if (strcmp(what, "closed") == 0)
		return lseek(atoi(argv[2]), 0, SEEK_CUR) == -1;
	if (strcmp(what, "directory") == 0)
		return access("ls", F_OK) == 0;
	return 254;
}
