/*
 * Where things are in the 48-bit address space: the same for every process.
 *
 *	0x0000_0000_0000_0000	never mapped: null pointers fault
 *	0x0000_0000_0001_0000	USER_START
 *	0x0000_0000_0040_0000	programs (ET_EXEC); heap after bss
 *	0x0000_5555_5555_4000	position-independent programs; heap after bss
 *		...		mmap area, top-down from below the stack
 *	0x0000_7fff_ff7f_f000	stack, 8 MiB, grows by faulting; guard below
 *	0x0000_7fff_ffff_f000	USER_END
 *	0x0000_8000_0000_0000	non-canonical: the CPU refuses these
 *	0xffff_8000_0000_0000	all physical memory, large pages, RW- NX
 *	0xffff_c000_0000_0000	kernel stacks, each above an unmapped page
 *	0xffff_ffff_8000_0000	the kernel image: text R-X, rodata R--, data RW-
 *
 * Entries 256..511 of a root (the upper half) are the same in every space.
 */
#pragma once

#define USER_START 0x10000ul
#define USER_END \
	0x7ffffffff000ul	      /* one page below the hole: a syscall
					   in the last bytes of the lower half
					   would return to a non-canonical RIP */
#define PROGRAM_BASE 0x555555554000ul /* where ET_DYN programs are put */
#define STACK_SIZE   0x800000ul
#define STACK_GUARD  0x100000ul
#define STACK_START  (USER_END - STACK_SIZE)

#define DIRECT_BASE 0xffff800000000000ul
#define DIRECT_SIZE 0x8000000000ul /* one root entry: RAM up to 512 GiB */
#define STACKS_BASE 0xffffc00000000000ul
#define STACKS_SIZE 0x8000000000ul
#define IMAGE_BASE  0xffffffff80000000ul /* as in linker.ld */
