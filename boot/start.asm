; From the boot loader's 32-bit protected mode to kernel_main in the upper half.
;
; Both loaders leave paging off, flat segments and EBX -> their information. We
; build tables that show the first 4 GiB twice, at 0 (where we are) and at
; DIRECT_BASE, and the first 1 GiB at IMAGE_BASE; pt_init replaces them.
; Owns: the boot page tables (.boot.bss, freed by kernel_main) and boot_stack.

global start_multiboot2, start_pvh, boot_stack_top
extern kernel_main

%define P	0x001
%define W	0x002
%define LARGE	0x080

CR0_PG		equ 1 << 31
CR0_WP		equ 1 << 16
CR0_PE		equ 1
CR4_PAE		equ 1 << 5
MSR_EFER	equ 0xc0000080
EFER_LME	equ 1 << 8
EFER_NXE	equ 1 << 11
LONG_MODE	equ 1 << 29	; CPUID 0x80000001 EDX
NX		equ 1 << 20
COM1		equ 0x3f8

section .boot.bss nobits alloc write align=4096
pml4:		resb 4096
pdpt_low:	resb 4096	; for 0 and for DIRECT_BASE
pdpt_high:	resb 4096	; for IMAGE_BASE
pd:		resb 4 * 4096	; 4 GiB in pages of 2 MiB
early_stack:	resb 256
early_stack_top:

section .boot.text progbits alloc exec nowrite
bits 32
start_multiboot2:
	mov esi, eax		; GRUB's magic number tells who called
	jmp start
start_pvh:
	xor esi, esi
start:
	cld
	mov esp, early_stack_top
	mov edi, ebx
	call check_cpu
	call clear_tables
	call fill_tables
	call enable_paging
	lgdt [gdt_pointer]
	jmp 0x08:start64

; Long mode and NX, or a message and a halt. CPUID exists wherever 64 bits do.
check_cpu:
	mov eax, 0x80000000
	cpuid
	cmp eax, 0x80000001
	jb no_long_mode
	mov eax, 0x80000001
	cpuid
	and edx, LONG_MODE | NX
	cmp edx, LONG_MODE | NX
	jne no_long_mode
	ret
no_long_mode:
	mov esi, message
.next:	lodsb
	test al, al
	jz .halt
	mov edx, COM1
	out dx, al
	jmp .next
.halt:	hlt
	jmp .halt

; A loader need not zero memory that the file does not fill.
clear_tables:
	push edi
	mov edi, pml4
	mov ecx, 7 * 4096 / 4
	xor eax, eax
	rep stosd
	pop edi
	ret

fill_tables:
	mov dword [pml4 + 8 * 0], pdpt_low + (P | W)
	mov dword [pml4 + 8 * 256], pdpt_low + (P | W)
	mov dword [pml4 + 8 * 511], pdpt_high + (P | W)
	mov dword [pdpt_high + 8 * 510], pd + (P | W)
	mov eax, pd + (P | W)
	xor ecx, ecx
.pdpt:	mov [pdpt_low + 8 * ecx], eax
	add eax, 4096
	inc ecx
	cmp ecx, 4
	jb .pdpt
	mov eax, P | W | LARGE
	xor ecx, ecx
.pd:	mov [pd + 8 * ecx], eax
	add eax, 1 << 21
	inc ecx
	cmp ecx, 4 * 512
	jb .pd
	ret

enable_paging:
	mov eax, cr4
	or eax, CR4_PAE
	mov cr4, eax
	mov eax, pml4
	mov cr3, eax
	mov ecx, MSR_EFER
	rdmsr
	or eax, EFER_LME | EFER_NXE
	wrmsr
	mov eax, cr0
	or eax, CR0_PG | CR0_WP | CR0_PE
	mov cr0, eax
	ret

bits 64
start64:
	mov eax, 0x10
	mov ds, eax
	mov es, eax
	mov ss, eax
	xor eax, eax
	mov fs, eax
	mov gs, eax
	mov rax, start_high
	jmp rax

align 8
gdt:	dq 0
	dq 0x00af9a000000ffff	; 0x08: code, 64-bit
	dq 0x00cf92000000ffff	; 0x10: data
gdt_pointer:
	dw $ - gdt - 1
	dd gdt

message: db "Quire needs a 64-bit x86 CPU with NX.", 13, 10, 0

section .text
start_high:
	mov rsp, boot_stack_top
	xor ebp, ebp		; where backtraces end
	mov eax, esi		; kernel_main(magic, information)
	mov esi, edi
	mov edi, eax
	call kernel_main
	ud2

section .bss nobits align=16
%ifdef SAN
	resb 8192		; checked functions need more: debug/san.h
%endif
	resb 8192
boot_stack_top:
