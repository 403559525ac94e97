# The checks beside `make test`: what takes minutes, and what measures.
