# The student's files, as host tests link them.
LAB_LIBC = user/lib/ldso_relocate.c user/lib/ldso_symbol.c
