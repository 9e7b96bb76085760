/*
 * What a loaded module exports: the names in its dynamic symbol table, which is in memory even
 * where the file is stripped, or gone. For the dump's child: trusts nothing that it reads, and
 * survives what can't be read.
 */
#ifndef CAULK_EXPORTS_H
#define CAULK_EXPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/modules.h"

enum export_kind { EXPORT_FUNCTION, EXPORT_VARIABLE };

struct exported {
    uintptr_t start, end; /* first, as preload/nested.h has them */
    const char *name;     /* in the module's memory */
    uint32_t name_length;
    uint32_t rank; /* of several names for one range, the better has the higher */
};

struct exports {
    /* By start; at one start the largest first, of equal ranges the best last. */
    struct exported *items;
    size_t count, capacity;
};

/* Those that cover something; none where there are none, or they can't be read. False: no memory.
 */
bool exports_read(const struct loaded_module *module, enum export_kind kind,
                  struct exports *ret_exports);
void exports_finish(struct exports *exports);

/* The innermost that covers the address, or NULL. */
const struct exported *exports_find(const struct exports *exports, uintptr_t address);

#endif
