/*
 * What error and signal numbers mean, in words.
 *
 * The texts of a list lie one after the other in one constant, each after its
 * number: an array of pointers would need a relocation for each text, and its
 * page would be private to every process.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libc.h"

static const char errors[] =
	"0 Success\0"
	"1 Operation not permitted\0"
	"2 No such file or directory\0"
	"3 No such process\0"
	"4 Interrupted system call\0"
	"5 Input/output error\0"
	"6 No such device or address\0"
	"7 Argument list too long\0"
	"8 Exec format error\0"
	"9 Bad file descriptor\0"
	"10 No child processes\0"
	"11 Resource temporarily unavailable\0"
	"12 Cannot allocate memory\0"
	"13 Permission denied\0"
	"14 Bad address\0"
	"15 Block device required\0"
	"16 Device or resource busy\0"
	"17 File exists\0"
	"18 Invalid cross-device link\0"
	"19 No such device\0"
	"20 Not a directory\0"
	"21 Is a directory\0"
	"22 Invalid argument\0"
	"23 Too many open files in system\0"
	"24 Too many open files\0"
	"25 Inappropriate ioctl for device\0"
	"26 Text file busy\0"
	"27 File too large\0"
	"28 No space left on device\0"
	"29 Illegal seek\0"
	"30 Read-only file system\0"
	"31 Too many links\0"
	"32 Broken pipe\0"
	"33 Numerical argument out of domain\0"
	"34 Numerical result out of range\0"
	"35 Resource deadlock avoided\0"
	"36 File name too long\0"
	"37 No locks available\0"
	"38 Function not implemented\0"
	"39 Directory not empty\0"
	"40 Too many levels of symbolic links\0"
	"42 No message of desired type\0"
	"61 No data available\0"
	"62 Timer expired\0"
	"67 Link has been severed\0"
	"71 Protocol error\0"
	"74 Bad message\0"
	"75 Value too large for defined data type\0"
	"84 Invalid or incomplete multibyte or wide character\0"
	"87 Too many users\0"
	"88 Socket operation on non-socket\0"
	"89 Destination address required\0"
	"90 Message too long\0"
	"91 Protocol wrong type for socket\0"
	"92 Protocol not available\0"
	"93 Protocol not supported\0"
	"95 Operation not supported\0"
	"97 Address family not supported by protocol\0"
	"98 Address already in use\0"
	"99 Cannot assign requested address\0"
	"100 Network is down\0"
	"101 Network is unreachable\0"
	"103 Software caused connection abort\0"
	"104 Connection reset by peer\0"
	"105 No buffer space available\0"
	"106 Transport endpoint is already connected\0"
	"107 Transport endpoint is not connected\0"
	"110 Connection timed out\0"
	"111 Connection refused\0"
	"113 No route to host\0"
	"114 Operation already in progress\0"
	"115 Operation now in progress\0"
	"116 Stale file handle\0"
	"122 Disk quota exceeded\0"
	"125 Operation canceled\0";

static const char signals[] = "1 Hangup\0"
			      "2 Interrupt\0"
			      "3 Quit\0"
			      "4 Illegal instruction\0"
			      "5 Trace/breakpoint trap\0"
			      "6 Aborted\0"
			      "7 Bus error\0"
			      "8 Floating point exception\0"
			      "9 Killed\0"
			      "10 User defined signal 1\0"
			      "11 Segmentation fault\0"
			      "12 User defined signal 2\0"
			      "13 Broken pipe\0"
			      "14 Alarm clock\0"
			      "15 Terminated\0"
			      "16 Stack fault\0"
			      "17 Child exited\0"
			      "18 Continued\0"
			      "19 Stopped (signal)\0"
			      "20 Stopped\0"
			      "21 Stopped (tty input)\0"
			      "22 Stopped (tty output)\0"
			      "23 Urgent I/O condition\0"
			      "24 CPU time limit exceeded\0"
			      "25 File size limit exceeded\0"
			      "26 Virtual timer expired\0"
			      "27 Profiling timer expired\0"
			      "28 Window changed\0"
			      "29 I/O possible\0"
			      "30 Power failure\0"
			      "31 Bad system call\0";

/* => the text after number in the list, or NULL */
static const char *
find(const char *list, int number)
{
	for (; *list; list += strlen(list) + 1) {
		char *text;

		if (strtol(list, &text, 10) == number)
			return text + 1;
	}
	return NULL;
}

char *
strerror(int error)
{
	static char unknown[32];
	const char *text = find(errors, error);

	if (text)
		return (char *)(uintptr_t)text;
	snprintf(unknown, sizeof(unknown), "Unknown error %d", error);
	return unknown;
}

int
strerror_r(int error, char *s, size_t size)
{
	return strlcpy(s, strerror(error), size) < size ? 0 : ERANGE;
}

char *
strsignal(int signal)
{
	static char unknown[32];
	const char *text = find(signals, signal);

	if (text)
		return (char *)(uintptr_t)text;
	snprintf(unknown, sizeof(unknown), "Unknown signal %d", signal);
	return unknown;
}

/* "message: " and a newline around what, on stderr. */
static void
report(const char *message, const char *what)
{
	if (message && *message)
		fprintf(stderr, "%s: %s\n", message, what);
	else
		fprintf(stderr, "%s\n", what);
}

void
perror(const char *message)
{
	report(message, strerror(errno));
}

void
psignal(int signal, const char *message)
{
	report(message, strsignal(signal));
}
