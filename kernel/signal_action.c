/*
 * What is done about each signal: by default, and as programs ask.
 *
 * Owns: the table of defaults, and each process's table of actions: two
 * objects, since one of the heap has at most 2000 bytes; neither exists before
 * it has something to say.
 */
#include "kernel/signal.h"

#include "kernel/errno.h"
#include "kernel/process.h"
#include "kernel/string.h"
#include "mm/heap.h"

enum {
	HALF = SIGNALS / 2,
};

#define SIGNAL(number, name, effect) [number] = {#name, SIGNAL_##effect},
static const struct {
	const char *name;
	enum signal_effect effect; /* by default */
} signals[SIGNALS + 1] = {
#include "kernel/signal.def"
};
#undef SIGNAL

const char *
signal_name(int signal)
{
	return signals[signal].name ? signals[signal].name : "signal";
}

struct signal_action
signal_get_action(const struct process *p, int signal)
{
	const struct signal_action *half = p->actions[(signal - 1) / HALF];

	return half ? half[(signal - 1) % HALF] : (struct signal_action){0};
}

int
signal_set_action(struct process *p, int signal,
		  const struct signal_action *action)
{
	struct signal_action **half = &p->actions[(signal - 1) / HALF];

	if (!*half && action->handler == SIG_DFL && !action->flags)
		return 0;
	if (!*half)
		*half = heap_alloc(HALF * sizeof(**half));
	if (!*half)
		return -ENOMEM;
	(*half)[(signal - 1) % HALF] = *action;
	return 0;
}

int
signal_fork_actions(struct process *child, const struct process *p)
{
	const size_t size = HALF * sizeof(struct signal_action);

	for (size_t i = 0; i < COUNT(p->actions); i++) {
		if (!p->actions[i])
			continue;
		child->actions[i] = heap_copy(p->actions[i], size);
		if (!child->actions[i])
			return -ENOMEM;
	}
	return 0;
}

void
signal_free_actions(struct process *p)
{
	heap_free(p->actions[0]);
	heap_free(p->actions[1]);
}

void
signal_reset_handlers(struct process *p)
{
	for (size_t i = 0; i < COUNT(p->actions); i++) {
		struct signal_action *a = p->actions[i];

		for (; a && a < p->actions[i] + HALF; a++)
			*a = (struct signal_action){
				.handler = a->handler == SIG_IGN ? SIG_IGN
								 : SIG_DFL,
			};
	}
}

/* Process 1 is not ended or stopped by what it does not catch. */
enum signal_effect
signal_effect(const struct process *p, int signal)
{
	vaddr_t handler = signal_get_action(p, signal).handler;

	if (handler > SIG_IGN)
		return SIGNAL_CATCH;
	if (handler == SIG_IGN || p->pid == 1)
		return SIGNAL_IGNORE;
	return signals[signal].effect;
}
