/* See preload/brought.h. A function counts as the allocator's where it lies in the allocator's
 * module: what libstdc++ or the program itself defines is left alone. */
#include "preload/brought.h"

#include <dlfcn.h>

#include "preload/allocator.h"
#include "preload/tracker.h"

static void find_originals(const struct relink_row *rows, size_t count)
{
    const struct allocator *below = allocator_below();
    for (size_t i = 0; i < count; i++) {
        void *found = *rows[i].original ? NULL : dlsym(RTLD_NEXT, rows[i].name);
        if ((uintptr_t)found >= below->module_start && (uintptr_t)found < below->module_end)
            *rows[i].original = found;
    }
}

/* What an allocator calls of its own is not ours; the program's code beside it is like any other.
 */
static void relink(const struct relink_row *rows, size_t count)
{
    const struct allocator *below = allocator_below();
    find_originals(rows, count);
    relink_modules(rows, count, below->is_alone ? below->module_start : RELINK_NO_EXCEPTION);
}

void brought_relink(void)
{
    if (!tracker_on() || allocator_below()->is_glibc)
        return;
    relink(jemalloc_rows, jemalloc_row_count);
    relink(operator_rows, operator_row_count);
}
