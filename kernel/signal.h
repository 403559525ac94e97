/*
 * Signals: so far, the numbers and what they do by default (signal(7)).
 */
#pragma once

#include "kernel/types.h"

enum {
	SIGHUP = 1,
	SIGINT = 2,
	SIGQUIT = 3,
	SIGILL = 4,
	SIGTRAP = 5,
	SIGABRT = 6,
	SIGBUS = 7,
	SIGFPE = 8,
	SIGKILL = 9,
	SIGSEGV = 11,
	SIGPIPE = 13,
	SIGALRM = 14,
	SIGTERM = 15,
	SIGCHLD = 17,
	SIGCONT = 18,
	SIGSTOP = 19,
	SIGTSTP = 20,
	SIGTTIN = 21,
	SIGTTOU = 22,
	SIGURG = 23,
	SIGWINCH = 28,
	SIGNALS = 64,
};

enum signal_action {
	SIGNAL_TERMINATE,
	SIGNAL_IGNORE,
	SIGNAL_STOP,
};

/* What a signal does to a process that says nothing about it. */
enum signal_action signal_default(int signal);
/* "SIGSEGV", or "signal". */
const char *signal_name(int signal);
