/*
 * What the CPU protects: features found, enabled, reported, asserted.
 *
 * Owns: CR0, CR4 and EFER after boot, and the per-CPU block.
 */
#include "kernel/cpu.h"

#include "kernel/assert.h"
#include "kernel/current.h"
#include "kernel/print.h"

/* A protection that not every CPU has: CPUID leaf, register (0: EBX, 1: ECX) and
 * bit; what it sets in CR4. SDM 2, CPUID, leaf 7. */
struct feature {
	const char *name;
	int reg;
	int bit;
	uint64_t cr4;
};

static const struct feature features[] = {
	{"SMEP", 0, 7, CR4_SMEP},
	{"SMAP", 0, 20, CR4_SMAP},
	{"UMIP", 1, 2, CR4_UMIP},
};

struct cpu_reached cpu_reached[2];
static struct cpu boot_cpu = {.self = &boot_cpu};
static uint64_t cr0, cr4, efer; /* as they must stay */

void
cpu_init_block(void)
{
	cpu_write_msr(MSR_GS_BASE, (uintptr_t)&boot_cpu);
	cpu_write_msr(MSR_KERNEL_GS_BASE, 0);
}

static bool
has(const struct feature *f)
{
	uint32_t a, r[2], c, d;

	cpu_id(0, &a, &r[0], &c, &d);
	if (a < 7)
		return false;
	cpu_id(7, &a, &r[0], &r[1], &d);
	return r[f->reg] >> f->bit & 1;
}

bool
cpu_has_1g_pages(void)
{
	uint32_t a, b, c, d;

	cpu_id(0x80000001, &a, &b, &c, &d);
	return d >> 26 & 1;
}

/* WP: the kernel obeys read-only entries too. AM: a program may ask for alignment
 * checks by its AC flag. Nothing stays that firmware has set: not CD, with which
 * Bochs's comes and no cache would be used, nor FSGSBASE, with which a program
 * could give GS a kernel's address (entry.asm). */
void
cpu_init(void)
{
	cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;
	cr4 = CR4_PAE | CR4_MCE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	efer = cpu_read_msr(MSR_EFER) | EFER_NXE | EFER_SCE;
	print("cpu: WP NX");
	for (size_t i = 0; i < COUNT(features); i++) {
		const struct feature *f = &features[i];

		print(" %s%s", has(f) ? "" : "no-", f->name);
		cr4 |= has(f) ? f->cr4 : 0;
	}
	print("\n");
	cpu_write_cr0(cr0);
	cpu_write_cr4(cr4);
	cpu_write_msr(MSR_EFER, efer);
	efer = cpu_read_msr(MSR_EFER);
	assert(cpu_audit() == 0 && (cr0 & CR0_WP) && (efer & EFER_NXE));
}

int
cpu_audit_register(const char *name, uint64_t value, uint64_t boot)
{
	if (value != boot)
		print("audit: %s is %lx, at boot it was %lx\n", name, value,
		      boot);
	return value != boot;
}

int
cpu_audit(void)
{
	return cpu_audit_register("CR0", cpu_read_cr0(), cr0) +
	       cpu_audit_register("CR4", cpu_read_cr4(), cr4) +
	       cpu_audit_register("EFER", cpu_read_msr(MSR_EFER), efer);
}

static bool
read_random(uint64_t *value)
{
	uint32_t a, b, c, d;
	uint8_t ok;

	cpu_id(1, &a, &b, &c, &d);
	if (!(c >> 30 & 1))
		return false;
	__asm__ volatile("rdrand %0; setc %1" : "=r"(*value), "=qm"(ok));
	return ok;
}

/* Without RDRAND: xorshift, stirred by the time. Not for secrets. */
uint64_t
cpu_random(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15ul;
	uint64_t value;

	if (read_random(&value))
		return value;
	state ^= cpu_cycles();
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
