/* What the system tells about itself; limits, names, identities. */
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "case.h"

CASE(names_of_the_system)
{
	struct utsname name;

	show(uname(&name));
	/* Not its name: that is what differs. */
	puts(name.machine);
	show(name.release[0] != 0 && name.version[0] != 0);
	show(syscall(SYS_uname, BAD));
}

CASE(figures_of_the_system)
{
	struct sysinfo info;

	show(sysinfo(&info));
	show(info.uptime > 0);
	show(info.totalram >= info.freeram && info.freeram > 0);
	show(info.procs > 0);
	show(info.mem_unit);
	show(syscall(SYS_sysinfo, BAD));
	show(sysconf(_SC_PAGESIZE));
	show(sysconf(_SC_CLK_TCK));
	show(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
	show(sysconf(_SC_OPEN_MAX));
	show(sysconf(_SC_ARG_MAX));
}

CASE(name_of_the_process)
{
	char name[17] = "";

	show(prctl(PR_GET_NAME, name));
	puts(name);
	show(prctl(PR_SET_NAME, "a name that is too long"));
	show(prctl(PR_GET_NAME, name));
	puts(name);
	show(prctl(PR_SET_NAME, BAD));
	show(prctl(PR_GET_NAME, BAD));
	show(prctl(123456, 0, 0, 0, 0));
}

CASE(identities)
{
	show(getuid() == geteuid());
	show(getgid() == getegid());
	show(setuid(getuid()));
	show(setgid(getgid()));
}

/* Nobody becomes anybody else, so that it does not matter who runs this. */
CASE(identities_one_by_one)
{
	const uid_t same = (uid_t)-1;
	uid_t id[3];

	show(syscall(SYS_getresuid, &id[0], &id[1], &id[2]));
	show(id[0] == getuid() && id[1] == geteuid() && id[2] == id[1]);
	show(syscall(SYS_getresgid, &id[0], &id[1], &id[2]));
	show(id[0] == getgid() && id[1] == getegid() && id[2] == id[1]);
	show(syscall(SYS_getresuid, BAD, &id[1], &id[2]));
	show(syscall(SYS_getresuid, &id[0], BAD, &id[2]));
	show(syscall(SYS_getresgid, &id[0], &id[1], BAD));
	show(syscall(SYS_setreuid, same, same));
	show(syscall(SYS_setregid, same, same));
	show(syscall(SYS_setresuid, same, same, same));
	show(syscall(SYS_setresgid, same, same, same));
	show(syscall(SYS_getgroups, 0, NULL) >= 0);
	show(syscall(SYS_getgroups, -1, NULL));
}

CASE(processors_to_run_on)
{
	cpu_set_t set, none;

	CPU_ZERO(&none);
	show(sched_getaffinity(0, sizeof(set), &set));
	show(syscall(SYS_sched_setaffinity, 0, sizeof(set), &set));
	show(syscall(SYS_sched_setaffinity, getpid(), sizeof(set), &set));
	show(syscall(SYS_sched_setaffinity, 0, sizeof(none), &none));
	show(syscall(SYS_sched_setaffinity, 999999999, sizeof(set), &set));
	show(syscall(SYS_sched_setaffinity, 0, sizeof(set), BAD));
}

CASE(limits)
{
	struct rlimit limit, old;

	show(getrlimit(RLIMIT_NOFILE, &limit));
	printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
	show(getrlimit(RLIMIT_STACK, &limit));
	printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
	show(getrlimit(RLIMIT_CORE, &limit));
	printf("%ld\n", (long)limit.rlim_cur);
	limit = (struct rlimit){100, 200};
	show(setrlimit(RLIMIT_NOFILE, &limit));
	limit = (struct rlimit){50, 100};
	show(prlimit(0, RLIMIT_NOFILE, &limit, &old));
	printf("%ld %ld\n", (long)old.rlim_cur, (long)old.rlim_max);
	show(prlimit(getpid(), RLIMIT_NOFILE, NULL, &old));
	printf("%ld %ld\n", (long)old.rlim_cur, (long)old.rlim_max);
}

CASE(limit_errors)
{
	struct rlimit limit = {20, 10};

	show(setrlimit(RLIMIT_NOFILE, &limit));
	show(getrlimit(77, &limit));
	show(setrlimit(-1, &limit));
	show(syscall(SYS_getrlimit, RLIMIT_NOFILE, BAD));
	show(syscall(SYS_setrlimit, RLIMIT_NOFILE, BAD));
	show(prlimit(999999, RLIMIT_NOFILE, NULL, &limit));
	show(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, BAD, NULL));
	show(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, BAD));
}

static void
say_limit(void)
{
	struct rlimit limit;

	need(getrlimit(RLIMIT_NOFILE, &limit));
	show(limit.rlim_cur);
}

CASE(limits_are_inherited)
{
	struct rlimit limit = {33, 33};

	need(setrlimit(RLIMIT_NOFILE, &limit));
	finish(start(say_limit));
}

CASE(processors)
{
	unsigned long mask[16] = {0};
	cpu_set_t set;

	show(sched_getaffinity(0, sizeof(set), &set));
	show(CPU_COUNT(&set) >= 1);
	show(syscall(SYS_sched_getaffinity, 0, 1, mask));
	show(syscall(SYS_sched_getaffinity, 999999, 128, mask));
	show(syscall(SYS_sched_getaffinity, 0, 128, BAD));
	show(sched_yield());
}

CASE(calls_that_do_not_exist)
{
	show(syscall(999));
	show(syscall(-1));
	show(syscall(100000));
	show(syscall(0x40000000));
}

CASE(robust_lists)
{
	long list[3] = {(long)list, 0, 0};

	show(syscall(SYS_set_robust_list, list, 24));
	show(syscall(SYS_set_robust_list, list, 23));
}

CASE(thread_areas)
{
	unsigned long fs = 0;

	show(syscall(SYS_arch_prctl, 0x1003, &fs));
	show(syscall(SYS_arch_prctl, 0x1003, BAD));
	show(syscall(SYS_arch_prctl, 0x1002, 1ul << 63));
	show(syscall(SYS_arch_prctl, 0x7777, 0));
}
