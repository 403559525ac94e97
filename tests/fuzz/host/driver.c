/*
 * Stands in for libFuzzer where there is no clang: runs a target on the files of
 * the corpus, then on changes of them at random.
 *
 *	TARGET [-runs=N] [-seed=N] FILE|DIRECTORY...
 */
#include <dirent.h>
#include <sys/stat.h>

#include "target.h"

enum {
	SIZE_MAX_INPUT = 8192,
	FILES_MAX_INPUT = 4096,
};

static struct {
	uint8_t *bytes;
	size_t size;
} inputs[FILES_MAX_INPUT];
static size_t input_count;
static uint64_t state = 1;

static uint64_t
below(uint64_t n)
{
	state = state * 6364136223846793005 + 1442695040888963407;
	return (state >> 33) % n;
}

static void
add_file(const char *path)
{
	static uint8_t bytes[SIZE_MAX_INPUT];
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(bytes, 1, sizeof(bytes), f) : 0;

	MUST(f && input_count < FILES_MAX_INPUT);
	fclose(f);
	inputs[input_count].bytes = malloc(n + 1);
	memcpy(inputs[input_count].bytes, bytes, n);
	inputs[input_count++].size = n;
}

static void
add(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[4096];

	if (!dir) {
		add_file(path);
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		add_file(name);
	}
	closedir(dir);
}

/* Some bytes changed, some cut off or put in. */
static size_t
mutate(uint8_t *bytes, size_t size)
{
	for (uint64_t n = 1 + below(8); n > 0; n--) {
		size_t at = size ? below(size) : 0;

		switch (below(4)) {
		case 0:
			size = at;
			break;
		case 1:
			if (size == SIZE_MAX_INPUT)
				break;
			memmove(bytes + at + 1, bytes + at, size - at);
			size++;
			/* fall through */
		case 2:
			bytes[at] = (uint8_t)below(256);
			break;
		default:
			bytes[at] ^= (uint8_t)(1 << below(8));
		}
		if (size == 0)
			break;
	}
	return size;
}

int
main(int argc, char *argv[])
{
	static uint8_t bytes[SIZE_MAX_INPUT + 1];
	unsigned long runs = 0;

	for (int i = 1; i < argc; i++)
		if (sscanf(argv[i], "-seed=%lu", &state) != 1 &&
		    sscanf(argv[i], "-runs=%lu", &runs) != 1 &&
		    argv[i][0] != '-')
			add(argv[i]);
	for (size_t i = 0; i < input_count; i++)
		LLVMFuzzerTestOneInput(inputs[i].bytes, inputs[i].size);
	for (unsigned long i = 0; i < runs && input_count > 0; i++) {
		size_t from = below(input_count), size = inputs[from].size;

		memcpy(bytes, inputs[from].bytes, size);
		LLVMFuzzerTestOneInput(bytes, mutate(bytes, size));
	}
	fprintf(stderr, "Done %lu runs\n", runs);
	return 0;
}
