/*
 * Where the audits of all parts come together.
 */
#include "kernel/check.h"

#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/idt.h"
#include "kernel/kstack.h"
#include "kernel/pipe.h"
#include "kernel/process.h"
#include "mm/audit.h"
#include "mm/frame.h"

/* Frames that the kernel itself points at. */
static void
hold(void)
{
	kstack_audit();
	pipe_audit();
}

static int
check(void)
{
	cpu_check();
	idt_check();
	return audit(hold) + process_audit();
}

int
check_everything(void)
{
	return check() + !frame_audit_poison();
}

/* Free memory is not read again each time: frame_alloc looks at what it gives.
 */
void
check_after(const char *what)
{
	int defects = check();

	if (defects)
		panic("check_after: %d defects after %s", defects, what);
}
