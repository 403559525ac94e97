; setjmp and longjmp: a function's callee-saved registers, kept and put back.
; The layout of a jmp_buf is in setjmp.h.

	bits 64
	default rel

	global setjmp:function
	global longjmp:function

	section .text
setjmp:
	mov	[rdi], rbx
	mov	[rdi + 8], rbp
	mov	[rdi + 16], r12
	mov	[rdi + 24], r13
	mov	[rdi + 32], r14
	mov	[rdi + 40], r15
	lea	rdx, [rsp + 8]		; rsp as it is after our return
	mov	[rdi + 48], rdx
	mov	rdx, [rsp]
	mov	[rdi + 56], rdx
	xor	eax, eax
	ret

longjmp:
	mov	eax, esi
	cmp	eax, 1
	adc	eax, 0			; 0 becomes 1. ISO C 7.13.2.1
	mov	rbx, [rdi]
	mov	rbp, [rdi + 8]
	mov	r12, [rdi + 16]
	mov	r13, [rdi + 24]
	mov	r14, [rdi + 32]
	mov	r15, [rdi + 40]
	mov	rsp, [rdi + 48]
	jmp	[rdi + 56]

	section .note.GNU-stack noalloc noexec nowrite progbits
