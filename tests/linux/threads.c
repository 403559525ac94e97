/* Threads, as pthreads make them. */
#include <semaphore.h>
#include <sys/mman.h>

#include "thread.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile int count, done;

static void *
twice(void *argument)
{
	return (char *)argument + (uintptr_t)argument;
}

CASE(result_of_a_thread)
{
	show((long)finish_thread(begin(twice, (void *)21)));
}

static void *
add_with_mutex(void *unused)
{
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&mutex);
		count++;
		pthread_mutex_unlock(&mutex);
		if (i % 500 == 0)
			sched_yield();
	}
	return unused;
}

CASE(mutex_excludes)
{
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		threads[i] = begin(add_with_mutex, NULL);
	for (int i = 0; i < 8; i++)
		finish_thread(threads[i]);
	show(count);
}

static void *
ping(void *parity)
{
	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&mutex);
		while (count % 2 != (int)(intptr_t)parity)
			pthread_cond_wait(&changed, &mutex);
		count++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

CASE(condition_variables)
{
	pthread_t even = begin(ping, (void *)0), odd = begin(ping, (void *)1);

	finish_thread(even);
	finish_thread(odd);
	show(count);
}

CASE(timed_wait_for_a_condition)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&mutex);
	show(pthread_cond_timedwait(&changed, &mutex, &until) == ETIMEDOUT);
	pthread_mutex_unlock(&mutex);
}

static sem_t semaphore;

static void *
post_three(void *unused)
{
	for (int i = 0; i < 3; i++) {
		sleep_ms(5);
		sem_post(&semaphore);
	}
	return unused;
}

CASE(semaphores)
{
	pthread_t thread;

	need(sem_init(&semaphore, 0, 0));
	show(sem_trywait(&semaphore));
	thread = begin(post_three, NULL);
	for (int i = 0; i < 3; i++)
		show(sem_wait(&semaphore));
	finish_thread(thread);
}

static __thread int own = 5;
static pthread_key_t key;

static void
destroy(void *value)
{
	count += (int)(intptr_t)value;
}

static void *
use_own(void *value)
{
	own += (int)(intptr_t)value;
	pthread_setspecific(key, value);
	sched_yield();
	return (void *)(intptr_t)(own +
				  (int)(intptr_t)pthread_getspecific(key));
}

CASE(memory_of_ones_own)
{
	pthread_t one, two;

	pthread_key_create(&key, destroy);
	one = begin(use_own, (void *)10);
	two = begin(use_own, (void *)20);
	show((long)finish_thread(one));
	show((long)finish_thread(two));
	show(own);
	show(count);
}

static void *
say_ids(void *leader)
{
	show(getpid() == (pid_t)(intptr_t)leader);
	show(syscall(SYS_gettid) == (pid_t)(intptr_t)leader);
	show(getppid() > 0);
	return NULL;
}

CASE(identities)
{
	finish_thread(begin(say_ids, (void *)(intptr_t)getpid()));
	show(syscall(SYS_gettid) == getpid());
}

static void *
open_file(void *unused)
{
	(void)unused;
	need(chdir("d"));
	umask(077);
	return (void *)(intptr_t)open("../f", O_RDONLY);
}

CASE(files_are_shared)
{
	char c;
	int fd;

	make_file("f", "x");
	need(mkdir("d", 0755));
	fd = (int)(intptr_t)finish_thread(begin(open_file, NULL));
	show(fd);
	show(read(fd, &c, 1));
	show(access("../f", F_OK));
	printf("%o\n", umask(0));
}

static void *
map_memory(void *unused)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	strcpy(p, "of a thread");
	(void)unused;
	return p;
}

CASE(memory_is_shared)
{
	printf("%s\n", (char *)finish_thread(begin(map_memory, NULL)));
}

static void *
wait_for_ever(void *unused)
{
	while (1)
		pause();
	return unused;
}

static void
exit_with_threads(void)
{
	begin(wait_for_ever, NULL);
	begin(wait_for_ever, NULL);
	exit(7);
}

