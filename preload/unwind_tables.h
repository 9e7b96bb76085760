/*
 * Which module's unwind tables describe an address. Where glibc has _dl_find_object (2.35 and
 * later) it is asked: it is lock-free and safe in signal handlers. Before that, a snapshot of
 * dl_iterate_phdr serves, which unwind_tables_refresh() renews.
 */
#ifndef CAULK_UNWIND_TABLES_H
#define CAULK_UNWIND_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/cfi.h"

/* Looks for _dl_find_object. Not in signal handlers: dlsym may allocate and takes the loader's
 * lock. */
void unwind_tables_init(void);

/* After dlopen and dlclose, outside signal handlers; takes the loader's lock where the snapshot is
 * in use and does nothing else. */
void unwind_tables_refresh(void);

/* False where no loaded module with tables holds the address. Runs anywhere, lock-free. */
bool unwind_tables_find(uintptr_t address, struct cfi_tables *ret_tables);

#endif
