/*
 * The table of signals.
 */
#include "kernel/signal.h"

static const struct {
	const char *name;
	enum signal_action action;
} signals[SIGNALS + 1] = {
	[SIGHUP] = {"SIGHUP", SIGNAL_TERMINATE},
	[SIGINT] = {"SIGINT", SIGNAL_TERMINATE},
	[SIGQUIT] = {"SIGQUIT", SIGNAL_TERMINATE},
	[SIGILL] = {"SIGILL", SIGNAL_TERMINATE},
	[SIGTRAP] = {"SIGTRAP", SIGNAL_TERMINATE},
	[SIGABRT] = {"SIGABRT", SIGNAL_TERMINATE},
	[SIGBUS] = {"SIGBUS", SIGNAL_TERMINATE},
	[SIGFPE] = {"SIGFPE", SIGNAL_TERMINATE},
	[SIGKILL] = {"SIGKILL", SIGNAL_TERMINATE},
	[SIGSEGV] = {"SIGSEGV", SIGNAL_TERMINATE},
	[SIGPIPE] = {"SIGPIPE", SIGNAL_TERMINATE},
	[SIGALRM] = {"SIGALRM", SIGNAL_TERMINATE},
	[SIGTERM] = {"SIGTERM", SIGNAL_TERMINATE},
	[SIGCHLD] = {"SIGCHLD", SIGNAL_IGNORE},
	[SIGCONT] = {"SIGCONT", SIGNAL_IGNORE},
	[SIGSTOP] = {"SIGSTOP", SIGNAL_STOP},
	[SIGTSTP] = {"SIGTSTP", SIGNAL_STOP},
	[SIGTTIN] = {"SIGTTIN", SIGNAL_STOP},
	[SIGTTOU] = {"SIGTTOU", SIGNAL_STOP},
	[SIGURG] = {"SIGURG", SIGNAL_IGNORE},
	[SIGWINCH] = {"SIGWINCH", SIGNAL_IGNORE},
};

enum signal_action
signal_default(int signal)
{
	return signals[signal].action;
}

const char *
signal_name(int signal)
{
	return signals[signal].name ? signals[signal].name : "signal";
}
