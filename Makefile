# Quire. `make help` lists the targets; `make run` is the one to begin with.
#
# Sources are found by directory, objects keep the name of their source
# (mm/pt.c -> build/mm/pt.c.o), and everything generated lies under build/.
# Three kinds of code are compiled from one tree:
#
#	kernel	boot/ kernel/ mm/		-> build/quire.elf
#	user	user/lib user/bin tests/user	-> build/initramfs.cpio
#	host	tests/host mm/ and the parsers	-> build/host/test_*
#
# and tests/linux as programs of Linux, for the host and for Quire: build/linux.

# ---- What you may set: make NAME=VALUE --------------------------------------

# Compiler: gcc or clang. On a host that is not x86-64 Linux name a cross
# toolchain by its prefix: CROSS=x86_64-elf-
CROSS	=
ifeq ($(origin CC),default)
CC	= $(CROSS)gcc
endif
LD	= $(CROSS)ld
AR	= $(CROSS)ar
NM	= $(CROSS)nm
STRIP	= $(CROSS)strip
NASM	= nasm
HOSTCC	= $(if $(CROSS),cc,$(CC))

V	=	# 1: show whole commands
STRICT	=	# 1: a warning is an error
# Checked kernels, each combination in a directory of its own: build/debug.
DEBUG	=	# 1: poison free frames, audit after every call
INJECT	=	# 1: a system call that makes the n-th allocation fail
FUZZ	=	# 1: say the last 32 system calls on a panic, as all of these do
SAN	=	# 1: UBSan, KASAN and a stack protector

# The machine and what it runs: see tools/qemu.py.
ACCEL	= tcg
CPU	= max
MEM	= 128M
INIT	=	# first program, instead of /bin/init
ARGS	=	# its arguments
WITH	=	# Debian packages to add, with the libraries they need: busybox-static
EVENTS	=	# 1: event stream in build/events.log
STRACE	=	# 1: the kernel prints every system call
PROG	=	# make gdb: also load the symbols of this program
LAB	=	# a lab in tests/labs: adds its programs as /test/lab-*
FUNCTION	=	# make profile: show the lines of these functions
TEST	=	# make replay: a test, tests/test_x.py::name
RECORD	=	# make replay: what was recorded: build/replay/0
GDB	=	# make replay: 1: under gdb
ONLY	=	# make grade, test-mutants: only checks with this name
PEER	=	# make bench: linux: Debian's kernel beside Quire
FLOOR	=	# make bench: 1: a kernel that does nothing else beside them
RUNS	=	# make bench: boots whose median is the wall time: 5; 0: none
OP	=	# make bench, make profile: only these operations

# A student's tree is about one lab.
-include .lab.mk

VERSION	= 0.1

# ---- Flags ------------------------------------------------------------------

VARIANTS = DEBUG SAN INJECT FUZZ
VARIANT	:= $(strip $(foreach v,$(VARIANTS),$(if $(strip $($(v))),$(v))))
B	:= build$(if $(VARIANT),/$(shell echo $(VARIANT) | tr "A-Z " a-z-))

# Debian's interpreter where there is one: pytest is installed for that.
PYTHON	= $(shell command -v /usr/bin/python3 || echo python3)

WARN	= -Wall -Wextra -Wshadow -Wconversion -Wcast-qual -Wundef -Wvla \
	  -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes \
	  -Wold-style-definition -Wimplicit-fallthrough \
	  -Wframe-larger-than=1024 $(if $(strip $(STRICT)),-Werror)
DEFINE	= $(VARIANT:%=-D%)
COMMON	= -std=c11 -g -O2 -fno-omit-frame-pointer $(WARN) $(DEFINE) -I .

