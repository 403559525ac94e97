; The two moments of a thread that C cannot express: when it has a stack that
; nobody has called it on, and when it has none any more.

	bits 64

SYS_MUNMAP	equ	11
SYS_CLONE	equ	56
SYS_EXIT	equ	60

	global __clone:function hidden
	global __unmap_self:function hidden

	section .text
; flags, stack, parent's tid, child's tid, thread, entry
__clone:
	mov	eax, SYS_CLONE
	mov	r10, rcx
	and	rsi, -16
	syscall
	test	eax, eax
	jz	.child
	ret
.child:
	xor	ebp, ebp		; the outermost frame, for backtraces
	call	r9
	hlt				; it does not return

; memory, size
__unmap_self:
	mov	eax, SYS_MUNMAP
	syscall
	mov	eax, SYS_EXIT
	xor	edi, edi
	syscall
	hlt

	section .note.GNU-stack noalloc noexec nowrite progbits
