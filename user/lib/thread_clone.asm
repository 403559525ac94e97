; The moments of a thread that C cannot express: when it has a stack that nobody
; has called it on, when it has none any more, and when it is about to sleep.

	bits 64

SYS_MUNMAP	equ	11
SYS_CLONE	equ	56
SYS_EXIT	equ	60

	global __clone:function hidden
	global __unmap_self:function hidden
	global __cancel_call:function hidden
	global __cancel_from:function hidden
	global __cancel_to:function hidden
	global __cancel_now:function hidden
	extern __cancel_end

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

; flag, number, six arguments: looks at the flag, and calls the kernel. A signal
; between the two comes too late to be seen, and too early to interrupt: if it
; finds us between __cancel_from and __cancel_to, it makes us go on at
; __cancel_now (thread_cancel.c).
__cancel_call:
	mov	rcx, rdi
	mov	rax, rsi
	mov	r11, rdx
	mov	rdi, [r11]
	mov	rsi, [r11 + 8]
	mov	rdx, [r11 + 16]
	mov	r10, [r11 + 24]
	mov	r8, [r11 + 32]
	mov	r9, [r11 + 40]
__cancel_from:
	cmp	dword [rcx], 0
	jne	__cancel_now
	syscall
__cancel_to:
	ret
__cancel_now:
	jmp	__cancel_end

; memory, size
__unmap_self:
	mov	eax, SYS_MUNMAP
	syscall
	mov	eax, SYS_EXIT
	xor	edi, edi
	syscall
	hlt

	section .note.GNU-stack noalloc noexec nowrite progbits
