#include "preload/page_array.h"

#include <string.h>

#include "preload/pages.h"

void *page_array_grow(void *items, size_t *capacity, size_t item_bytes, size_t least)
{
    size_t more = 2 * *capacity > least ? 2 * *capacity : least;
    void *grown = pages_map(more * item_bytes);
    if (!grown)
        return NULL;
    if (items)
        memcpy(grown, items, *capacity * item_bytes);
    pages_unmap(items, *capacity * item_bytes);
    *capacity = more;
    return grown;
}
