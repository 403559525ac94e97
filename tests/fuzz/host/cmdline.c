/*
 * The words of the command line (kernel/bootinfo.c), beside a second opinion: the
 * bytes are a line, and after its zero the name of an option.
 */
#include "bootinfo.h"

static struct bootinfo b;

/* The place of the word "--", or the end. */
static const char *
end_of_options(const char *line)
{
	const char *at = line;

	while ((at = strstr(at, "--"))) {
		if ((at == line || at[-1] == ' ') &&
		    (at[2] == ' ' || at[2] == '\0'))
			return at;
		at++;
	}
	return line + strlen(line);
}

/* The first option of this name, split the way strtok does it. */
static bool
second_opinion(const char *name, char *value, size_t size)
{
	char line[BOOT_CMDLINE], *rest = NULL;
	size_t len = (size_t)(end_of_options(b.cmdline) - b.cmdline);

	memcpy(line, b.cmdline, len);
	line[len] = '\0';
	for (char *word = strtok_r(line, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		size_t n = strlen(name);

		if (strncmp(word, name, n) != 0 || word[n] != '=')
			continue;
		if (strlen(word + n + 1) >= size)
			return false;
		strcpy(value, word + n + 1);
		return true;
	}
	return false;
}

static void
check_option(const char *name, size_t size)
{
	char *value = malloc(size), wanted[BOOT_CMDLINE];
	bool found = bootinfo_option(&b, name, value, size);

	MUST(found == second_opinion(name, wanted, size));
	if (found)
		MUST(strcmp(value, wanted) == 0);
	free(value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *line = exact_copy(bytes, size), name[32] = "init";
	size_t len = strnlen(line, size);
	const char *words;

	memset(&b, 0, sizeof(b));
	memcpy(b.cmdline, line, len < BOOT_CMDLINE ? len : BOOT_CMDLINE - 1);
	if (len + 1 < size)
		snprintf(name, sizeof(name), "%.*s", (int)(size - len - 1),
			 line + len + 1);
	free(line);
	words = bootinfo_arguments(&b);
	MUST(words >= b.cmdline && words <= b.cmdline + strlen(b.cmdline));
	if (*end_of_options(b.cmdline))
		MUST(words == end_of_options(b.cmdline) + 2);
	else
		MUST(*words == '\0');
	for (size_t room = 1; room <= 16; room *= 4)
		check_option(name, room);
	check_option(name, BOOT_CMDLINE);
	return 0;
}
