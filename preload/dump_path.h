/* Where a dump goes: the option `dump` with its % sequences filled in. No heap; any place. */
#ifndef CAULK_DUMP_PATH_H
#define CAULK_DUMP_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct dump_path_facts {
    pid_t pid;
    uint32_t sequence;
    const char *program; /* the path it was started by; %e is the last part */
    uint64_t time_ns;
};

/* False when it does not fit. An unknown sequence stays as it is written. */
bool dump_path_expand(const char *template, const struct dump_path_facts *facts, char *ret_path,
                      size_t capacity);

bool dump_path_is_numbered(const char *template); /* has it %n? */

#endif
