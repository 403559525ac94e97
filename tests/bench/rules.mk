# vmbench, the programs that it starts and the archive that holds them, which is
# an initramfs for Quire and for Linux: build/bench/initramfs.cpio.

BENCH	= $(B)/bench
VMBENCH_SRC := $(addprefix tests/bench/,vmbench.c measure.c memory.c file.c \
	  process.c)
BENCH_OBJ := $(call objects,$(VMBENCH_SRC) tests/bench/true.c \
	  tests/bench/malloc.c)
# Where there is no musl its programs are left out, and vmbench says so.
BENCH_PROGRAMS := $(addprefix $(BENCH)/,true-static true-quire malloc-quire \
	  true-musl malloc-musl)
MUSL_LD	= /lib/ld-musl-x86_64.so.1

$(BENCH_OBJ): $(B)/%.c.o: %.c $(B)/flags
	$(call say,CC,$<) $(CC) $(USER_CFLAGS) -fno-pie -fno-builtin \
	    -MMD -MP -c -o $@ $<

$(BENCH)/vmbench: $(call objects,$(VMBENCH_SRC))
	$(call say,LD,$@) $(LD) $(USER_LDFLAGS) -s -static -no-pie -o $@ $^

BENCH_CRT = $(CRT1) $(B)/user/libc.so $(B)/user/libc.a
$(BENCH)/true-static: $(B)/tests/bench/true.c.o $(BENCH_CRT)
	$(call say,LD,$@) $(LD) $(USER_LDFLAGS) -s -static -no-pie -o $@ \
	    $(CRT1) $< $(B)/user/libc.a
$(BENCH)/true-quire: $(B)/tests/bench/true.c.o $(BENCH_CRT)
$(BENCH)/malloc-quire: $(call objects,tests/bench/malloc.c \
  tests/bench/measure.c) $(BENCH_CRT)
$(BENCH)/true-quire $(BENCH)/malloc-quire:
	$(call say,LD,$@) $(LD) $(USER_LDFLAGS) -s -no-pie $(INTERP) -o $@ \
	    $(CRT1) $(filter %.c.o,$^) $(B)/user/libc.so

MUSL_SRC = tests/bench/$*.c $(if $(filter malloc,$*),tests/bench/measure.c)
$(BENCH)/%-musl: $(wildcard tests/bench/*.[ch]) $(B)/flags
	$(Q)mkdir -p $(@D); command -v musl-gcc >/dev/null || exit 0; \
	    printf '%-7s %s\n' MUSL $@; musl-gcc -O2 -s -o $@ $(MUSL_SRC)

$(BENCH)/initramfs.cpio: $(BENCH)/vmbench $(BENCH_PROGRAMS) tools/mkinitramfs
	$(call say,CPIO,$@) $(PYTHON) tools/mkinitramfs -o $@ bench/ dev/ lib/ \
	    tmp/ vmbench=$< lib/libc.so=$(ROOT)/lib/libc.so \
	    $$(for p in $(BENCH_PROGRAMS); do \
	    test ! -e $$p || echo bench/$${p##*/}=$$p; done) \
	    $$(test ! -e $(MUSL_LD) || echo $(MUSL_LD:/%=%)=$(MUSL_LD))
$(BENCH)/initramfs.cpio: $(ROOT)/lib/libc.so

# The floor: a kernel of its own, see tests/bench/floor.
FLOOR_OBJ := $(call objects,tests/bench/floor/start.asm \
	  tests/bench/floor/floor.c)
$(B)/tests/bench/floor/floor.c.o: tests/bench/floor/floor.c $(B)/flags
	$(call say,CC,$<) $(CC) $(COMMON) $(TARGET) -ffreestanding -fno-pie \
	    -mno-red-zone -mgeneral-regs-only -MMD -MP -c -o $@ $<
$(B)/tests/bench/floor/start.asm.o: tests/bench/floor/start.asm
	$(call say,NASM,$<) $(NASM) -f elf64 -o $@ $<
$(BENCH)/floor.elf: $(FLOOR_OBJ) tests/bench/floor/floor.ld
	$(call say,LD,$@) $(LD) -nostdlib -static -no-pie -z noexecstack \
	    --build-id=none -T tests/bench/floor/floor.ld -o $@ $(FLOOR_OBJ)
$(BENCH)/floor.iso: $(BENCH)/floor.elf tools/mkiso
	$(call say,ISO,$@) mkdir -p $(BENCH)/iso/boot/grub
	$(Q)$(STRIP) -o $(BENCH)/iso/boot/floor.elf $<
	$(Q)printf 'multiboot2 /boot/floor.elf\nboot\n' \
	    > $(BENCH)/iso/boot/grub/grub.cfg; tools/mkiso $@ $(BENCH)/iso

BENCH_TESTED = $(B)/quire.elf $(BENCH)/initramfs.cpio $(BENCH)/floor.elf
BENCH_NEEDS = $(B)/quire.elf $(B)/initramfs.cpio $(BENCH)/initramfs.cpio \
	  $(if $(strip $(FLOOR)),$(BENCH)/floor.elf $(BENCH)/floor.iso $(B)/quire.iso)
BENCH_OPTIONS = $(if $(strip $(PEER)),--peer $(strip $(PEER))) \
	  $(if $(strip $(FLOOR)),--floor) \
	  $(if $(strip $(RUNS)),--runs $(strip $(RUNS))) $(OP)

-include $(BENCH_OBJ:.o=.d)
