/*
 * Stands in for kernel/current.h: on the host a test says who runs.
 */
#pragma once

struct process;
struct thread;

struct thread *thread_current(void);
struct process *process_current(void);
