/* See preload/deep.h. The references of all modules that lead to the allocator below are changed:
 * there are no others than those of such libraries, and of what was loaded along with them. */
#include "preload/deep.h"

#include <malloc.h>
#include <stdlib.h>

#include "preload/allocator.h"
#include "preload/relink.h"
#include "preload/tracker.h"

#define ALLOCATOR_FUNCTIONS(X)                                                                     \
    X(malloc)                                                                                      \
    X(calloc)                                                                                      \
    X(realloc)                                                                                     \
    X(reallocarray)                                                                                \
    X(free)                                                                                        \
    X(memalign)                                                                                    \
    X(aligned_alloc)                                                                               \
    X(posix_memalign)                                                                              \
    X(valloc)                                                                                      \
    X(pvalloc)

void deep_relink(void)
{
    if (!tracker_on())
        return;
    const struct allocator *below = allocator_below();
#define ORIGINAL(name) void *original_##name = (void *)below->name;
    ALLOCATOR_FUNCTIONS(ORIGINAL)
#undef ORIGINAL
    const struct relink_row rows[] = {
#define ROW(name) {#name, (void *)name, &original_##name},
        ALLOCATOR_FUNCTIONS(ROW)
#undef ROW
    };
    relink_modules(rows, sizeof(rows) / sizeof(rows[0]), below->module_start);
}
