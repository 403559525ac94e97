; In front of panic and panic_trap (ld --wrap): the last system calls come first,
; then the panic as if nobody had been here, with its arguments, and with who
; called it in its backtrace.

global __wrap_panic, __wrap_panic_trap
extern __real_panic, __real_panic_trap, calls_print

%macro BEFORE 1
	push rdi
	push rsi
	push rdx
	push rcx
	push r8
	push r9
	push rax
	call calls_print
	pop rax
	pop r9
	pop r8
	pop rcx
	pop rdx
	pop rsi
	pop rdi
	jmp %1
%endmacro

section .text

__wrap_panic:
	BEFORE __real_panic

__wrap_panic_trap:
	BEFORE __real_panic_trap
