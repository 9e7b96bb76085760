/*
 * Letting the n-th allocation fail. For a test linked with ALLOCATION_WRAP of the Makefile, which
 * routes the calls in our own objects through here, and under a sanitizer too.
 */
#ifndef CAULK_TESTS_ALLOCATION_H
#define CAULK_TESTS_ALLOCATION_H

#include <stdbool.h>

/* The n-th call from now on returns NULL, once; 0: none. */
void allocation_fail_at(unsigned n);

/* Whether it has come to that since. */
bool allocation_has_failed(void);

#endif
