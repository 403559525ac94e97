/* Processes, files and descriptors. POSIX */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define SEEK_SET  0
#define SEEK_CUR  1
#define SEEK_END  2
#define SEEK_DATA 3
#define SEEK_HOLE 4

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

#define _SC_ARG_MAX	     0
#define _SC_CHILD_MAX	     1
#define _SC_CLK_TCK	     2
#define _SC_OPEN_MAX	     4
#define _SC_PAGESIZE	     30
#define _SC_PAGE_SIZE	     _SC_PAGESIZE
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
#define _SC_PHYS_PAGES	     85
#define _SC_AVPHYS_PAGES     86

#define _PC_LINK_MAX 0
#define _PC_NAME_MAX 3
#define _PC_PATH_MAX 4
#define _PC_PIPE_BUF 5

extern char **environ;
extern char *optarg;
extern int optind, opterr, optopt;

/* files */
int access(const char *path, int mode);
int faccessat(int dir, const char *path, int mode, int flags);
int chdir(const char *path);
int chown(const char *path, uid_t owner, gid_t group);
int close(int fd);
ssize_t copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset,
			size_t n, unsigned flags);
int dup(int fd);
int dup2(int fd, int to);
int dup3(int fd, int to, int flags);
int fchdir(int fd);
int fchown(int fd, uid_t owner, gid_t group);
int fchownat(int dir, const char *path, uid_t owner, gid_t group, int flags);
int fdatasync(int fd);
int fsync(int fd);
int ftruncate(int fd, off_t length);
char *getcwd(char *s, size_t size);
long fpathconf(int fd, int name);
long pathconf(const char *path, int name);
int isatty(int fd);
int lchown(const char *path, uid_t owner, gid_t group);
int link(const char *from, const char *to);
int linkat(int from_dir, const char *from, int to_dir, const char *to,
	   int flags);
off_t lseek(int fd, off_t offset, int whence);
int pipe(int fds[2]);
int pipe2(int fds[2], int flags);
ssize_t pread(int fd, void *data, size_t n, off_t offset);
ssize_t pwrite(int fd, const void *data, size_t n, off_t offset);
ssize_t read(int fd, void *data, size_t n);
ssize_t readlink(const char *restrict path, char *restrict s, size_t size);
ssize_t readlinkat(int dir, const char *restrict path, char *restrict s,
		   size_t size);
int rmdir(const char *path);
int symlink(const char *to, const char *path);
int symlinkat(const char *to, int dir, const char *path);
void sync(void);
int syncfs(int fd);
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
int fexecve(int fd, char *const argv[], char *const envp[]);
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
int nice(int increment);
int pause(void);
int setgid(gid_t group);
int setpgrp(void);
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
