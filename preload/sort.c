/* See sort.h. The records sorted here are few words long, so they are swapped word by word. */
#include "preload/sort.h"

#include <stdint.h>

struct heap {
    uint64_t *words;
    size_t record_words;
    int (*compare)(const void *a, const void *b);
};

static uint64_t *record(const struct heap *heap, size_t index)
{
    return heap->words + index * heap->record_words;
}

static void swap(const struct heap *heap, size_t i, size_t j)
{
    uint64_t *a = record(heap, i), *b = record(heap, j);
    for (size_t k = 0; k < heap->record_words; k++) {
        uint64_t word = a[k];
        a[k] = b[k];
        b[k] = word;
    }
}

static void sift_down(const struct heap *heap, size_t root, size_t count)
{
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            return;
        if (child + 1 < count && heap->compare(record(heap, child), record(heap, child + 1)) < 0)
            child++;
        if (heap->compare(record(heap, root), record(heap, child)) >= 0)
            return;
        swap(heap, root, child);
        root = child;
    }
}

void sort_records(void *items, size_t count, size_t bytes,
                  int (*compare)(const void *a, const void *b))
{
    struct heap heap = {items, bytes / sizeof(uint64_t), compare};
    for (size_t i = count / 2; i-- > 0;)
        sift_down(&heap, i, count);
    for (size_t end = count; end-- > 1;) {
        swap(&heap, 0, end);
        sift_down(&heap, 0, end);
    }
}
