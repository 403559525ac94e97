/* Linked for fixed addresses. */
#include "linked.h"
