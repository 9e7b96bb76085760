/*
 * Ranges that lie one in another or apart, as symbols do: records that begin with two addresses, a
 * start and an end, in ascending order of start, at one start the largest first.
 */
#ifndef CAULK_NESTED_H
#define CAULK_NESTED_H

#include <stddef.h>
#include <stdint.h>

/* The innermost that covers the address; NULL where there is none, or only behind 64 others that
 * start in between. */
const void *nested_find(const void *records, size_t count, size_t record_bytes, uintptr_t address);

#endif
