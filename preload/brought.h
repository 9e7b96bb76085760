/* Functions that only some allocators bring beside malloc's family: see preload/relink.h. */
#ifndef CAULK_BROUGHT_H
#define CAULK_BROUGHT_H

#include "preload/relink.h"

/* Where the program brings such an allocator: leads the loaded modules' references to the tracker.
 * In the constructor, and after modules were loaded. */
void brought_relink(void);

extern const struct relink_row jemalloc_rows[], operator_rows[];
extern const size_t jemalloc_row_count, operator_row_count;

#endif
