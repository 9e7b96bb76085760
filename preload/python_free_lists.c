/* See python_free_lists.h. */
#include "preload/python_free_lists.h"

#include "preload/python_freed.h"

#define EVER_USED_LEAST 2u /* the interpreter's start alone uses more */

/* In this order. */
enum { ARRAYS = PYTHON_FREED_KEYS + 1 };

/* Where the arrays and the numbers of their entries in use lie from the first array on. */
struct layout {
    struct {
        size_t first, number, shift; /* words; bits in the word */
    } array[ARRAYS];
    size_t words;
};
static const struct layout usual = {{{0, 80, 0}, {81, 161, 0}, {162, 242, 0}}, 243};
static const struct layout of_3_12 = {{{0, 80, 0}, {83, 243, 0}, {163, 243, 32}}, 244};

struct finding {
    const struct python_search *search;
    const struct layout *layout;
    struct ranges *ranges;
    bool failed;
};

static uint32_t entries_used(const struct layout *layout, const uint64_t *words, unsigned array)
{
    return (uint32_t)(words[layout->array[array].number] >> layout->array[array].shift);
}

/* What is in use are freed objects, what was in use looks like pointers, all behind it is zero. */
static bool is_free_list(const struct python_search *search, unsigned array, const uint64_t *entry,
                         uint32_t used)
{
    for (uint32_t i = 0; i < used; i++)
        if (!python_freed(search, array, entry[i]))
            return false;
    uint32_t ever_used = python_freed_ever(entry);
    return ever_used >= EVER_USED_LEAST && ever_used >= used;
}

/* Their numbers first: few words are as small as they must be. */
static bool are_free_lists(const struct finding *finding, const uint64_t *words)
{
    const struct layout *layout = finding->layout;
    for (unsigned array = 0; array < ARRAYS; array++)
        if (entries_used(layout, words, array) > PYTHON_FREED_MAX)
            return false;
    for (unsigned array = 0; array < ARRAYS; array++)
        if (!is_free_list(finding->search, array, &words[layout->array[array].first],
                          entries_used(layout, words, array)))
            return false;
    return true;
}

static void add_stale(struct finding *finding, const uint64_t *words)
{
    const struct layout *layout = finding->layout;
    for (unsigned array = 0; array < ARRAYS; array++) {
        const uint64_t *entry = &words[layout->array[array].first];
        finding->failed |=
            !python_freed_stale(finding->search, array, entry, entries_used(layout, words, array),
                                true, finding->ranges);
    }
}

static void visit(void *context, const uint64_t *words, size_t count)
{
    struct finding *finding = context;
    for (size_t i = 0; i + finding->layout->words <= count; i++)
        if (are_free_lists(finding, &words[i]))
            add_stale(finding, &words[i]);
}

bool python_free_lists_stale(const struct python *python, const struct maps *maps,
                             const struct heap_blocks *heap, struct ranges *ranges)
{
    struct finding finding = {.layout = python->minor == 12 ? &of_3_12 : &usual, .ranges = ranges};
    const struct python_search search = {python, maps, heap, visit, &finding};
    finding.search = &search;
    python_search_run(&search);
    return !finding.failed;
}
