/*
 * What dumps' children cost. The kernel adds it to what the program learns of its own children's
 * costs (getrusage, times) when they are reaped; the hooks take it off again (hooks_usage.c). The
 * largest child's size is not a sum, and stays.
 */
#ifndef CAULK_CHILD_USAGE_H
#define CAULK_CHILD_USAGE_H

#include <stdbool.h>
#include <sys/resource.h>

bool child_usage_start(void);

/* Async-signal-safe. One caller at a time. A forked child begins at nothing, as the kernel's sum.
 */
void child_usage_add(const struct rusage *child);

/* Takes the sum off what the kernel says of all children. */
void child_usage_take_off(struct rusage *usage);

#endif
