; The first instructions of a program: hand the initial stack, main and the
; program's own constructors and destructors to the libc.
;
; One copy of this file is linked into every program; the arrays between the
; four symbols are put together by the linker. System V ABI 3.4.1

	bits 64
	default rel

	global _start:function
	extern main
	extern __libc_start_main
	extern __init_array_start, __init_array_end
	extern __fini_array_start, __fini_array_end

	section .text
_start:
	xor	ebp, ebp		; the outermost frame, for backtraces
	mov	rdi, rsp		; argc, argv, envp, auxv
	lea	rsi, [main]
	lea	rdx, [__init_array_start]
	lea	rcx, [__init_array_end]
	lea	r8, [__fini_array_start]
	lea	r9, [__fini_array_end]
	and	rsp, -16
	call	__libc_start_main wrt ..plt
	hlt				; it does not return

	section .note.GNU-stack noalloc noexec nowrite progbits
