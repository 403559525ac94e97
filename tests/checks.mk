# The checks beside `make test`: what takes minutes, and what measures.

test-mutants: all host linux ## seeded bugs of the kernel: which test sees which; ONLY=name
	@QUIRE_BUILD=$(B) ASAN_OPTIONS=detect_leaks=0 $(PYTHON) tests/mutants.py \
	    $(strip $(ONLY))

.PHONY: test-mutants
include tests/bench/rules.mk

.PHONY: bench
bench: $(BENCH_NEEDS) ## what operations cost: guest instructions and wall time, build/bench/; PEER=linux
	@QUIRE_BUILD=$(B) $(PYTHON) tests/bench/bench.py $(BENCH_OPTIONS)
