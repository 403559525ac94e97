# The checks beside `make test`: what takes minutes, and what measures.

test-mutants: all host linux ## seeded bugs of the kernel: which test sees which; ONLY=name
	@QUIRE_BUILD=$(B) ASAN_OPTIONS=detect_leaks=0 $(PYTHON) tests/mutants.py \
	    $(strip $(ONLY))

.PHONY: test-mutants

include tests/bench/rules.mk

.PHONY: bench
bench: $(BENCH_NEEDS) ## what operations cost: guest instructions and wall time, build/bench/; PEER=linux FLOOR=1
	@QUIRE_BUILD=$(B) $(PYTHON) tests/bench/bench.py $(BENCH_OPTIONS)

# Counts the instructions that the kernel runs: a plugin for QEMU.
$(B)/plugins/%.so: tools/plugins/%.c
	$(call say,HOSTCC,$<) $(HOSTCC) -std=gnu11 -O2 -Wall -Wextra $(if \
	    $(strip $(STRICT)),-Werror) -fPIC -shared -o $@ $<

PROFILE	= $(strip $(OP) $(COUNT) $(if $(strip $(OP)),,--append '$(CMDLINE)') \
	  $(FUNCTION:%=--function %))
profile: $(B)/plugins/counts.so ## instructions by kernel function: OP=name of vmbench, or INIT= ARGS=
	@QUIRE_BUILD=$(B) $(PYTHON) tools/profile $(PROFILE)

profile: $(B)/quire.elf $(B)/initramfs.cpio \
  $(if $(strip $(OP)),$(B)/bench/initramfs.cpio)

coverage: all inject-kernel ## which code of the kernel the tests never run
	@+QUIRE_BUILD=$(B) MAKE='$(MAKE)' $(PYTHON) tools/coverage

replay: $(B)/quire.elf $(B)/initramfs.cpio ## TEST=tests/test_x.py::name: record it until it fails; RECORD=build/replay/0: what was recorded, GDB=1 in gdb
	@QUIRE_BUILD=$(B) $(PYTHON) tools/replay $(if $(strip $(GDB)),--gdb) \
	    $(or $(strip $(RECORD)),'$(strip $(TEST))')

test coverage: $(B)/plugins/counts.so

.PHONY: profile coverage replay
.PHONY: bench-budgets
bench-budgets: $(BENCH_TESTED) ## measure anew what an operation may cost: tests/bench/budgets.ini
	@QUIRE_BUILD=$(B) $(PYTHON) tests/bench/budgets.py

test: $(BENCH_TESTED)

include tests/fuzz/rules.mk

RUN	= calls 1 1 100000
.PHONY: fuzz
fuzz: $(B)/quire.elf $(B)/fuzz.cpio ## one run of a fuzzer: RUN='NAME FIRST-SEED SEEDS SIZE'
	@QUIRE_BUILD=$(B) $(PYTHON) tools/fuzz $(RUN)

# Long.
.PHONY: torture fuzz-kernel
torture: all linux fuzz-kernel inject-kernel $(B)/fuzz.cpio $(FUZZ_TARGETS) ## all fuzzers, sanitizers, fail-Nth on all cores: MINUTES=n
	@QUIRE_BUILD=$(B) $(PYTHON) tools/torture --minutes $(or $(strip $(MINUTES)),10)

fuzz-kernel:
	@+$(MAKE) -s $(VARIANTS:%=%=) FUZZ=1 build/fuzz/quire.elf
	@+$(MAKE) -s $(VARIANTS:%=%=) SAN=1 build/san/quire.elf

.PHONY: inject inject-kernel

inject: inject-kernel all linux ## fail-Nth, long: every request of every program; MINUTES=n ends it early
	@QUIRE_BUILD=$(B) $(PYTHON) tests/inject.py \
	    $(if $(strip $(MINUTES)),--minutes $(strip $(MINUTES)))

# A kernel that can fail, for programs of this build.
inject-kernel:
	@+$(MAKE) -s INJECT=1 $(if $(VARIANT),$(B)-inject,$(B)/inject)/quire.elf

test: inject-kernel
# tests/test_sanitizers.py boots the kernel of SAN=1, whatever else is tested.
ifeq ($(strip $(SAN)),)
test: build/san/quire.elf
build/san/quire.elf: FORCE | tools
	@$(MAKE) --no-print-directory $(VARIANTS:%=%=) SAN=1 $@
endif
.PHONY: test-bochs
test-bochs: all ## all programs of tests/user in Bochs, with three CPU models
	@QUIRE_BUILD=$(B) BOCHS_ALL=1 $(PYTHON) tools/runtests tests/test_machines.py

.PHONY: test-attack
test-attack: all ## the attacks at full length: a million pages, 100,000 switches, all selectors and ports
	@QUIRE_BUILD=$(B) QUIRE_ATTACK=1 $(PYTHON) tools/runtests \
	    tests/test_attack.py
