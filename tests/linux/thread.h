/* What the cases about threads share. */
#pragma once

#include <pthread.h>

#include "case.h"

static inline pthread_t
begin(void *(*run)(void *), void *argument)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, run, argument);

	errno = error;
	need(error ? -1 : 0);
	return thread;
}

static inline void *
finish_thread(pthread_t thread)
{
	void *result;
	int error = pthread_join(thread, &result);

	errno = error;
	need(error ? -1 : 0);
	return result;
}
