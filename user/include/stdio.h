/* Streams and formatted text. ISO C 7.21, POSIX */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#define EOF	     (-1)
#define BUFSIZ	     1024
#define FILENAME_MAX 4096
#define FOPEN_MAX    1000
#define L_tmpnam     20

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

typedef struct stream FILE;
typedef off_t fpos_t;

extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;
#define stdin  stdin
#define stdout stdout
#define stderr stderr

/* renameat2 */
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE	 2

#define __PRINTF(text, rest) __attribute__((format(printf, text, rest)))
#define __SCANF(text, rest)  __attribute__((format(scanf, text, rest)))

void clearerr(FILE *f);
int fclose(FILE *f);
FILE *fdopen(int fd, const char *mode);
int feof(FILE *f);
int ferror(FILE *f);
int fflush(FILE *f);
int fgetc(FILE *f);
int fgetpos(FILE *f, fpos_t *pos);
char *fgets(char *s, int size, FILE *f);
int fileno(FILE *f);
FILE *fopen(const char *path, const char *mode);
int fputc(int c, FILE *f);
int fputs(const char *s, FILE *f);
size_t fread(void *data, size_t size, size_t count, FILE *f);
FILE *freopen(const char *path, const char *mode, FILE *f);
int fseek(FILE *f, long offset, int whence);
int fseeko(FILE *f, off_t offset, int whence);
int fsetpos(FILE *f, const fpos_t *pos);
long ftell(FILE *f);
off_t ftello(FILE *f);
size_t fwrite(const void *data, size_t size, size_t count, FILE *f);
int getc(FILE *f);
int getchar(void);
ssize_t getdelim(char **line, size_t *size, int delimiter, FILE *f);
ssize_t getline(char **line, size_t *size, FILE *f);
void perror(const char *message);
int putc(int c, FILE *f);
int putchar(int c);
int puts(const char *s);
int pclose(FILE *f);
FILE *popen(const char *command, const char *mode);
int remove(const char *path);
int rename(const char *from, const char *to);
int renameat(int from_dir, const char *from, int to_dir, const char *to);
int renameat2(int from_dir, const char *from, int to_dir, const char *to,
	      unsigned flags);
void rewind(FILE *f);
void setbuf(FILE *f, char *buffer);
void setlinebuf(FILE *f);
int setvbuf(FILE *f, char *buffer, int mode, size_t size);
FILE *tmpfile(void);
int ungetc(int c, FILE *f);

#define getc_unlocked(f)    getc(f)
#define getchar_unlocked()  getchar()
#define putc_unlocked(c, f) putc(c, f)
#define putchar_unlocked(c) putchar(c)

int asprintf(char **s, const char *format, ...) __PRINTF(2, 3);
int dprintf(int fd, const char *format, ...) __PRINTF(2, 3);
int fprintf(FILE *f, const char *format, ...) __PRINTF(2, 3);
int printf(const char *format, ...) __PRINTF(1, 2);
int snprintf(char *s, size_t size, const char *format, ...) __PRINTF(3, 4);
int sprintf(char *s, const char *format, ...) __PRINTF(2, 3);
int vasprintf(char **s, const char *format, va_list args) __PRINTF(2, 0);
int vdprintf(int fd, const char *format, va_list args) __PRINTF(2, 0);
int vfprintf(FILE *f, const char *format, va_list args) __PRINTF(2, 0);
int vprintf(const char *format, va_list args) __PRINTF(1, 0);
int vsnprintf(char *s, size_t size, const char *format, va_list args)
	__PRINTF(3, 0);
int vsprintf(char *s, const char *format, va_list args) __PRINTF(2, 0);

int fscanf(FILE *f, const char *format, ...) __SCANF(2, 3);
int scanf(const char *format, ...) __SCANF(1, 2);
int sscanf(const char *s, const char *format, ...) __SCANF(2, 3);
int vfscanf(FILE *f, const char *format, va_list args) __SCANF(2, 0);
int vscanf(const char *format, va_list args) __SCANF(1, 0);
int vsscanf(const char *s, const char *format, va_list args) __SCANF(2, 0);
