; void context_switch(uint64_t *save, uint64_t load)
;
; Leaves one kernel stack for another. What C expects to survive a call lies on
; the stack left behind, so a stack pointer is a whole context.

global context_switch

section .text
context_switch:
	push rbp
	push rbx
	push r12
	push r13
	push r14
	push r15
	mov [rdi], rsp
	mov rsp, rsi
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbx
	pop rbp
	ret
