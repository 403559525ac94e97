/*
 * Waiting for several descriptors.
 */
#include <poll.h>
#include <sys/select.h>

#include "libc.h"

int
poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
	return call_sleep(SYS_poll, fds, count, milliseconds);
}

/* The kernel puts down how much time was left: in a copy. */
int
ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
      const sigset_t *mask)
{
	struct timespec left;

	if (timeout)
		left = *timeout;
	return call_sleep(SYS_ppoll, fds, count, timeout ? &left : NULL, mask,
			  sizeof(*mask));
}

int
select(int count, fd_set *restrict readable, fd_set *restrict writable,
       fd_set *restrict failed, struct timeval *restrict timeout)
{
	return call_sleep(SYS_select, count, readable, writable, failed,
			  timeout);
}

int
pselect(int count, fd_set *restrict readable, fd_set *restrict writable,
	fd_set *restrict failed, const struct timespec *restrict timeout,
	const sigset_t *restrict mask)
{
	struct {
		const sigset_t *mask;
		size_t size;
	} sixth = {mask, sizeof(*mask)};
	struct timespec left;

	if (timeout)
		left = *timeout;
	return call_sleep(SYS_pselect6, count, readable, writable, failed,
			  timeout ? &left : NULL, &sixth);
}
