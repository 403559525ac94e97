; The PVH note: what makes `qemu -kernel` start this file, in 32-bit protected
; mode with EBX -> hvm_start_info (xen/include/public/arch-x86/hvm/start_info.h).

XEN_ELFNOTE_PHYS32_ENTRY equ 18

extern start_pvh

section .note.pvh note alloc align=4
	dd name_end - name
	dd entry_end - entry
	dd XEN_ELFNOTE_PHYS32_ENTRY
name:	db "Xen", 0
name_end:
entry:	dd start_pvh
entry_end:
