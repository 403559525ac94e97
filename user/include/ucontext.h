/* See sys/ucontext.h. */
#pragma once

#include <sys/ucontext.h>
