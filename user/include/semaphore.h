/* Counting semaphores between threads. POSIX */
#pragma once

#include <time.h>

typedef struct {
	_Atomic(int) value;
} sem_t;

int sem_destroy(sem_t *s);
int sem_getvalue(sem_t *restrict s, int *restrict value);
int sem_init(sem_t *s, int shared, unsigned value);
int sem_post(sem_t *s);
int sem_timedwait(sem_t *restrict s, const struct timespec *restrict deadline);
int sem_trywait(sem_t *s);
int sem_wait(sem_t *s);
