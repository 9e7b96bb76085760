/* Asking the tracker in a process for a dump, and waiting for it. */
#ifndef CAULK_DUMP_ASK_H
#define CAULK_DUMP_ASK_H

#include <limits.h>
#include <stdbool.h>

#include "libcaulk/target.h"

/* What --detail=full|lost means, as target_request() takes it; options_fail() for anything else. */
uint64_t dump_ask_detail(const char *command, const char *detail);

/* The process, if it can be asked; one that has just started is waited for a little. */
bool dump_ask_inspect(pid_t pid, struct target *ret_target, struct error *err);

/* Returns when the dump is whole, under a path that this process can open, or with the reason why
 * there is none. */
bool dump_ask(pid_t pid, uint64_t detail, struct target *ret_target, char ret_path[PATH_MAX],
              struct error *err);

#endif
