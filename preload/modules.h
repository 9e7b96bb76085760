/*
 * The modules that are loaded or were: path, build id, segments, and when. A module that was
 * dlclosed keeps its record, because stacks of live blocks still name its code.
 *
 * The registry is brought up to date by whoever loads or unloads: modules_refresh() after the
 * constructor's work, after dlopen, before and after dlclose. What the C library loads by
 * itself (name services, character sets) is noticed at the next refresh or by the dump's child.
 */
#ifndef CAULK_MODULES_H
#define CAULK_MODULES_H

#include <stdint.h>

struct module_segment {
    uintptr_t start, end;
    uint32_t flags; /* PF_R, PF_W, PF_X */
};

struct loaded_module {
    uintptr_t start, end;   /* lowest address of its segments, one past the highest */
    uintptr_t bias;         /* run-time address minus the file's virtual address */
    uint32_t loaded_tick;   /* loaded after it; 0 at the program's start */
    uint32_t unloaded_tick; /* 0 while loaded */
    uint32_t flags;         /* DUMP_MODULE_… */
    uint32_t seen;          /* private: the last walk that met it */
    const char *path;       /* absolute; of the executable: as the loader has it, mostly empty */
    const char *build_id;   /* lower-case hex, or empty */
    const struct module_segment *segments;
    uint32_t segment_count;
};

/* In the running program. Cheap where nothing was loaded or unloaded since the last time. Takes the
 * loader's lock, which is also the registry's: call it outside signal handlers, where dlopen could
 * be called. Without memory a module stays unrecorded. */
void modules_refresh(uint32_t tick);

/* In the dump's child: walks the loader's list without its lock, whose holder may not exist here,
 * and trusts nothing in it. */
void modules_refresh_in_child(uint32_t tick);

/* Records in the order of discovery, numbered from 0: NULL past the end. */
const struct loaded_module *modules_get(uint32_t number);

#endif
