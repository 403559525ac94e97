/*
 * How the programs of this lab end when all went as C says: not as a program
 * ends by accident.
 */
#pragma once

enum { WELL = 42 };
