; Where a signal handler returns to: rsp is at the frame that the kernel made,
; and the kernel puts the registers back from it.

	bits 64

SYS_RT_SIGRETURN equ	15

	global __sigreturn:function hidden

	section .text
__sigreturn:
	mov	eax, SYS_RT_SIGRETURN
	syscall

	section .note.GNU-stack noalloc noexec nowrite progbits
