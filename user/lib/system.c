/*
 * System calls about the whole machine, and the way to any other call.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "libc.h"

int
uname(struct utsname *name)
{
	return call(SYS_uname, name);
}

int
gethostname(char *name, size_t size)
{
	struct utsname u;

	if (uname(&u) < 0)
		return -1;
	if (strlcpy(name, u.nodename, size) < size)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int
sysinfo(struct sysinfo *info)
{
	return call(SYS_sysinfo, info);
}

ssize_t
getrandom(void *data, size_t n, unsigned flags)
{
	return __result(kernel(SYS_getrandom, data, n, flags));
}

/* The two numbers keep a stray call from ending the machine. reboot(2) */
int
reboot(int command)
{
	return call(SYS_reboot, 0xfee1deadL, 672274793, command, 0);
}

int
getpagesize(void)
{
	return PAGE;
}

static long
pages(bool free)
{
	struct sysinfo info;

	if (sysinfo(&info) < 0)
		return -1;
	return (long)((free ? info.freeram : info.totalram) * info.mem_unit /
		      PAGE);
}

static long
limit(int resource)
{
	struct rlimit l;

	return getrlimit(resource, &l) < 0 ? -1 : (long)l.rlim_cur;
}

long
sysconf(int name)
{
	switch (name) {
	case _SC_ARG_MAX:
		return limit(RLIMIT_STACK) / 4; /* execve(2) */
	case _SC_CLK_TCK:
		return 100;
	case _SC_OPEN_MAX:
		return limit(RLIMIT_NOFILE);
	case _SC_PAGESIZE:
		return PAGE;
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return 1;
	case _SC_PHYS_PAGES:
		return pages(false);
	case _SC_AVPHYS_PAGES:
		return pages(true);
	}
	errno = EINVAL;
	return -1;
}

long
syscall(long number, ...)
{
	va_list args;
	long a[6];

	va_start(args, number);
	for (size_t i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return __result(kernel(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}
