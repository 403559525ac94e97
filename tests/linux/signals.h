/* What the cases about signals share. */
#pragma once

#include "case.h"

static volatile sig_atomic_t caught, times;

static inline void catch (int signal)
{
	caught = signal;
	times++;
}

static inline void
on(int signal, void (*handler)(int), int flags)
{
	struct sigaction act = {.sa_handler = handler, .sa_flags = flags};

	need(sigaction(signal, &act, NULL));
}

static inline sigset_t
set_of(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	return set;
}