# Code for the guest. Distributions switch on hardening by default that needs
# the help of a libc or a kernel that we are only about to write; and gcc would
# turn the loop inside memset into a call of memset.
CLANG_TARGET = x86_64-unknown-none-elf
TARGET	= $(if $(findstring clang,$(CC)),--target=$(CLANG_TARGET), \
	  -fno-tree-loop-distribute-patterns -fno-stack-clash-protection) \
	  -m64 -fno-stack-protector -fcf-protection=none \
	  -fno-asynchronous-unwind-tables

KERNEL_CFLAGS = $(COMMON) $(TARGET) -ffreestanding -fno-pie \
	  -mcmodel=kernel -mno-red-zone -mgeneral-regs-only \
	  -DQUIRE_VERSION='"$(VERSION)"' $(CHECKED_CFLAGS)
USER_CFLAGS = $(COMMON) $(TARGET) -nostdinc -isystem user/include \
	  -isystem $(shell $(CC) -print-file-name=include)
LIBC_CFLAGS = $(USER_CFLAGS) -ffreestanding -fPIC
# Its kernel/cpu.h comes first: that is where the host differs.
HOST_CFLAGS = -I tests/host/include $(COMMON) -DDEBUG -D_GNU_SOURCE \
	  -Wno-frame-larger-than -fsanitize=address,undefined \
	  -fno-sanitize-recover=all
# Calls from other files come to tests/host/machine.c first.
HOST_LDFLAGS = -Wl,--wrap=frame_alloc,--wrap=frame_alloc_zeroed \
	  -Wl,--wrap=frame_put,--wrap=frame_put_zeroed -lcmocka

KERNEL_LDFLAGS = -nostdlib -static -no-pie -T linker.ld \
	  -z max-page-size=4096 -z noexecstack --build-id=none \
	  $(WRAPPED:%=--wrap=%)
USER_LDFLAGS = -nostdlib -z max-page-size=4096 -z noexecstack -z relro \
	  -z now -z separate-code --hash-style=gnu --build-id=none

# What checked kernels have beside.
-include debug/rules.mk

# ---- Sources ----------------------------------------------------------------

objects	= $(addprefix $(B)/,$(addsuffix .o,$(1)))

