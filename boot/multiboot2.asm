; The multiboot2 header: what makes GRUB load this file (multiboot2 spec 3.1).
; Owns: section .multiboot2, within the first 32 KiB of the file.

MAGIC		equ 0xe85250d6
ARCH_I386	equ 0		; entered in 32-bit protected mode
OPTIONAL	equ 1

section .multiboot2 note alloc align=8
header:
	dd MAGIC, ARCH_I386, header_end - header
	dd -(MAGIC + ARCH_I386 + (header_end - header))

	align 8
	dw 1, 0			; we want: command line, modules, memory map
	dd 20
	dd 1, 3, 6

	align 8
	dw 6, 0			; modules start on page boundaries
	dd 8

	; No console is asked for: ours is the serial line. GRUB under UEFI warns
	; of that; asking for a picture would make GRUB under BIOS switch to one.

	align 8
	dw 0, 0			; end of tags
	dd 8
header_end:
