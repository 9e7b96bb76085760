/*
 * `caulk dump --dry-run`: what a dump would cost, told without one.
 */
#ifndef CAULK_FORECAST_H
#define CAULK_FORECAST_H

#include <stdbool.h>

#include "libcaulk/target.h"

/* Prints it for a process that a dump could be asked of. only_lost: of one whose reachable blocks
 * are summed. */
void forecast_print(const struct target *target, bool only_lost, bool as_json);

#endif
