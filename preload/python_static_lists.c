/* See python_static_lists.h. */
#include "preload/python_static_lists.h"

#include "preload/peek.h"
#include "preload/python_freed.h"

#define LINE_WORDS 4u
#define EVER_USED_LEAST 4u /* the interpreter's start alone uses more */
#define ALIKE_LEAST 2u     /* what was freed is soon used anew, but not all of it */

struct finding {
    const struct python_search *search;
    struct ranges *ranges;
    bool failed;
};

/* Before it there is no pointer, as there is inside of other arrays. */
static bool begins(const uint64_t *array)
{
    return (uint32_t)array[-1] <= PYTHON_FREED_MAX && array[-1] >> 32 <= PYTHON_FREED_MAX;
}

/* One that somebody has, in a live block. */
static bool is_object(const struct python_search *search, uintptr_t address)
{
    struct {
        uint64_t references, type;
    } object;
    struct python_type type;
    struct heap_place place;
    return heap_blocks_find(search->heap, address, &place) &&
           peek(search->maps, address, &object, sizeof(object)) && object.references > 0 &&
           python_type_read(search->python, search->maps, object.type, &type) &&
           place.offset == type.offset;
}

static bool is_array(const struct python_search *search, enum python_freed kind,
                     const uint64_t *entry, uint32_t ever_used)
{
    uint32_t alike = 0, objects = 0;
    for (uint32_t i = 0; i < ever_used; i++) {
        alike += python_freed_kind(search, kind, entry[i]);
        objects += is_object(search, entry[i]);
    }
    return alike >= ALIKE_LEAST && objects < ever_used;
}

static uint32_t count_freed(const struct python_search *search, enum python_freed kind,
                            const uint64_t *entry, uint32_t ever_used)
{
    uint32_t count = 0;
    while (count < ever_used && python_freed(search, kind, entry[count]))
        count++;
    return count;
}

/* The padding is zero, so that the largest number that can be one is it. */
static uint32_t find_number(const uint64_t *array, uint32_t limit)
{
    uint32_t number = 0;
    for (unsigned i = 1; i <= LINE_WORDS; i++) {
        uint32_t half[] = {(uint32_t)array[-(int)i], (uint32_t)(array[-(int)i] >> 32)};
        for (unsigned k = 0; k < 2; k++)
            if (half[k] <= limit && half[k] > number)
                number = half[k];
    }
    return number;
}

static void consider(struct finding *finding, const uint64_t *array)
{
    uint32_t ever_used = python_freed_ever(array);
    if (!begins(array) || ever_used < EVER_USED_LEAST)
        return;
    for (enum python_freed kind = PYTHON_FREED_LISTS; kind <= PYTHON_FREED_KEYS; kind++) {
        if (!is_array(finding->search, kind, array, ever_used))
            continue;
        uint32_t freed = count_freed(finding->search, kind, array, ever_used);
        finding->failed |= !python_freed_stale(finding->search, kind, array,
                                               find_number(array, freed), false, finding->ranges);
    }
}

static void visit(void *context, const uint64_t *words, size_t count)
{
    size_t first = LINE_WORDS - (uintptr_t)words / sizeof(*words) % LINE_WORDS;
    for (size_t i = first; i + PYTHON_FREED_MAX <= count; i += LINE_WORDS)
        if (i >= LINE_WORDS)
            consider(context, &words[i]);
}

bool python_static_lists_stale(const struct python *python, const struct maps *maps,
                               const struct heap_blocks *heap, struct ranges *ranges)
{
    struct finding finding = {.ranges = ranges};
    const struct python_search search = {python, maps, heap, visit, &finding};
    finding.search = &search;
    if (python->minor == 0) /* later ones say which they are */
        python_search_variables(&search);
    return !finding.failed;
}
