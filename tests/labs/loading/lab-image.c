/*
 * A dynamic program at a fixed address.
 */
#include "lab-image.h"
