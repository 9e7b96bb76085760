/*
 * What the steps of writing a dump share: one struct in the dump's child, filled from top to bottom
 * by snapshot_write(). It lies in pages of its own and ends with the process.
 */
#ifndef CAULK_DUMP_JOB_H
#define CAULK_DUMP_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/dump_stacks.h"
#include "preload/dump_strings.h"
#include "preload/dump_writer.h"
#include "preload/fontconfig.h"
#include "preload/gobject.h"
#include "preload/heap_blocks.h"
#include "preload/maps.h"
#include "preload/memory_split.h"
#include "preload/modules.h"
#include "preload/pagemap.h"
#include "preload/python.h"
#include "preload/ranges.h"
#include "preload/scan.h"
#include "preload/snapshot.h"
#include "preload/talloc.h"

struct ranked_bits;

struct dump_job {
    const struct snapshot *snapshot;
    uint32_t flags; /* DUMP_PROCESS_… */
    struct maps maps;
    struct pagemap pagemap;
    struct ranges tracker;   /* memory of the tracker's own */
    struct ranges allocator; /* of the allocator's: blocks and what lies between them */
    struct ranges pointing;  /* words of globals that point to blocks */
    struct ranges claimed;   /* whatever else no mapping's root may cover */
    struct ranges stale;     /* words that are known to be no pointers any more */
    const struct loaded_module **modules; /* as numbered in the dump */
    uint32_t module_count;
    struct heap_blocks heap;
    const struct ranked_bits *summed; /* blocks that are only summed; NULL: none is */
    struct memory_split split;
    struct dump_stacks stacks;
    struct dump_strings strings;
    struct python python;
    struct gobject gobject;
    struct talloc talloc;
    struct fontconfig fontconfig;
    struct scan scan;
    struct dump_writer writer;
};

#endif
