# The student's file that is not in the host's library, as host tests link it.
LAB_LIBC = kernel/exec.c
