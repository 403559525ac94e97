/*
 * Debug builds: the audit after every system call and every fault.
 *
 * A recount costs as much as there is memory, and a program may fault thousands
 * of times between two calls. What a fault changes is one page and what leads
 * there: that is looked at each time. The recount comes with every call, and with
 * every FULL-th fault, so that a reference lost by a fault is found soon after.
 */
#include "debug/check.h"

#include "kernel/assert.h"
#include "kernel/check.h"
#include "kernel/process.h"
#include "kernel/thread.h"
#include "mm/audit.h"
#include "mm/layout.h"

enum {
	FULL = 64,
};

void
check_after_call(const char *name)
{
	int defects = check_now();

	if (thread_current()->holds)
		panic("check_after_call: %s still holds %u files", name,
		      thread_current()->holds);
	if (defects)
		panic("check_after_call: %d defects after %s", defects, name);
}

void
check_after_fault(const char *name, vaddr_t va)
{
	static unsigned count;
	int defects = 0;

	if (++count % FULL == 0)
		defects = check_now();
	else if (va < USER_END) /* a program may try any address */
		defects = audit_page(process_current()->space, va);
	if (defects)
		panic("check_after_fault: %d defects after %s at 0x%lx",
		      defects, name, va);
}
