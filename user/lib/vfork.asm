; vfork: the child returns first, on the parent's stack, and would overwrite the
; return address there before the parent returns through it. Keep it in rdx.

	bits 64
	default rel

SYS_VFORK	equ	58

	global vfork:function
	extern __result

	section .text
vfork:
	pop	rdx
	mov	eax, SYS_VFORK
	syscall
	push	rdx
	mov	rdi, rax
	jmp	__result		; sets errno if need be, returns for us

	section .note.GNU-stack noalloc noexec nowrite progbits
