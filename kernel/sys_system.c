/*
 * System calls about the machine: names, memory, random numbers, the end.
 */
#include "kernel/check.h"
#include "kernel/cpu.h"
#include "kernel/limits.h"
#include "kernel/panic.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "kernel/sys_abi.h"
#include "kernel/syscall.h"
#include "kernel/timer.h"
#include "mm/frame.h"
#include "mm/layout.h"
#include "mm/user.h"
#include "user/include/quire/abi.h"

/* reboot(2) */
#define REBOOT_MAGIC1	 0xfee1deadu
#define REBOOT_RESTART	 0x01234567u
#define REBOOT_HALT	 0xcdef0123u
#define REBOOT_POWER_OFF 0x4321fedcu

enum {
	RANDOM_CHUNK = 8,
	GRND_FLAGS = 7,
};

_Static_assert((int)MEM_KINDS == (int)FRAME_KINDS &&
		       (int)MEM_PAGE == (int)FRAME_PAGE &&
		       (int)MEM_MODULE == (int)FRAME_MODULE,
	       "meminfo reports enum frame_kind");

long
sys_uname(vaddr_t result)
{
	static const struct linux_utsname name = {
		.system = "Quire",
		.node = "quire",
		.release = QUIRE_VERSION,
		.version = "virtual memory as a tool for memory management",
		.machine = "x86_64",
	};

	return user_put(process_current()->space, result, &name, sizeof(name));
}

long
sys_sysinfo(vaddr_t result)
{
	size_t total = 0, processes = 0;
	struct linux_sysinfo info;

	for (int kind = FRAME_FREE; kind < FRAME_KINDS; kind++)
		total += frame_count((enum frame_kind)kind);
	process_each(p)
		processes++;
	info = (struct linux_sysinfo){
		.uptime = (int64_t)(timer_now() / NS_PER_SECOND) + 1,
		.loads = {sched_load[0], sched_load[1], sched_load[2]},
		.total_ram = total * PAGE_SIZE,
		.free_ram = frame_count(FRAME_FREE) * PAGE_SIZE,
		.processes = (uint16_t)min_u64(processes, UINT16_MAX),
		.unit = 1,
	};
	return user_put(process_current()->space, result, &info, sizeof(info));
}

long
sys_meminfo(vaddr_t result)
{
	struct meminfo info;

	for (int kind = 0; kind < FRAME_KINDS; kind++)
		info.frames[kind] = frame_count((enum frame_kind)kind);
	return user_put(process_current()->space, result, &info, sizeof(info));
}

long
sys_audit(void)
{
	return check_everything();
}

long
sys_getrandom(vaddr_t to, size_t len, uint64_t flags)
{
	struct space *s = process_current()->space;
	size_t done = 0;

	if (flags & ~(uint64_t)GRND_FLAGS)
		return -EINVAL;
	len = min_u64(len, INT32_MAX);
	while (done < len && sched_pause() == 0) {
		uint64_t word = cpu_random();
		size_t n = min_u64(len - done, RANDOM_CHUNK);
		size_t written = user_write(s, to + done, &word, n);

		done += written;
		if (written < n)
			return done ? (long)done : -EFAULT;
	}
	return (long)done;
}

long
sys_prlimit64(uint64_t pid, uint64_t resource, vaddr_t new, vaddr_t old)
{
	struct space *s = process_current()->space;
	struct process *p =
		(pid_t)pid ? process_find((pid_t)pid) : process_current();
	enum limit_kind kind = (enum limit_kind)(uint32_t)resource;
	struct limit wanted, was;
	int err = new ? user_get(s, &wanted, new, sizeof(wanted)) : 0;

	if (err < 0)
		return err;
	if (!p)
		return -ESRCH;
	if (kind >= LIMIT_KINDS)
		return -EINVAL;
	was = p->limits[kind];
	if (new)
		err = limits_set(p, kind, &wanted);
	if (err == 0 && old)
		err = user_put(s, old, &was, sizeof(was));
	return err;
}

long
sys_reboot(uint64_t magic1, uint64_t magic2, uint64_t command, vaddr_t arg)
{
	(void)magic2;
	(void)arg;
	if ((uint32_t)magic1 != REBOOT_MAGIC1)
		return -EINVAL;
	switch ((uint32_t)command) {
	case REBOOT_POWER_OFF:
	case REBOOT_HALT:
		print("Powering off.\n");
		shutdown(true);
	case REBOOT_RESTART:
		print("Restarting.\n");
		restart();
	default:
		return -EINVAL;
	}
}
