#include "preload/nested.h"

#define NESTING_MAX 64u

enum { START, END };

static const uintptr_t *record_at(const void *records, size_t record_bytes, size_t number)
{
    return (const uintptr_t *)((const char *)records + number * record_bytes);
}

const void *nested_find(const void *records, size_t count, size_t record_bytes, uintptr_t address)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (record_at(records, record_bytes, middle)[START] <= address)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i-- > 0 && low - i <= NESTING_MAX;)
        if (record_at(records, record_bytes, i)[END] > address)
            return record_at(records, record_bytes, i);
    return NULL;
}
