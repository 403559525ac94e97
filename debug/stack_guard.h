/*
 * The stack protector: functions with arrays keep a secret word below their
 * return address and look whether it is still there.
 */
#pragma once

/* Chooses the word. => the caller does not return, or is not protected */
void stack_guard_init(void);
