/*
 * The status block that `caulk ps` and `caulk dump` read from outside
 * (libcaulk/status_format.h): written here only. Async-signal-safe.
 */
#ifndef CAULK_STATUS_H
#define CAULK_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/status_format.h"

/* In the constructor, and in a forked child as soon as it notices. */
void status_start(uint64_t start_ns, const char *dump, bool only_lost);

/* Where the number of stack frames is, once there are tables. */
void status_stack_frames(const void *count);

void status_python(bool loaded);

void status_tracking_off(const char *reason);
void status_dumping(bool dumping);

/* Whose the dump signal is, at each change. */
void status_dump_signal(int number, bool taken);

struct status_answer {
    uint64_t cookie;
    enum status_result result;
    uint32_t error; /* errno, or 0 */
    uint32_t sequence;
    const char *path, *reason;
};
void status_answer(const struct status_answer *answer);

/* One more array of counters; false when there is no room. */
bool status_add_counters(const void *counters, size_t count);

#endif
