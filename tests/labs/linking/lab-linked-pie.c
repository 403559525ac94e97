/* Linked for any address. */
#include "linked.h"
