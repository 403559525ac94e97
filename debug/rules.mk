# What a checked kernel has beside the plain one: sources, flags, and functions
# that debug/ stands in front of (ld --wrap), so that kernel/ and mm/ need not
# know of it.

# All of them: the last system calls on a panic. FUZZ=1 has nothing else.
ifneq ($(VARIANT),)
CHECKED_CFLAGS += -DCHECKED
CHECKED_SRC += debug/calls.c debug/calls_entry.asm
WRAPPED += trap_syscall print_trap panic panic_trap
endif

# DEBUG=1: audits after everything, and a flush after each change.
ifneq ($(strip $(DEBUG)),)
CHECKED_SRC += debug/check.c debug/pt_shadow.c
endif

# INJECT=1: the n-th request for memory fails. A jump instead of a call would
# hide who asked.
ifneq ($(strip $(INJECT)),)
CHECKED_SRC += debug/breakage.c debug/inject.c
CHECKED_CFLAGS += -fno-optimize-sibling-calls
WRAPPED += frame_alloc frame_alloc_zeroed store_reclaim heap_alloc heap_copy \
	  heap_free user_read user_write user_get user_put user_string user_copy \
	  memory_init syscall shutdown power_off
endif

# SAN=1: sanitizers, but in what they are made of. Every check is a call, so that
# debug/kasan.c decides where there is anything to look at.
ifneq ($(strip $(SAN)),)
CHECKED_SRC += $(addprefix debug/,crimes.c kasan.c kasan_memory.c \
	  kasan_report.c stack_guard.c ubsan.c)
CHECKED_CFLAGS += $(if $(filter-out debug/crimes.c,$(filter debug/%,$<)),, \
	  $(SAN_CFLAGS))
WRAPPED += memcpy memmove memset memcmp strnlen kernel_main pt_activate kstack_alloc \
	  kstack_free cpio_init exec_init
# clang has sanitizers for kernels of Linux only.
CLANG_TARGET = x86_64-unknown-linux-gnu
endif

KASAN_OFFSET = 0xdffffc0000000000
SAN_CFLAGS = -fsanitize=kernel-address,undefined -fstack-protector-strong \
	  -mstack-protector-guard=global -fno-optimize-sibling-calls \
	  -Wframe-larger-than=2048 $(if $(findstring clang,$(CC)), \
	  $(addprefix -mllvm -asan-,stack=1 globals=1 use-after-scope=1 \
	  instrumentation-with-call-threshold=0 \
	  max-inline-poisoning-size=65536 mapping-offset=$(KASAN_OFFSET)), \
	  $(addprefix --param asan-,stack=1 globals=1 \
	  instrumentation-with-call-threshold=0) \
	  -fsanitize-address-use-after-scope \
	  -fasan-shadow-offset=$(KASAN_OFFSET))
