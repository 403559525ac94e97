/*
 * The devices that have names, in /dev, and the links beside them.
 */
#pragma once

#include "kernel/types.h"

/* Makes /dev if there is none, and the devices in it, in place of files of the
 * same names. => 0, -ENOMEM, -ENOTDIR if /dev is a file */
int device_init(void) MUST_CHECK;
