# The checks beside `make test`, what they need, and what `make test` needs of
# that: what takes minutes, and what measures.

include tests/fuzz/rules.mk
include tests/bench/rules.mk

.PHONY: bench bench-budgets coverage fuzz inject profile replay test-attack \
	test-bochs test-mutants torture
CHECK	= QUIRE_BUILD=$(B) ASAN_OPTIONS=detect_leaks=0 MAKE='$(MAKE)'

# ---- Kernels beside the one that is made, and a plugin for QEMU ---------------

# A kernel in which requests fail, for the programs of this build.
INJECT_KERNEL = $(if $(VARIANT),$(B)-inject,$(B)/inject)/quire.elf
# The others are the same whatever else is checked.
SAN_KERNEL = build/san/quire.elf
FUZZ_KERNEL = build/fuzz/quire.elf
OTHER_KERNELS = $(filter-out $(B)/quire.elf,$(SAN_KERNEL) $(FUZZ_KERNEL))

$(INJECT_KERNEL): FORCE | tools
	@$(MAKE) --no-print-directory INJECT=1 $@
$(filter %/san/quire.elf,$(OTHER_KERNELS)): FORCE | tools
	@$(MAKE) --no-print-directory $(VARIANTS:%=%=) SAN=1 $@
$(filter %/fuzz/quire.elf,$(OTHER_KERNELS)): FORCE | tools
	@$(MAKE) --no-print-directory $(VARIANTS:%=%=) FUZZ=1 $@

# Counts the instructions that the kernel runs.
COUNTS	= $(B)/plugins/counts.so
$(COUNTS): $(B)/plugins/%.so: tools/plugins/%.c
	$(call say,HOSTCC,$<) $(HOSTCC) -std=gnu11 -O2 -Wall -Wextra $(if \
	    $(strip $(STRICT)),-Werror) -fPIC -shared -o $@ $<

test: $(COUNTS) $(BENCH_TESTED) $(FUZZ_TESTED) $(INJECT_KERNEL) $(SAN_KERNEL)

# ---- What makes things go wrong ----------------------------------------------

torture: all linux $(FUZZ_TESTED) $(FUZZ_KERNEL) $(SAN_KERNEL) $(INJECT_KERNEL) ## all fuzzers, sanitizers, fail-Nth on all cores: MINUTES=n
	@$(CHECK) $(PYTHON) tools/torture --minutes $(or $(strip $(MINUTES)),10)

fuzz: $(B)/quire.elf $(B)/fuzz.cpio ## one run of a fuzzer: RUN='NAME FIRST-SEED SEEDS SIZE'
	@$(CHECK) $(PYTHON) tools/fuzz $(or $(strip $(RUN)),calls 1 1 100000)

inject: all linux $(INJECT_KERNEL) ## fail-Nth: every request of every program; MINUTES=n ends it early
	@$(CHECK) $(PYTHON) tests/inject.py $(if $(strip $(MINUTES)),--minutes \
	    $(strip $(MINUTES)))

test-attack: all ## the attacks at full length: a million pages, 100,000 switches, all selectors and ports
	@$(CHECK) QUIRE_ATTACK=1 $(PYTHON) tools/runtests tests/test_attack.py

test-bochs: all ## all programs of tests/user in Bochs, with three CPU models
	@$(CHECK) BOCHS_ALL=1 $(PYTHON) tools/runtests tests/test_machines.py

# ---- What tests the tests ----------------------------------------------------

test-mutants: all host linux ## seeded bugs of the kernel: which test sees which; ONLY=name
	@$(CHECK) $(PYTHON) tests/mutants.py $(strip $(ONLY))

coverage: all $(COUNTS) $(INJECT_KERNEL) ## which code of the kernel the tests never run
	@$(CHECK) $(PYTHON) tools/coverage

replay: $(B)/quire.elf $(B)/initramfs.cpio ## TEST=tests/test_x.py::name: record it until it fails; RECORD=build/replay/0: what was recorded, GDB=1 in gdb
	@$(CHECK) $(PYTHON) tools/replay $(if $(strip $(GDB)),--gdb) \
	    $(or $(strip $(RECORD)),'$(strip $(TEST))')

# ---- What measures -----------------------------------------------------------

bench: $(BENCH_NEEDS) ## what operations cost: guest instructions and wall time, build/bench/; PEER=linux FLOOR=1
	@$(CHECK) $(PYTHON) tests/bench/bench.py $(BENCH_OPTIONS)

bench-budgets: $(BENCH_TESTED) ## measure anew what an operation may cost: tests/bench/budgets.ini
	@$(CHECK) $(PYTHON) tests/bench/budgets.py

PROFILE	= $(strip $(OP) $(COUNT) $(if $(strip $(OP)),,--append '$(CMDLINE)') \
	  $(FUNCTION:%=--function %))
profile: $(COUNTS) $(BENCH_NEEDS) ## instructions by kernel function: OP=name of vmbench, or INIT= ARGS=
	@$(CHECK) $(PYTHON) tools/profile $(PROFILE)
