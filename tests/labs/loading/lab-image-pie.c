/*
 * A dynamic program that may be put anywhere.
 */
#include "lab-image.h"
