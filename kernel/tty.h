/*
 * The terminal on the serial line: line editing, echo, ^C (termios(3)).
 */
#pragma once

#include "kernel/types.h"

struct file_ops;

/* Of /dev/console and /dev/tty. */
extern const struct file_ops tty_ops;

void tty_init(void);
/* A byte came in. Called with interrupts off; never sleeps. */
void tty_input(char c);
