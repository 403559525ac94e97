/* Processes, files and descriptors. POSIX */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

#define _SC_ARG_MAX	     0
#define _SC_CLK_TCK	     2
#define _SC_OPEN_MAX	     4
#define _SC_PAGESIZE	     30
#define _SC_PAGE_SIZE	     _SC_PAGESIZE
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
#define _SC_PHYS_PAGES	     85
#define _SC_AVPHYS_PAGES     86

extern char **environ;
extern char *optarg;
extern int optind, opterr, optopt;

/* files */
int access(const char *path, int mode);
int chdir(const char *path);
int chown(const char *path, uid_t owner, gid_t group);
int close(int fd);
int dup(int fd);
int dup2(int fd, int to);
int dup3(int fd, int to, int flags);
int fchdir(int fd);
int fsync(int fd);
int ftruncate(int fd, off_t length);
char *getcwd(char *s, size_t size);
int isatty(int fd);
int link(const char *from, const char *to);
off_t lseek(int fd, off_t offset, int whence);
int pipe(int fds[2]);
int pipe2(int fds[2], int flags);
ssize_t pread(int fd, void *data, size_t n, off_t offset);
ssize_t pwrite(int fd, const void *data, size_t n, off_t offset);
ssize_t read(int fd, void *data, size_t n);
ssize_t readlink(const char *restrict path, char *restrict s, size_t size);
int rmdir(const char *path);
int symlink(const char *to, const char *path);
void sync(void);
int truncate(const char *path, off_t length);
int unlink(const char *path);
int unlinkat(int dir, const char *path, int flags);
ssize_t write(int fd, const void *data, size_t n);

/* processes */
unsigned alarm(unsigned seconds);
int execl(const char *path, const char *arg, ...);
int execle(const char *path, const char *arg, ...);
int execlp(const char *file, const char *arg, ...);
int execv(const char *path, char *const argv[]);
int execve(const char *path, char *const argv[], char *const envp[]);
int execvp(const char *file, char *const argv[]);
int execvpe(const char *file, char *const argv[], char *const envp[]);
_Noreturn void _exit(int status);
pid_t fork(void);
gid_t getegid(void);
uid_t geteuid(void);
gid_t getgid(void);
pid_t getpgid(pid_t pid);
pid_t getpgrp(void);
pid_t getpid(void);
pid_t getppid(void);
pid_t getsid(pid_t pid);
pid_t gettid(void);
uid_t getuid(void);
int pause(void);
int setgid(gid_t group);
int setpgid(pid_t pid, pid_t group);
pid_t setsid(void);
int setuid(uid_t user);
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t group);
pid_t vfork(void) __attribute__((returns_twice));

/* memory and the rest */
int brk(void *end);
void *sbrk(intptr_t delta);
int gethostname(char *name, size_t size);
int getopt(int argc, char *const argv[], const char *options);
int getpagesize(void);
unsigned sleep(unsigned seconds);
long syscall(long number, ...);
long sysconf(int name);
int usleep(unsigned microseconds);
