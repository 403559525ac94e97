/*
 * The terminal on the serial line: line editing, echo, ^C (termios(3)).
 */
#pragma once

#include "kernel/types.h"

struct file_ops;
struct process;

/* Of /dev/console; and of /dev/tty, which only members of the terminal's session
 * can open (ENXIO). */
extern const struct file_ops tty_ops, tty_own_ops;

void tty_init(void);
/* It is this session's now, with the leader's group in the foreground. */
void tty_give(const struct process *leader);
/* The group in front of this session's terminal; 0: it has none. */
pid_t tty_foreground(pid_t sid);
/* The leader of this session has ended: its terminal is nobody's. */
void tty_session_ended(pid_t sid);
/* A byte came in. Called with interrupts off; never sleeps. */
void tty_input(char c);
