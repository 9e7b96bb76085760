/* Signals as people write them. */
#ifndef CAULK_SIGNAL_NAMES_H
#define CAULK_SIGNAL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* A name with or without SIG, RTMIN+N, RTMAX-N, a number, or "none", which is 0. False for what is
 * no signal, cannot be caught, or belongs to the C library. */
bool signal_from_name(const char *name, int *ret_number);

/* The number's name without SIG ("USR1", "RTMIN+3", "none"); returns its length. */
size_t signal_to_name(int number, char *ret_name, size_t capacity);

#endif
