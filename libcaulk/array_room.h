/*
 * Arrays that grow by one entry at a time, without a field for their room: that is the power of two
 * at or above their count. So all of an array's entries must have come through here.
 */
#ifndef CAULK_ARRAY_ROOM_H
#define CAULK_ARRAY_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* The array (NULL while count is 0), moved where there is no room for an entry after count others.
 * NULL where memory ran out; the array is as it was then. Release with free(). */
static inline void *array_room(void *array, size_t count, size_t entry_bytes)
{
    /* Twice of what lies in memory already is no number that overflows. */
    bool is_full = (count & (count - 1)) == 0;
    return is_full ? realloc(array, (count ? 2 * count : 1) * entry_bytes) : array;
}

#endif
