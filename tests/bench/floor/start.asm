; The floor's machine code: from the boot loader's 32-bit mode to floor_main, in
; and out of ring 3, and what runs there.
;
; Everything is linked where it is loaded and the first GiB is mapped there by
; large pages. What ring 3 sees lies far above them, in small pages, because
; QEMU answers INVLPG near a large page by flushing everything.
; Owns: the page tables, the stacks.

global start_multiboot2, page_table, tss, call_entry, fault_entry, report_entry
global floor_enter_user, floor_load_segments
extern floor_main, floor_call, floor_fault, floor_report

%define P	0x001
%define W	0x002
%define U	0x004
%define LARGE	0x080

XEN_ELFNOTE_PHYS32_ENTRY equ 18
MAGIC		equ 0xe85250d6
COM1		equ 0x3f8
MSR_EFER	equ 0xc0000080
USER_CS		equ 0x33
USER_SS		equ 0x2b
TSS		equ 0x38
USER_BASE	equ 1 << 39	; floor.c

section .multiboot2 note alloc align=8
header:	dd MAGIC, 0, header_end - header
	dd -(MAGIC + header_end - header)
	dw 0, 0
	dd 8
header_end:

section .note.pvh note alloc align=4
	dd 4, 4, XEN_ELFNOTE_PHYS32_ENTRY
	db "Xen", 0
	dd start_multiboot2

section .bss nobits align=4096
pml4:		resb 4096
pdpt:		resb 4096
pd:		resb 4096
user_pdpt:	resb 4096
user_pd:	resb 4096
page_table:	resb 4096	; of USER_BASE
		resb 8192
stack_top:

section .data align=16
gdt:	dq 0, 0
	dq 0x00af9a000000ffff	; 0x10: kernel code
	dq 0x00cf92000000ffff	; 0x18: kernel data
	dq 0
	dq 0x00cff2000000ffff	; 0x28: user data
	dq 0x00affa000000ffff	; 0x30: user code
tss_descriptor:
	dq 0x0000890000000067, 0 ; 0x38: its base is filled in
gdt_end:
gdt_pointer:
	dw gdt_end - gdt - 1
	dq gdt
tss:	dd 0
	dq stack_top		; RSP of ring 0
	times 90 db 0
	dw 104			; no port is allowed
; What GS shows, as in a kernel with a struct cpu.
cpu_block:
	dq stack_top		; the kernel's RSP
	dq 0			; the program's

section .text
bits 32
start_multiboot2:
	cld
	mov esp, stack_top
	mov edi, pml4		; the loader need not have zeroed it
	mov ecx, 6 * 4096 / 4
	xor eax, eax
	rep stosd
	mov dword [pml4], pdpt + (P | W)
	mov dword [pml4 + 8], user_pdpt + (P | W | U)
	mov dword [pdpt], pd + (P | W)
	mov dword [user_pdpt], user_pd + (P | W | U)
	mov dword [user_pd], page_table + (P | W | U)
	mov eax, P | W | LARGE
	xor ecx, ecx
.pd:	mov [pd + 8 * ecx], eax
	add eax, 1 << 21
	inc ecx
	cmp ecx, 512
	jb .pd
	mov eax, cr4
	or eax, 1 << 9 | 1 << 5	; OSFXSR, PAE
	mov cr4, eax
	mov eax, pml4
	mov cr3, eax
	mov ecx, MSR_EFER
	rdmsr
	or eax, 1 << 8 | 1	; LME, SCE
	wrmsr
	mov eax, cr0
	or eax, 1 << 31 | 1 << 16 | 1 ; PG, WP, PE
	mov cr0, eax
	lgdt [gdt_pointer]
	jmp 0x10:start64

bits 64
start64:
	mov eax, 0x18
	mov ds, eax
	mov es, eax
	mov ss, eax
	xor ebp, ebp
	call floor_main
	ud2

; GS, and the TSS.
floor_load_segments:
	mov eax, tss
	mov [tss_descriptor + 2], ax
	shr eax, 16
	mov [tss_descriptor + 4], al
	mov [tss_descriptor + 7], ah
	mov eax, TSS
	ltr ax
	mov ecx, 0xc0000102	; KERNEL_GS_BASE: ring 3 comes first
	mov eax, cpu_block
	xor edx, edx
	wrmsr
	ret

; The same frame and the same order as Quire's entry.asm.
%macro SAVE 0
	push rdi
	push rsi
	push rdx
	push rcx
	push rax
	push r8
	push r9
	push r10
	push r11
	push rbx
	push rbp
	push r12
	push r13
	push r14
	push r15
%endmacro

%macro RESTORE 0
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbp
	pop rbx
	pop r11
	pop r10
	pop r9
	pop r8
	pop rax
	pop rcx
	pop rdx
	pop rsi
	pop rdi
%endmacro

call_entry:
	swapgs
	mov [gs:8], rsp
	mov rsp, [gs:0]
	push USER_SS
	push qword [gs:8]
	push r11
	push USER_CS
	push rcx
	push rax
	push 256
	SAVE
	mov rdi, rsp
	call floor_call
	RESTORE
	mov rsp, [rsp + 40]
	swapgs
	o64 sysret

; %1: the function, %2: the vector. An error code is on the stack.
%macro TRAP 2
	push %2
	SAVE
	push 2
	popfq
	swapgs
	mov rdi, rsp
	call %1
	swapgs
	RESTORE
	add rsp, 16
	iretq
%endmacro

fault_entry:
	TRAP floor_fault, 14

report_entry:			; int 0x80, with the cycles in RAX
	push 0
	TRAP floor_report, 0x80

; RDI what, RSI how often, RDX where.
floor_enter_user:
	push USER_SS
	push 0			; ring 3 has no stack
	push 2
	push USER_CS
	mov rax, USER_BASE
	push rax
	iretq

; ---- Ring 3, in a page of its own ---------------------------------------------

section .user align=4096
user:
	rdtsc
	shl rdx, 32
	or rax, rdx
	mov r8, rax
	test edi, edi
	jnz .fault
.call:	syscall
	dec esi
	jnz .call
	jmp .end
.fault:	mov al, [r9]
	add r9, 4096
	dec esi
	jnz .fault
.end:	rdtsc
	shl rdx, 32
	or rax, rdx
	sub rax, r8
	int 0x80		; the frame comes back changed for the next round
	jmp user
