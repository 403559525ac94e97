/*
 * A plugin for QEMU's TCG: counts how often each instruction of the kernel runs.
 *
 *	-plugin build/plugins/counts.so,out=FILE,range=LOW-HIGH,range=...
 *
 * FILE holds one 64-bit counter for each byte of the ranges, in their order; the
 * one at an instruction's address counts it. It is mapped: what a machine
 * counted is there however the machine ends, and several may share it (whether
 * something ran is then exact, how often is not).
 *
 * Distributions ship QEMU without qemu-plugin.h: what is needed of version 1 of
 * its interface is declared here. See docs/devel/tcg-plugins.rst of QEMU.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum qemu_plugin_op {
	QEMU_PLUGIN_INLINE_ADD_U64,
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

typedef void translated(uint64_t id, struct qemu_plugin_tb *tb);

extern int qemu_plugin_version;
int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc,
			char **argv);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, translated *call);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn,
						enum qemu_plugin_op op,
						void *counter, uint64_t n);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *,
						 size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

int qemu_plugin_version = 1;

enum {
	RANGES = 4,
};

static struct range {
	uint64_t low, high; /* addresses, [low, high) */
	uint64_t first;	    /* the counter of low */
} ranges[RANGES];

static size_t range_count;
static uint64_t size; /* counters in all */
static uint64_t *counters;

/* => NULL: not of the kernel */
static uint64_t *
counter_of(uint64_t address)
{
	for (size_t i = 0; i < range_count; i++)
		if (address >= ranges[i].low && address < ranges[i].high)
			return &counters[ranges[i].first + address -
					 ranges[i].low];
	return NULL;
}

static void
count_block(uint64_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t *counter = counter_of(qemu_plugin_insn_vaddr(insn));

		if (counter)
			qemu_plugin_register_vcpu_insn_exec_inline(
				insn, QEMU_PLUGIN_INLINE_ADD_U64, counter, 1);
	}
}

static int
add_range(const char *text)
{
	struct range *r = &ranges[range_count];

	if (range_count == RANGES ||
	    sscanf(text, "%" SCNx64 "-%" SCNx64, &r->low, &r->high) != 2 ||
	    r->low >= r->high)
		return -1;
	r->first = size;
	size += r->high - r->low;
	range_count++;
	return 0;
}

static int
map_counters(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0666);
	size_t bytes = size * sizeof(*counters);

	if (fd < 0 || ftruncate(fd, (off_t)bytes) < 0) {
		perror(path);
		return -1;
	}
	counters = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return counters == MAP_FAILED ? -1 : 0;
}

int
qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc,
		    char **argv)
{
	const char *out = NULL;

	(void)info;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "out=", 4) == 0) {
			out = argv[i] + 4;
		} else if (strncmp(argv[i], "range=", 6) != 0 ||
			   add_range(argv[i] + 6) < 0) {
			fprintf(stderr, "counts: what is %s?\n", argv[i]);
			return -1;
		}
	}
	if (!out || !size || map_counters(out) < 0) {
		fprintf(stderr, "counts: out=FILE,range=LOW-HIGH please\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, count_block);
	return 0;
}
