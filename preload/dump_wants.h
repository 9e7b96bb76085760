/*
 * Dumps that were asked for and not begun yet: a small table without a lock. Many dump signals are
 * one dump; each request of `caulk dump` is one of its own. Async-signal-safe.
 */
#ifndef CAULK_DUMP_WANTS_H
#define CAULK_DUMP_WANTS_H

#include <stdbool.h>
#include <stdint.h>

enum { WANTED_COOKIES_MAX = 16 };

/* All zero: nothing is wanted. */
struct dump_wants {
    _Atomic bool by_signal;
    _Atomic uint64_t cookies[WANTED_COOKIES_MAX]; /* 0: free */
};

/* cookie 0 for the dump signal. False where the table is full: the request is dropped, and whoever
 * asked sees no answer. */
bool dump_wants_add(struct dump_wants *wants, uint64_t cookie);

/* The next one, requests with a cookie first; a dump that is made for one of them also serves the
 * dump signal, unless a detail was asked for. False when there is none. */
bool dump_wants_take(struct dump_wants *wants, uint64_t *ret_cookie);

bool dump_wants_any(const struct dump_wants *wants);

#endif
