/*
 * Waiting for a dump where the tracker's answer may not be read (kernel.yama.ptrace_scope): by
 * watching for the file that the process's options say it will write.
 */
#ifndef CAULK_DUMP_WATCH_H
#define CAULK_DUMP_WATCH_H

#include <limits.h>
#include <stdbool.h>

#include "libcaulk/target.h"

/* Asks a TARGET_SILENT process for a dump of that detail (target_request) and waits until the file
 * is there. ret_path is as this process can open it. */
bool dump_watch(const struct target *target, uint64_t detail, char ret_path[PATH_MAX],
                struct error *err);

#endif
