/* Arrays that grow, in memory from pages_map(): may run where that may. */
#ifndef CAULK_PAGE_ARRAY_H
#define CAULK_PAGE_ARRAY_H

#include <stddef.h>

/* items: *capacity entries of item_bytes each, or NULL and 0. Returns where they lie with room for
 * twice as many, and for `least`; the rest is zeroed. NULL without memory: all is as it was then.
 */
void *page_array_grow(void *items, size_t *capacity, size_t item_bytes, size_t least);

#endif
