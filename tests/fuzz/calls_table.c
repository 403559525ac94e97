/*
 * Which calls there are, and what they take.
 *
 * The calls are those of kernel/syscall.def, all of them: one without a line
 * here gets arguments of any kind.
 */
#include <string.h>

#include "calls.h"

#define SYSCALL(number, name, args)	     {number, #name, &"???????"[6 - (args)], 1},
#define SYSCALL_AS(number, name, args, call) SYSCALL(number, name, args)
static struct shape shapes[] = {
#include "kernel/syscall.def"
	/* What is not ours is only read. */
	{2, "open", "PRm", 1},
	{257, "openat", "dPRm", 1},
};
#undef SYSCALL
#undef SYSCALL_AS

const size_t shape_count = COUNT(shapes);

/* What the letters mean: calls_argument.c. Calls that sleep, that need a
 * process, or after which nothing is left to do are rare. */
static const struct {
	const char *name, *types;
	int rarity;
} typed[] = {
	{"read", "fbl", 1},
	{"write", "fbl", 1},
	{"open", "pOm", 1},
	{"close", "f", 1},
	{"stat", "Pb", 1},
	{"fstat", "fb", 1},
	{"lstat", "Pb", 1},
	{"poll", "vnw", 4},
	{"lseek", "foc", 1},
	{"mmap", "asMFfo", 2},
	{"mprotect", "asM", 2},
	{"munmap", "as", 4},
	{"brk", "a", 4},
	{"rt_sigaction", "nHBN", 2},
	{"rt_sigprocmask", "cBBN", 2},
	{"rt_sigreturn", "", 200},
	{"ioctl", "fkb", 1},
	{"pread64", "fblo", 1},
	{"pwrite64", "fblo", 1},
	{"readv", "fIc", 1},
	{"writev", "fIc", 1},
	{"access", "Pc", 1},
	{"pipe", "b", 1},
	{"select", "cBBBT", 4},
	{"sched_yield", "", 8},
	{"mremap", "assga", 2},
	{"msync", "asg", 1},
	{"mincore", "asb", 1},
	{"madvise", "asc", 1},
	{"dup", "f", 1},
	{"dup2", "ff", 1},
	{"pause", "", 200},
	{"nanosleep", "TB", 20},
	{"getitimer", "cb", 1},
	{"alarm", "c", 8},
	{"setitimer", "cTB", 8},
	{"sendfile", "ffBl", 2},
	{"clone", "CKbba", 64},
	{"fork", "", 64},
	{"vfork", "", 64},
	{"execve", "xee", 200},
	{"exit", "c", 200},
	{"exit_group", "c", 400},
	{"wait4", "iBgB", 16},
	{"kill", "in", 20},
	{"uname", "b", 1},
	{"fcntl", "fqz", 1},
	{"fsync", "f", 1},
	{"fdatasync", "f", 1},
	{"truncate", "po", 1},
	{"ftruncate", "fo", 1},
	{"getcwd", "bl", 1},
	{"chdir", "P", 1},
	{"fchdir", "f", 1},
	{"rename", "pp", 1},
	{"mkdir", "pm", 1},
	{"rmdir", "p", 1},
	{"creat", "pm", 1},
	{"link", "pp", 1},
	{"unlink", "p", 1},
	{"symlink", "tp", 1},
	{"readlink", "Pbl", 1},
	{"chmod", "pm", 1},
	{"fchmod", "fm", 1},
	{"chown", "puu", 1},
	{"fchown", "fuu", 1},
	{"lchown", "puu", 1},
	{"umask", "m", 1},
	{"gettimeofday", "bb", 1},
	{"getrlimit", "cb", 1},
	{"getrusage", "cb", 1},
	{"sysinfo", "b", 1},
	{"times", "B", 1},
	{"setuid", "u", 1},
	{"setgid", "u", 1},
	{"setpgid", "ii", 1},
	{"setreuid", "uu", 1},
	{"setregid", "uu", 1},
	{"getgroups", "cb", 1},
	{"setresuid", "uuu", 1},
	{"getresuid", "bbb", 1},
	{"setresgid", "uuu", 1},
	{"getresgid", "bbb", 1},
	{"getpgid", "i", 1},
	{"getsid", "i", 1},
	{"rt_sigpending", "bN", 1},
	{"rt_sigtimedwait", "bBTN", 20},
	{"rt_sigqueueinfo", "inb", 8},
	{"rt_sigsuspend", "bN", 200},
	{"sigaltstack", "BB", 1},
	{"utime", "pB", 1},
	{"mknod", "pmz", 1},
	{"statfs", "Pb", 1},
	{"fstatfs", "fb", 1},
	{"mlock", "as", 1},
	{"munlock", "as", 1},
	{"mlockall", "c", 4},
	{"prctl", "zb", 1},
	{"arch_prctl", "yb", 1},
	{"setrlimit", "cb", 8},
	{"reboot", "zzzb", 1},
	{"getxattr", "Pbbl", 1},
	{"lgetxattr", "Pbbl", 1},
	{"fgetxattr", "fbbl", 1},
	{"listxattr", "Pbl", 1},
	{"llistxattr", "Pbl", 1},
	{"flistxattr", "fbl", 1},
	{"tkill", "in", 20},
	{"time", "B", 1},
	{"futex", "bAcTbc", 2},
	{"sched_setaffinity", "iNb", 1},
	{"sched_getaffinity", "iNb", 1},
	{"getdents64", "fbl", 1},
	{"set_tid_address", "b", 1},
	{"fadvise64", "fooc", 1},
	{"clock_gettime", "cb", 1},
	{"clock_getres", "cb", 1},
	{"clock_nanosleep", "ccTB", 20},
	{"tgkill", "iin", 20},
	{"utimes", "pT", 1},
	{"waitid", "ciBgB", 16},
	{"openat", "dpOm", 1},
	{"mkdirat", "dpm", 1},
	{"mknodat", "dpmz", 1},
	{"fchownat", "dpuug", 1},
	{"futimesat", "dpT", 1},
	{"newfstatat", "dPbg", 1},
	{"unlinkat", "dpg", 1},
	{"renameat", "dpdp", 1},
	{"linkat", "dpdpg", 1},
	{"symlinkat", "tdp", 1},
	{"readlinkat", "dPbl", 1},
	{"fchmodat", "dpm", 1},
	{"faccessat", "dPc", 1},
	{"pselect6", "cBBBTB", 4},
	{"ppoll", "vnTBN", 4},
	{"set_robust_list", "bl", 1},
	{"utimensat", "dpTg", 1},
	{"dup3", "ffg", 1},
	{"pipe2", "bg", 1},
	{"preadv", "fIco", 1},
	{"pwritev", "fIco", 1},
	{"prlimit64", "icBB", 8},
	{"syncfs", "f", 1},
	{"renameat2", "dpdpg", 1},
	{"getrandom", "blg", 1},
	{"memfd_create", "pg", 1},
	{"mlock2", "asg", 1},
	{"copy_file_range", "fBfBlg", 2},
	{"statx", "dPggb", 1},
	{"rseq", "blgz", 1},
	{"clone3", "bl", 1},
	{"faccessat2", "dPcg", 1},
	{"fchmodat2", "dpmg", 1},
	{"sbrk", "o", 4},
	{"pageinfo", "iab", 1},
	{"psinfo", "ib", 1},
	{"meminfo", "b", 1},
	{"audit", "", 5000},
};

void
shape_init(void)
{
	for (size_t i = 0; i < COUNT(typed); i++)
		for (size_t j = 0; j < shape_count; j++)
			if (strcmp(shapes[j].name, typed[i].name) == 0 &&
			    shapes[j].types[0] == '?') {
				shapes[j].types = typed[i].types;
				shapes[j].rarity = typed[i].rarity;
			}
}

const struct shape *
shape_at(size_t i)
{
	return &shapes[i];
}

size_t
shape_index(long number)
{
	return number < 1000 ? (size_t)number % 480
			     : 480 + (size_t)(number - 1000) % 32;
}
