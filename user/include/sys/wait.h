/* How children end. POSIX; the status is Linux's. */
#pragma once

#include <signal.h>
#include <sys/types.h>

#define WNOHANG	   1
#define WUNTRACED  2
#define WSTOPPED   WUNTRACED
#define WEXITED	   4
#define WCONTINUED 8
#define WNOWAIT	   0x1000000

#define WEXITSTATUS(status)  (((status) >> 8) & 0xff)
#define WTERMSIG(status)     ((status)&0x7f)
#define WSTOPSIG(status)     WEXITSTATUS(status)
#define WCOREDUMP(status)    ((status)&0x80)
#define WIFEXITED(status)    (WTERMSIG(status) == 0)
#define WIFSIGNALED(status)  (WTERMSIG(status) != 0 && WTERMSIG(status) != 0x7f)
#define WIFSTOPPED(status)   (((status)&0xff) == 0x7f)
#define WIFCONTINUED(status) ((status) == 0xffff)

typedef enum { P_ALL, P_PID, P_PGID } idtype_t;

struct rusage;

pid_t wait(int *status);
pid_t wait3(int *status, int options, struct rusage *usage);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
int waitid(idtype_t type, id_t id, siginfo_t *info, int options);
pid_t waitpid(pid_t pid, int *status, int options);
