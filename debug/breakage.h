/*
 * Things that an audit must find, broken one at a time (make INJECT=1).
 */
#pragma once

#include "kernel/types.h"

/* Breaks thing n, audits, repairs it. => the number of defects found; each has
 * been printed; -ENOENT: there are not so many things */
long breakage_audit(uint64_t n);
