/*
 * The console: the first serial port (16550, COM1), 115200 baud.
 */
#pragma once

#include "kernel/types.h"

void console_init(void);
/* Sends bytes as they are; waits until the port takes each. */
void console_write(const char *bytes, size_t len);
/* Lets received bytes interrupt. */
void console_enable_input(void);
/* The serial interrupt: hands each received byte to the terminal. */
void console_interrupt(void);
