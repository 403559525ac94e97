/* An older name. */
#pragma once

#include <sys/statfs.h>
