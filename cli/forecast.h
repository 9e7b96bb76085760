/*
 * What a dump would cost, told without one: `caulk dump --dry-run`.
 */
#ifndef CAULK_FORECAST_H
#define CAULK_FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#include "libcaulk/target.h"

struct forecast {
    double pause_seconds;
    uint64_t file_bytes, file_room;     /* 0, UINT64_MAX: not known */
    uint64_t lost_block_bytes;          /* what each lost or possible block adds; 0: nothing */
    uint64_t memory_bytes, memory_room; /* UINT64_MAX: not known */
    uint64_t resident_bytes;
    char *folder; /* NULL: named only when the dump is made, or out of reach */
};

/* target: pid, task and inner_pid are enough; where it is not tracked, file_bytes is not known.
 * detail: as target_request() takes it. The caller finishes it. */
void forecast_make(const struct target *target, uint64_t detail, struct forecast *ret_forecast);
void forecast_finish(struct forecast *forecast);

/* Prints it for a process that a dump could be asked of. */
void forecast_print(const struct target *target, uint64_t detail, bool as_json);

#endif
