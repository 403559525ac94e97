; Entering and leaving the kernel: one frame of registers (struct trap_frame,
; kernel/trap.h) for exceptions, interrupts and system calls.
;
; Exceptions and interrupts come here with the last five words of the frame (and
; the error code, where there is one) already on the kernel stack that the TSS
; names. `syscall` brings nothing: its entry builds the same words by hand.
;
; NMI, double fault, machine check and debug trap may come at any instruction of
; the kernel, the first of syscall_entry included, where stack and GS are still
; the program's (CVE-2018-8897: MOV SS holds a debug trap back for one
; instruction, and that may be `syscall`). They have stacks of their own (IST),
; ask the GS base itself whose it is, and put it back.

global vectors, syscall_entry, trap_return, thread_start
extern trap, trap_syscall, trap_patience, signal_deliver
extern syscall_table, syscall_unknown, syscall_watched

USER_CS		equ 0x33
USER_SS		equ 0x2b
TRAP_SYSCALL	equ 256
TRAP_PATIENCE	equ 1000
SYSCALLS	equ 1016
MSR_GS_BASE	equ 0xc0000101

; struct cpu
KERNEL_RSP	equ 0
USER_RSP	equ 8
THREAD		equ 24

; struct thread
ATTENTION	equ 512

; struct trap_frame, from where RSP points after SAVE
FRAME_RBP	equ 5 * 8
FRAME_RAX	equ 10 * 8
FRAME_VECTOR	equ 15 * 8
FRAME_ERROR	equ 16 * 8
FRAME_RIP	equ 17 * 8
FRAME_CS	equ 18 * 8
FRAME_RFLAGS	equ 19 * 8
FRAME_RSP	equ 20 * 8
FRAME_WORDS	equ 22

FLAG_TF		equ 1 << 8

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
	push rbp
	push rbx
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
	pop rbx
	RESTORE_REST
%endmacro

; What C preserves is still there.
%macro RESTORE_AFTER_C 0
	add rsp, FRAME_RBP
	RESTORE_REST
%endmacro

%macro RESTORE_REST 0
	pop rbp
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

; A program may have set any flag: none of them (AC opens SMAP, DF turns string
; instructions around, NT breaks iret) lives on in the kernel.
%macro CLEAN_FLAGS 0
	push 2
	popfq
%endmacro

section .text

; 256 stubs of 16 bytes each, so that idt.c finds number n at vectors + 16 n.
; These exceptions push an error code (SDM 3A 6.15); the others get a 0.
%define HAS_ERROR(n) (n == 8 || (n >= 10 && n <= 14) || n == 17 || n == 21 || \
		      n == 29 || n == 30)
%define PARANOID(n) (n == 1 || n == 2 || n == 8 || n == 18)

align 16
vectors:
%assign n 0
%rep 256
	align 16
%if !HAS_ERROR(n)
	push 0
%endif
	push strict dword n
%if PARANOID(n)
	jmp paranoid_entry
%else
	jmp trap_entry
%endif
%assign n n + 1
%endrep

trap_entry:
	SAVE
	CLEAN_FLAGS
	test byte [rsp + FRAME_CS], 3
	jz .kernel
	swapgs
.kernel:
	xor ebp, ebp		; backtraces end at the frame
	mov rdi, rsp
	call trap
	test byte [rsp + FRAME_CS], 3
	jz .leave
	swapgs
.leave:
	RESTORE_AFTER_C
	add rsp, 16		; vector and error code
	iretq

paranoid_entry:
	SAVE
	CLEAN_FLAGS
	test byte [rsp + FRAME_CS], 3
	jnz .user
	mov ecx, MSR_GS_BASE
	rdmsr
	xor ebx, ebx		; whether GS was the program's
	test edx, edx
	js .kernel_gs		; the upper half: ours. No program can set that
	swapgs
	inc ebx
.kernel_gs:
	xor ebp, ebp
	mov rdi, rsp
	call trap
	test ebx, ebx
	jz trap_return.iret
	swapgs
	jmp trap_return.iret

; From a program they are traps like others, which may sleep: not on this stack.
.user:
	swapgs
	mov rsi, rsp
	mov rdi, [gs:KERNEL_RSP]
	sub rdi, FRAME_WORDS * 8
	mov rsp, rdi
	mov ecx, FRAME_WORDS
	rep movsq
	jmp trap_entry.kernel

syscall_entry:
	swapgs
	mov [gs:USER_RSP], rsp
	mov rsp, [gs:KERNEL_RSP]
	push USER_SS
	push qword [gs:USER_RSP]
	push r11		; RFLAGS
	push USER_CS
	push rcx		; RIP
	push rax		; the call's number, kept as the error code
	push TRAP_SYSCALL
	SAVE
	xor ebp, ebp
	mov dword [trap_patience], TRAP_PATIENCE
	cmp byte [syscall_watched], 0
	jne .watched
	cmp rax, SYSCALLS
	jae .unknown
	mov rax, [syscall_table + rax * 8]
	test rax, rax
	jz .unknown
	mov rcx, r10		; the fourth argument; the others are in place
	call rax
.done:
	mov [rsp + FRAME_RAX], rax
.performed:
	mov rcx, [gs:THREAD]
	cmp byte [rcx + ATTENTION], 0
	jne .attend

; The frame is as the call left it. sysret is faster than iret but cannot say
; all: it returns to RCX with the flags of R11, traps at once if these have TF,
; and on Intel faults in ring 0, on the program's stack, if RCX is not canonical
; (CVE-2012-0217).
	cmp dword [rsp + FRAME_RIP + 4], 0x8000
	jae .nowhere
	test dword [rsp + FRAME_RFLAGS], FLAG_TF
	jnz trap_return
	RESTORE_AFTER_C
	mov rsp, [rsp + FRAME_RSP - FRAME_VECTOR]
	swapgs
	o64 sysret

; iret would fault in ring 0 too. The program shall do so itself, at 0.
.nowhere:
	mov qword [rsp + FRAME_RIP], 0
	jmp trap_return

.unknown:
	mov rdi, [rsp + FRAME_ERROR]
	call syscall_unknown
	jmp .done

.watched:
	mov rdi, rsp
	call trap_syscall
	jmp .performed

.attend:
	mov rdi, rsp
	call signal_deliver

; Leaves for the program by the frame at RSP, all of it.
trap_return:
	swapgs
.iret:
	RESTORE
	add rsp, 16
	iretq

; Where the first thread begins: its stack holds a frame, RBX what to call before
; leaving by it (thread.c).
thread_start:
	call rbx
	jmp trap_return
