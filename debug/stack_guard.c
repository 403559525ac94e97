/*
 * The stack protector's word, and what happens when a function finds another.
 */
#include "debug/stack_guard.h"

#include "kernel/assert.h"
#include "kernel/cpu.h"
#include "kernel/panic.h"

/* Both names are the compiler's: -mstack-protector-guard=global. */
extern uintptr_t __stack_chk_guard;
NORETURN void __stack_chk_fail(void);

uintptr_t __stack_chk_guard;

/* No string can contain its lowest byte. */
void
stack_guard_init(void)
{
	__stack_chk_guard = cpu_random() & ~0xfful;
}

void
__stack_chk_fail(void)
{
	uint64_t offset = 0;
	const char *name = symbol_find(
		(uintptr_t)__builtin_return_address(0) - 1, &offset);

	panic("stack protector: %s wrote beyond its variables",
	      name ? name : "?");
}
