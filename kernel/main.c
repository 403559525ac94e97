/*
 * From the boot loader to process 1.
 *
 * Each step below needs the ones above it. The banner comes first: whatever goes
 * wrong, it goes wrong after a sign of life.
 */
#include "kernel/assert.h"
#include "kernel/bootinfo.h"
#include "kernel/console.h"
#include "kernel/cpio.h"
#include "kernel/cpu.h"
#include "kernel/device.h"
#include "kernel/exec.h"
#include "kernel/gdt.h"
#include "kernel/idt.h"
#include "kernel/initramfs.h"
#include "kernel/inode.h"
#include "kernel/memory.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/procfs.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "kernel/syscall.h"
#include "kernel/timer.h"
#include "kernel/tty.h"
#include "mm/fault.h"
#include "mm/frame.h"
#include "mm/layout.h"

#define MULTIBOOT2_MAGIC 0x36d76289u   /* what GRUB leaves in EAX */
#define BOOT_REACH	 0x100000000ul /* what the boot tables show */

void kernel_main(uint32_t magic, paddr_t information);

static struct bootinfo boot;

/* The loader's information lies anywhere in the first 4 GiB. */
static const void *
boot_memory(paddr_t addr, size_t len)
{
	if (addr >= BOOT_REACH || len > BOOT_REACH - addr)
		return NULL;
	return (const void *)(DIRECT_BASE + addr);
}

static void
read_bootinfo(uint32_t magic, paddr_t information)
{
	bool ok = magic == MULTIBOOT2_MAGIC
			  ? multiboot2_parse(&boot, information, boot_memory)
			  : pvh_parse(&boot, information, boot_memory);

	if (!ok)
		panic("%s: %s at offset 0x%zx of the boot information",
		      boot.loader, boot.error, boot.error_offset);
}

static void
report_boot(void)
{
	uint64_t ram = 0;

	for (size_t i = 0; i < boot.ranges; i++)
		if (boot.range[i].usable)
			ram += boot.range[i].end - boot.range[i].start;
	print("boot: %s, %lu MiB of memory, command line \"%s\"\n", boot.loader,
	      ram >> 20, boot.cmdline);
	for (size_t i = 0; i < boot.modules; i++)
		print("boot: module %zu at 0x%lx, %lu KiB\n", i,
		      boot.module[i].start,
		      (boot.module[i].end - boot.module[i].start) >> 10);
}

static bool
option_on(const char *name, bool unsaid)
{
	char value[8];

	if (!bootinfo_option(&boot, name, value, sizeof(value)))
		return unsaid;
	return strcmp(value, "1") == 0 || strcmp(value, "on") == 0;
}

static void
load_module(const struct boot_module *m)
{
	struct cpio c;
	int err;

	if (m->end > DIRECT_SIZE)
		panic("module at 0x%lx: beyond the memory in use", m->start);
	cpio_init(&c, (const void *)(DIRECT_BASE + m->start),
		  m->end - m->start);
	err = initramfs_load(&c);
	if (err == -EINVAL)
		panic("initramfs: %s at offset 0x%zx", c.error, c.offset);
	if (err < 0)
		panic("initramfs: not enough memory for its file tree");
}

static void
load_files(void)
{
	if (inode_init() < 0)
		panic("inode_init: no memory");
	if (boot.modules == 0)
		panic("no initramfs: the boot loader passed no module");
	for (size_t i = 0; i < boot.modules; i++)
		load_module(&boot.module[i]);
	if (device_init() < 0)
		panic("device_init: cannot make /dev");
	if (procfs_init() < 0)
		panic("procfs_init: cannot make /proc");
}

static void
run_init(void)
{
	exec_init(&boot);
}

void
kernel_main(uint32_t magic, paddr_t information)
{
	cpu_init_block();
	console_init();
	print("Quire " QUIRE_VERSION ": virtual memory, from the page table "
	      "up\n");
	gdt_init();
	idt_init();
	read_bootinfo(magic, information);
	report_boot();
	cpu_init();
	memory_init(&boot);
	events_on = option_on("events", false);
	if (option_on("strace", false))
		syscall_trace();
	fault_around = option_on("faultaround", true);
	exec_randomise = option_on("aslr", false);
	timer_init();
	tty_init();
	console_enable_input();
	load_files();
	print("memory: %zu frames free, %zu used by the kernel, %zu by "
	      "modules\n",
	      frame_count(FRAME_FREE),
	      frame_count(FRAME_KERNEL) + frame_count(FRAME_TABLE) +
		      frame_count(FRAME_HEAP),
	      frame_count(FRAME_MODULE));
	if (process_new_first(run_init) < 0)
		panic("no memory for process 1");
	sched_run();
}
