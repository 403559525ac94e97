/*
 * What an open file is ready for, as poll(2) says it.
 */
#pragma once

enum {
	POLLIN = 0x001,
	POLLPRI = 0x002,
	POLLOUT = 0x004,
	POLLERR = 0x008,
	POLLHUP = 0x010,
	POLLNVAL = 0x020, /* not an open file */

	POLLIN_ANY = POLLIN | 0x040,   /* with POLLRDNORM */
	POLLOUT_ANY = POLLOUT | 0x100, /* with POLLWRNORM */
};