KERNEL_SRC := $(wildcard boot/*.asm kernel/*.asm kernel/*.c mm/*.c) \
	  $(CHECKED_SRC)
LIBC_SRC := $(filter-out user/lib/crt1.asm,$(wildcard user/lib/*.c \
	  user/lib/*.asm))
# sh_edit.c is a chapter of sh, not a program.
BIN_SRC	:= $(wildcard user/bin/*.c)
CHAPTERS := $(foreach f,$(BIN_SRC),$(if $(findstring _,$(f)),$(f)))
# A lab's programs: in the guest lab-*.c, on the host host_*.c.
LAB_DIR	:= $(if $(strip $(LAB)),tests/labs/$(strip $(LAB)))
LAB_SRC	:= $(if $(LAB_DIR),$(wildcard $(LAB_DIR)/lab-*.c))
LAB_HOST := $(if $(LAB_DIR),$(wildcard $(LAB_DIR)/host_*.c))
# Files of libc that a lab tests on the host: lab.mk names them.
LAB_LIBC =
-include $(if $(LAB_DIR),$(LAB_DIR)/lab.mk)
TEST_SRC := $(wildcard tests/user/*.c) $(LAB_SRC)
# The kernel's code that also runs on the host, and what the tests share.
HOST_LIB_SRC := $(wildcard mm/*.c kernel/cpio.c kernel/elf.c \
	  kernel/multiboot2.c kernel/pvh.c kernel/bootinfo.c) \
	  $(filter-out tests/host/test_%,$(wildcard tests/host/*.c))
HOST_SRC := $(wildcard tests/host/test_*.c) $(LAB_HOST)

KERNEL_OBJ := $(call objects,$(KERNEL_SRC))
LIBC_OBJ := $(call objects,$(LIBC_SRC))
CRT1	= $(B)/user/crt1.o
BINARIES := $(patsubst %.c,%,$(filter-out $(CHAPTERS),$(BIN_SRC)))
PROGRAMS := $(BINARIES:%=$(B)/%) $(TEST_SRC:%.c=$(B)/%)
USER_OBJ := $(call objects,$(BIN_SRC) $(TEST_SRC))
HOST_LIB_OBJ := $(HOST_LIB_SRC:%=$(B)/host/%.o)
HOST_OBJ := $(HOST_SRC:%=$(B)/host/%.o)
HOST_TESTS := $(patsubst tests/host/%.c,$(B)/host/%,$(filter-out \
	  $(LAB_HOST),$(HOST_SRC)))
LAB_TESTS := $(LAB_HOST:%.c=$(B)/host/%)
LAB_LIBC_OBJ := $(LAB_LIBC:%=$(B)/host/%.o)

# Programs that run on Linux and in Quire, by the libc they are linked with.
LINUX_SRC := $(filter-out tests/linux/driver.c,$(wildcard tests/linux/*.c))
LINUX_LIBCS = glibc musl musl-so
LINUX	:= $(B)/linux/driver $(foreach l,quire $(LINUX_LIBCS), \
	  $(LINUX_SRC:tests/linux/%.c=$(B)/linux/$(l)/%))

# The tree inside the initramfs: programs without debug information.
ROOT	= $(B)/root
ROOT_FILES := $(ROOT)/lib/libc.so $(ROOT)/etc/motd \
	  $(BINARIES:user/bin/%=$(ROOT)/bin/%) \
	  $(patsubst %.c,$(ROOT)/test/%,$(notdir $(TEST_SRC))) \
	  $(if $(LAB_DIR),$(ROOT)/etc/seal)

# ---- Targets ----------------------------------------------------------------

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help doctor run run-pvh run-bochs test check format gdb console \
	lines clean host linux readme-tiers tools FORCE compile_commands.json \
	test-labs grade zip

all: $(B)/quire.iso $(B)/initramfs.cpio ## build the kernel, the programs and the ISO (default)

help: ## this list
	@echo 'make TARGET [NAME=VALUE...]'
	@awk -F ': .*## ' '/^[a-z_.-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' \
	    $(filter %akefile %checks.mk,$(MAKEFILE_LIST))
	@echo 'Variables:'
	@sed -n 's/^\([A-Z]*\)	=	# \(.*\)/  \1=...	\2/p' Makefile
	@echo '  CC=clang	CROSS=x86_64-elf-	ACCEL=kvm	CPU=qemu64	MEM=32M'

doctor: ## the tools that are needed, found and missing
	@tools/doctor

# Kernel command line: what `make run` passes on.
CMDLINE	= $(strip $(if $(strip $(INIT)),init=$(strip $(INIT))) \
	  $(if $(strip $(EVENTS)),events=1) $(if $(strip $(STRACE)),strace=1) \
	  $(if $(strip $(ARGS)),-- $(strip $(ARGS))))
QEMU	= $(PYTHON) tools/qemu.py --accel $(ACCEL) --cpu $(CPU) --memory $(MEM) \
	  $(if $(strip $(EVENTS)),--events $(B)/events.log)
PVH	= --kernel $(B)/quire.elf --initrd $(B)/initramfs.cpio \
	  --append '$(CMDLINE)'

run: $(B)/quire.iso ## boot the ISO (GRUB) in QEMU, console in this terminal
	@$(QEMU) --iso $< run

run-pvh: $(B)/quire.elf $(B)/initramfs.cpio ## the same without GRUB: at once
	@$(QEMU) $(PVH) run

run-bochs: $(B)/quire.iso ## the ISO in Bochs, another emulator; CPU=ryzen, see `bochs --help cpu`
	@$(PYTHON) tools/bochs.py --iso $< --memory $(MEM) \
	    $(if $(filter-out max,$(CPU)),--cpu $(CPU))

gdb: $(B)/quire.elf $(B)/initramfs.cpio ## debug: halted at the entry, symbols loaded; PROG=ls adds a program's
	@$(QEMU) $(PVH) gdb $(if $(strip $(PROG)),--program $(strip $(PROG)))

console: ## the console of the machine that `make gdb` runs, for a second terminal
	@$(PYTHON) tools/qemu.py console

test: all $(HOST_TESTS) $(LINUX) ## all tests: host, guest, boots
	@QUIRE_BUILD=$(B) ASAN_OPTIONS=detect_leaks=0 $(PYTHON) tools/runtests

test-labs: | tools ## labs: blank wins nothing, ours everything, each mistake is caught
	@$(PYTHON) tools/lab prove $(LAB)

grade: | tools ## a lab: the points of what is in this tree; ONLY=test_x repeats one check
	@$(PYTHON) tools/lab grade . $(if $(strip $(LAB)),--lab $(strip $(LAB))) \
	  $(if $(strip $(ONLY)),--only $(strip $(ONLY)))

zip: | tools ## a lab: write what is handed in
	@$(PYTHON) tools/lab zip $(if $(strip $(LAB)),--lab $(strip $(LAB)))

host: $(HOST_TESTS) $(LAB_TESTS) ## build the host tests, build/host/test_*

linux: $(LINUX) ## build the programs of tests/linux, which Linux runs too

check: | tools ## form: formatter, dependencies between files, sizes
	@$(PYTHON) tools/layers
	@case "$$($(FORMATTER) --version)" in \
	*'version 14.'*) $(FORMATTER) --dry-run --Werror $(FORMATTED) ;; \
	*) echo 'check: the formatter is not of version 14: form not checked' ;; \
	esac
	@echo 'check: all is well'

# Versions differ in taste; the sources are as version 14 writes them.
FORMATTER = $(shell command -v clang-format-14 || echo clang-format)
FORMATTED = $(wildcard debug/*.[ch] kernel/*.[ch] mm/*.[ch] user/lib/*.[ch] \
	  user/bin/*.[ch] \
	  user/include/*.h user/include/*/*.h tests/user/*.[ch] \
	  tests/host/*.[ch] tests/host/include/*/*.h tests/labs/*.h \
	  tests/linux/*.[ch] tests/bench/*.[ch] tests/bench/floor/*.c \
	  tests/labs/*/*.[ch] tests/labs/*/mutants/*.c)

format: | tools ## let the formatter rewrite the sources
	$(FORMATTER) -i $(FORMATTED)

# The long checks: fuzzers, mutants, benchmarks...
-include tests/checks.mk

compile_commands.json: ## for clangd and editors, in build/
	@mkdir -p $(B)
	@$(MAKE) -Bn $(KERNEL_OBJ) $(LIBC_OBJ) $(USER_OBJ) $(HOST_LIB_OBJ) \
	    $(HOST_OBJ) | $(PYTHON) tools/compdb > $(B)/$@
	@echo $(B)/$@

readme-tiers: ## write the table of packages in README.md from the last test run
	@QUIRE_BUILD=$(B) $(PYTHON) tools/tiers

lines: ## how long the chapters are
	@$(PYTHON) tools/lines

clean: ## remove build/
	rm -rf build

# ---- Tools and flags --------------------------------------------------------

# Every object waits for this: what the goals need is there, or is installed.
GOALS	= $(or $(MAKECMDGOALS),all)
NEED_iso = all run run-bochs test %.iso
NEED_run = run run-pvh gdb test test-% grade bench profile coverage replay
NEED_bochs = run-bochs test test-%
NEED_gdb = gdb
NEED_test = test host test-% grade coverage replay
NEED_linux = test linux coverage
NEED_check = check format
NEED	= build $(foreach n,iso run bochs gdb test linux check, \
	  $(if $(filter $(NEED_$(n)),$(GOALS)),$(n))) $(if $(strip $(FLOOR)),iso)
tools:
	@CC='$(CC)' CROSS='$(CROSS)' tools/doctor --install $(NEED)

# Objects depend on this file, which changes only when a flag does.
$(B)/flags: FORCE | tools
	@mkdir -p $(B)
	@printf '%s\n' '$(CC) $(KERNEL_CFLAGS)' '$(LIBC_CFLAGS)' \
	    '$(HOSTCC) $(HOST_CFLAGS)' '$(LD) $(KERNEL_LDFLAGS)' \
	    '$(USER_LDFLAGS)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

Q	= $(if $(strip $(V)),,@)
say	= $(Q)$(if $(strip $(V)),:,printf '%-7s %s\n') $(1) $(2); \
	  mkdir -p $(@D);

# ---- Kernel -----------------------------------------------------------------

$(filter %.c.o,$(KERNEL_OBJ)): $(B)/%.c.o: %.c $(B)/flags
	$(call say,CC,$<) $(CC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<

# nasm's line numbers confuse gdb where a file has several sections, and it says
# its files lie where the source does: gdb finds only an absolute name.
NASM_DEBUG = $(if $(filter boot/%,$<),,-g -F dwarf)
$(filter %.asm.o,$(KERNEL_OBJ) $(LIBC_OBJ)) $(B)/user/lib/crt1.asm.o: \
  $(B)/%.asm.o: %.asm $(B)/flags
	$(call say,NASM,$<) $(NASM) -f elf64 $(NASM_DEBUG) -I ./ $(DEFINE) \
	    -MP -MD $(@:.o=.d) -o $@ $(CURDIR)/$<

# A backtrace shows names: they come from a first link and go into a second one,
# at the end of .rodata, where they move nothing.
$(B)/symbols0.asm: tools/mksymbols $(B)/flags
	$(Q)$(PYTHON) tools/mksymbols < /dev/null > $@

$(B)/symbols.asm: $(B)/quire0.elf tools/mksymbols
	$(Q)$(NM) -n $< | $(PYTHON) tools/mksymbols > $@

$(B)/symbols%.o: $(B)/symbols%
	$(Q)$(NASM) -f elf64 -o $@ $<

$(B)/quire0.elf: $(KERNEL_OBJ) $(B)/symbols0.asm.o linker.ld
	$(Q)$(LD) $(KERNEL_LDFLAGS) -o $@ $(filter %.o,$^)

$(B)/quire.elf: $(KERNEL_OBJ) $(B)/symbols.asm.o linker.ld
	$(call say,LD,$@) $(LD) $(KERNEL_LDFLAGS) -o $@ $(filter %.o,$^)

# ---- libc and programs ------------------------------------------------------

$(filter %.c.o,$(LIBC_OBJ)): $(B)/%.c.o: %.c $(B)/flags
	$(call say,CC,$<) $(CC) $(LIBC_CFLAGS) -MD -MP -c -o $@ $<

$(B)/user/libc.so: $(LIBC_OBJ)
	$(call say,LD,$@) $(LD) $(USER_LDFLAGS) -shared -soname libc.so \
	    -Bsymbolic-functions -z text -z defs -e _dlstart -o $@ $^

$(B)/user/libc.a: $(LIBC_OBJ)
	$(call say,AR,$@) rm -f $@; $(AR) rcs $@ $^

$(CRT1): $(B)/user/lib/crt1.asm.o
	$(Q)cp $< $@

# A lab's programs use what the tests share.
$(call objects,$(LAB_SRC)): USER_CFLAGS += -I tests/user
$(LAB_HOST:%=$(B)/host/%.o): HOST_CFLAGS += -I tests/host

# A program is one source, and its chapters. Its name says how it is linked.
$(filter %-pie.c.o,$(USER_OBJ)): PIC = -fPIE
$(filter-out %-pie.c.o,$(USER_OBJ)): PIC = -fno-pie
$(USER_OBJ): $(B)/%.c.o: %.c $(B)/flags
	$(call say,CC,$<) $(CC) $(USER_CFLAGS) $(PIC) -MD -MP -c -o $@ $<

INTERP	= -dynamic-linker /lib/libc.so
$(filter %-static,$(PROGRAMS)): LINK = -static -no-pie
$(filter %-pie,$(PROGRAMS)): LINK = -pie $(INTERP)
$(filter-out %-static %-pie,$(PROGRAMS)): LINK = -no-pie $(INTERP)
$(filter %-static,$(PROGRAMS)): LIBC = $(B)/user/libc.a
$(filter-out %-static,$(PROGRAMS)): LIBC = $(B)/user/libc.so
$(B)/user/bin/sh: $(call objects,$(filter user/bin/sh_%,$(CHAPTERS)))
$(PROGRAMS): $(B)/%: $(B)/%.c.o $(CRT1) $(B)/user/libc.so $(B)/user/libc.a
	$(call say,LD,$@) $(LD) $(USER_LDFLAGS) $(LINK) -o $@ $(CRT1) \
	    $(filter %.c.o,$^) $(LIBC)

# ---- The initramfs ----------------------------------------------------------

$(ROOT)/lib/%: $(B)/user/%
	$(Q)mkdir -p $(@D); $(STRIP) -o $@ $<
$(ROOT)/bin/%: $(B)/user/bin/%
	$(Q)mkdir -p $(@D); $(STRIP) -o $@ $<
$(ROOT)/test/%: $(B)/tests/user/%
	$(Q)mkdir -p $(@D); $(STRIP) -o $@ $<
$(ROOT)/test/%: $(B)/tests/labs/$(strip $(LAB))/%
	$(Q)mkdir -p $(@D); $(STRIP) -o $@ $<
# The grader writes a random word over this: see tools/labs/guest.py.
$(ROOT)/etc/seal: Makefile
	$(Q)mkdir -p $(@D); printf QUIRE-LAB-SEAL-GOES-HERE > $@
$(ROOT)/etc/motd: Makefile
	$(Q)mkdir -p $(@D); echo 'Welcome to Quire. Try: ls /bin' > $@

$(B)/initramfs.list: FORCE
	@mkdir -p $(@D)
	@$(if $(strip $(WITH)),$(PYTHON) tools/packages --install $(WITH) && \
	    $(PYTHON) tools/packages $(WITH),:) > $@.new
	@printf '%s\n' bin/ dev/ etc/ lib/ test/ tmp/ \
	    $(foreach f,$(ROOT_FILES),$(f:$(ROOT)/%=%)=$(f)) >> $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(B)/initramfs.cpio: $(B)/initramfs.list $(ROOT_FILES) tools/mkinitramfs
	$(call say,CPIO,$@) $(PYTHON) tools/mkinitramfs -o $@ $<

# ---- The ISO ----------------------------------------------------------------

# GRUB reads slowly: its copy of the kernel has no debug information.
$(B)/iso/boot/quire.elf: $(B)/quire.elf
	$(Q)mkdir -p $(@D); $(STRIP) -o $@ $<

# The tests' programs are in its archive only where a word may name one.
$(B)/iso.list: $(B)/initramfs.list FORCE
	@grep -v '$(if $(CMDLINE),^$$,^test/.)' $< > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# It unpacks faster than it reads, too.
$(B)/iso/boot/initramfs.cpio.gz: $(B)/iso.list $(ROOT_FILES) tools/mkinitramfs
	$(Q)mkdir -p $(@D); $(PYTHON) tools/mkinitramfs -o $(B)/iso.cpio $<
	$(Q)gzip -nc $(B)/iso.cpio > $@

# Each word in quotes: GRUB has a shell's idea of ; and &.
$(B)/iso/boot/grub/grub.cfg: iso/boot/grub/grub.cfg FORCE
	@mkdir -p $(@D)
	@words="$(foreach w,$(CMDLINE),'$(w)')" awk '{ i = index($$0, "@CMDLINE@"); \
	    if (i) $$0 = substr($$0, 1, i - 1) ENVIRON["words"] substr($$0, i + 9); \
	    print }' $< > $(B)/grub.cfg
	@cmp -s $(B)/grub.cfg $@ || cp $(B)/grub.cfg $@

$(B)/quire.iso: $(addprefix $(B)/iso/boot/,quire.elf initramfs.cpio.gz \
	  grub/grub.cfg) tools/mkiso
	$(call say,ISO,$@) tools/mkiso $@ $(B)/iso

# ---- Host tests -------------------------------------------------------------

$(LAB_LIBC_OBJ): HOST_CFLAGS += -include $(LAB_DIR)/seam.h
$(HOST_LIB_OBJ) $(HOST_OBJ) $(LAB_LIBC_OBJ): $(B)/host/%.c.o: %.c $(B)/flags
	$(call say,HOSTCC,$<) $(HOSTCC) $(HOST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/host/libquire.a: $(HOST_LIB_OBJ)
	$(Q)rm -f $@; ar rcs $@ $^

$(HOST_TESTS): $(B)/host/%: $(B)/host/tests/host/%.c.o
$(LAB_TESTS): $(B)/host/%: $(B)/host/%.c.o $(LAB_LIBC_OBJ)
$(HOST_TESTS) $(LAB_TESTS): $(B)/host/libquire.a
	$(call say,LD,$@) $(HOSTCC) $(HOST_CFLAGS) -o $@ $(filter %.o,$^) \
	  $(B)/host/libquire.a $(HOST_LDFLAGS)

# ---- Programs of Linux ------------------------------------------------------

# As the host builds its own programs: nothing of ours but one header.
LINUX_CFLAGS = -std=gnu11 -D_GNU_SOURCE -O1 -s -pthread -Wall -Wextra $(if \
	  $(strip $(STRICT)),-Werror)
$(B)/linux/driver $(B)/linux/glibc/%: LINUX_CC = $(HOSTCC) -static
$(B)/linux/musl/%: LINUX_CC = musl-gcc -static
$(B)/linux/musl-so/%: LINUX_CC = musl-gcc
# Without musl-gcc its programs are left out, and the tests say so.
define linux_rule
$(B)/linux/$(1)%: tests/linux/%.c $(wildcard tests/linux/*.h) $(B)/flags
	$(Q)mkdir -p $$(@D); command -v $$(firstword $$(LINUX_CC)) >/dev/null || \
	    exit 0; printf '%-7s %s\n' LINUX $$@; \
	    $$(LINUX_CC) $$(LINUX_CFLAGS) -o $$@ $$<
endef
$(foreach l,$(LINUX_LIBCS:%=%/) ,$(eval $(call linux_rule,$(l))))
$(eval $(call linux_rule,))
# Or as ours are built, unchanged: with our headers, linked with our libc.so.
$(B)/linux/quire/%: tests/linux/%.c $(wildcard tests/linux/*.h) $(CRT1) \
  $(B)/user/libc.so $(wildcard user/include/*.h user/include/*/*.h)
	$(call say,LINUX,$@) $(CC) $(filter-out -s -pthread,$(LINUX_CFLAGS)) \
	    $(filter-out $(COMMON),$(USER_CFLAGS)) -fno-pie -c -o $@.o $<
	$(Q)$(LD) $(USER_LDFLAGS) -s -no-pie $(INTERP) -o $@ $(CRT1) $@.o \
	    $(B)/user/libc.so

-include $(KERNEL_OBJ:.o=.d) $(LIBC_OBJ:.o=.d) $(USER_OBJ:.o=.d) \
	$(HOST_LIB_OBJ:.o=.d) $(HOST_OBJ:.o=.d) $(LAB_LIBC_OBJ:.o=.d) $(B)/user/lib/crt1.asm.d
