/* The dump's child: the process that writes the file, while the program has long gone on. */
#ifndef CAULK_DUMP_CHILD_H
#define CAULK_DUMP_CHILD_H

#include <stdint.h>

#include "preload/block_regions.h"
#include "preload/output_file.h"
#include "preload/snapshot.h"

/* In memory shared between the program and the dump's child. */
struct dump_outcome {
    _Atomic uint64_t pause_ns; /* written by the program once everyone is awake: the child waits */
    _Atomic uint32_t result;   /* enum status_result, written by the child last */
    int error;                 /* errno, or 0 */
    uint32_t sequence;
    uint32_t tick;
    char path[OUTPUT_FILE_PATH_BYTES];
    /* While it may be there: whoever buries the child removes it. */
    char temporary[OUTPUT_FILE_PATH_BYTES];
    char reason[256];
    struct block_regions_empty empty_regions; /* of the program's block table, at the fork */
};

/* template: the option's, or a path for caulk_dump(). Never returns. */
_Noreturn void dump_child_run(const struct snapshot *snapshot, const char *template,
                              struct dump_outcome *outcome);

#endif
