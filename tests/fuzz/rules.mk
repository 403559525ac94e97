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

test: $(B)/fuzz.cpio
FORMATTED += $(wildcard tests/fuzz/*.[ch])

-include $(FUZZ_OBJ:.o=.d)
