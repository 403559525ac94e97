/*
 * Where the audits of all parts come together.
 */
#include "kernel/check.h"

#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/kstack.h"
#include "kernel/process.h"
#include "mm/audit.h"

int
check_everything(void)
{
	cpu_check();
	return audit(kstack_audit) + process_audit();
}

void
check_after(const char *what)
{
	int defects = check_everything();

	if (defects)
		panic("check_after: %d defects after %s", defects, what);
}
