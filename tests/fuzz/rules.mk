# The fuzzers inside the guest: tests/fuzz/fuzz.h.

FUZZERS	= calls code cycles frames headers
FUZZ_LIB = tests/fuzz/fuzz.c tests/fuzz/tree.c
FUZZ_SRC := $(wildcard tests/fuzz/*.c)
FUZZ_OBJ := $(call objects,$(FUZZ_SRC))
FUZZ_PROGRAMS := $(FUZZERS:%=$(B)/tests/fuzz/%) $(B)/tests/fuzz/nothing
$(FUZZ_OBJ): USER_CFLAGS += -I .
$(FUZZ_OBJ): $(B)/%.c.o: %.c $(B)/flags
	$(call say,CC,$<) $(CC) $(USER_CFLAGS) -fno-pie -MD -MP -c -o $@ $<

# A fuzzer is its source, its chapters and what all share.
$(FUZZERS:%=$(B)/tests/fuzz/%): $(call objects,$(FUZZ_LIB))
$(B)/tests/fuzz/calls: $(call objects,$(wildcard tests/fuzz/calls_*.c))
$(B)/tests/fuzz/code: $(call objects,tests/fuzz/code_pieces.c)
$(FUZZ_PROGRAMS): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.c.o $(CRT1) \
  $(B)/user/libc.a
	$(call say,LD,$@) $(LD) $(USER_LDFLAGS) -static -no-pie -s -o $@ \
	    $(CRT1) $(filter %.c.o,$^) $(B)/user/libc.a

$(B)/fuzz.cpio: $(B)/initramfs.list $(ROOT_FILES) $(FUZZ_PROGRAMS) \
  tools/mkinitramfs
	$(call say,CPIO,$@) $(PYTHON) tools/mkinitramfs -o $@ $< \
	    fuzz/ $(foreach p,$(FUZZ_PROGRAMS),fuzz/$(notdir $(p))=$(p))

FUZZ_TESTED = $(B)/fuzz.cpio $(FUZZ_TARGETS)
FORMATTED += $(wildcard tests/fuzz/*.[ch])

-include $(FUZZ_OBJ:.o=.d)

# The parsers on the host, by libFuzzer; without clang by a driver of our own.
FUZZ_HOST = cpio multiboot2 pvh elf cmdline path
LIBFUZZER := $(wildcard $(shell clang -print-file-name=libclang_rt.fuzzer-$(shell \
	  uname -m).a 2>/dev/null))
FUZZ_HOSTCC = $(if $(LIBFUZZER),clang -fsanitize=fuzzer,$(HOSTCC))
FUZZ_CFLAGS = $(HOST_CFLAGS) -Itests/fuzz/host
FUZZ_parse = kernel/cpio.c kernel/multiboot2.c kernel/pvh.c \
	  kernel/bootinfo.c kernel/elf.c
FUZZ_path = kernel/path.c kernel/inode.c kernel/directory.c mm/tree.c \
	  tests/fuzz/host/fakes.c
FUZZ_TARGETS := $(FUZZ_HOST:%=$(B)/host/fuzz/%)
$(FUZZ_TARGETS): $(B)/host/fuzz/%: tests/fuzz/host/%.c $(B)/flags \
  $(wildcard tests/fuzz/host/* kernel/*.h mm/*.h) $(FUZZ_parse) $(FUZZ_path)
	$(call say,HOSTCC,$@) $(FUZZ_HOSTCC) $(FUZZ_CFLAGS) -o $@ $< \
	    $(if $(filter path,$*),$(FUZZ_path),$(FUZZ_parse)) \
	    $(if $(LIBFUZZER),,tests/fuzz/host/driver.c)

FORMATTED += $(wildcard tests/fuzz/host/*.[ch])
