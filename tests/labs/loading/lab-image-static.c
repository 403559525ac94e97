/*
 * A program without an interpreter.
 */
#include "lab-image.h"
