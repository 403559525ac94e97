/* The two numbers in a dev_t, as Linux packs them. */
#pragma once

#define major(d) ((unsigned)(((d) >> 8 & 0xfff) | ((d) >> 32 & 0xfffff000)))
#define minor(d) ((unsigned)(((d)&0xff) | ((d) >> 12 & 0xffffff00)))
#define makedev(a, b)                                                   \
	(((a)&0xfffUL) << 8 | ((a)&0xfffff000UL) << 32 | ((b)&0xffUL) | \
	 ((b)&0xffffff00UL) << 12)