static void *
exit_all(void *unused)
{
	(void)unused;
	exit(8);
}

static void
exit_by_thread(void)
{
	begin(exit_all, NULL);
	wait_for_ever(NULL);
}

static void *
crash(void *unused)
{
	*(volatile char *)bad_pointer = 1;
	return unused;
}

static void
crash_in_thread(void)
{
	begin(wait_for_ever, NULL);
	begin(crash, NULL);
	wait_for_ever(NULL);
}

static void
be_killed(void)
{
	begin(wait_for_ever, NULL);
	begin(wait_for_ever, NULL);
	wait_for_ever(NULL);
}

CASE(end_of_all_threads)
{
	pid_t pid;

	finish(start(exit_with_threads));
	finish(start(exit_by_thread));
	finish(start(crash_in_thread));
	pid = start(be_killed);
	sleep_ms(30);
	kill(pid, SIGKILL);
	finish(pid);
}

static void *
end_late(void *unused)
{
	sleep_ms(40);
	printf("the last thread\n");
	fflush(stdout);
	syscall(SYS_exit, 0); /* musl 1.2.3 hangs if it is to do this */
	return unused;
}

static void
leader_leaves(void)
{
	begin(end_late, NULL);
	pthread_exit(NULL);
}

CASE(process_lives_as_long_as_a_thread)
{
	finish(start(leader_leaves));
}

static void *
exec_something(void *unused)
{
	execl("/proc/self/exe", "threads", "after_exec", NULL);
	return unused;
}

static void
exec_from_thread(void)
{
	begin(wait_for_ever, NULL);
	begin(exec_something, NULL);
	wait_for_ever(NULL);
}

CASE(after_exec)
{
	show(syscall(SYS_gettid) == getpid());
}

CASE(exec_ends_the_other_threads)
{
	pid_t pid = start(exec_from_thread);

	finish(pid);
}

static void *
fork_in_thread(void *unused)
{
	finish(start(exit_with_threads));
	return unused;
}

CASE(fork_in_a_thread)
{
	pthread_t other = begin(wait_for_ever, NULL);

	finish_thread(begin(fork_in_thread, NULL));
	pthread_cancel(other);
	show(finish_thread(other) == PTHREAD_CANCELED);
}

static volatile sig_atomic_t caught_by;

static void
note_thread(int signal)
{
	caught_by = (int)syscall(SYS_gettid);
	(void)signal;
}

static void *
wait_for_signal(void *unused)
{
	while (!done)
		sleep_ms(1);
	return unused;
}

CASE(signal_to_one_thread)
{
	pthread_t thread;

	signal(SIGUSR1, note_thread);
	thread = begin(wait_for_signal, NULL);
	show(pthread_kill(thread, SIGUSR1));
	while (!caught_by)
		sleep_ms(1);
	show(caught_by != getpid());
	done = 1;
	finish_thread(thread);
}

CASE(signal_to_the_process_goes_where_it_is_not_blocked)
{
	pthread_t thread;
	sigset_t set;

	signal(SIGUSR1, note_thread);
	thread = begin(wait_for_signal, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	show(kill(getpid(), SIGUSR1));
	while (!caught_by)
		sleep_ms(1);
	show(caught_by != getpid());
	done = 1;
	finish_thread(thread);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_barrier_t barrier;

static void
initialise(void)
{
	count += 100;
}

static void *
meet(void *unused)
{
	pthread_once(&once, initialise);
	if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
		done++;
	return unused;
}

CASE(once_and_barriers)
{
	pthread_t threads[5];

	pthread_barrier_init(&barrier, NULL, 5);
	for (int i = 0; i < 5; i++)
		threads[i] = begin(meet, NULL);
	for (int i = 0; i < 5; i++)
		finish_thread(threads[i]);
	show(count);
	show(done);
}

CASE(many_threads_one_after_the_other)
{
	long sum = 0;

	for (long i = 0; i < 200; i++)
		sum += (long)finish_thread(begin(twice, (void *)i));
	show(sum);
}
