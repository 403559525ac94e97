; Where the kernel enters libc.so, with the initial stack of the program. Nothing
; is relocated yet, so this uses addresses relative to rip only.

	bits 64
	default rel

	global _dlstart:function
	extern __dl_main
	extern __ehdr_start		; the linker: first byte of this image
	extern _DYNAMIC			; the linker: its dynamic section

	section .text
_dlstart:
	xor	ebp, ebp
	mov	rbx, rsp
	mov	rdi, rsp
	lea	rsi, [__ehdr_start]
	lea	rdx, [_DYNAMIC]
	and	rsp, -16
	call	__dl_main		; => the program's entry
	mov	rsp, rbx		; the program finds the stack untouched
	xor	edx, edx		; ABI: no function to call at exit
	jmp	rax

	section .note.GNU-stack noalloc noexec nowrite progbits
