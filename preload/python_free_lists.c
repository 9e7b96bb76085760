/* See python_free_lists.h. */
#include "preload/python_free_lists.h"

#include <string.h>

#include "preload/peek.h"
#include "preload/python_keys.h"
#include "preload/python_search.h"

#define WORD sizeof(uint64_t)
#define ENTRIES 80u        /* PyList_MAXFREELIST, PyDict_MAXFREELIST */
#define EVER_USED_LEAST 2u /* the interpreter's start alone uses more */
#define ALIGNMENT 16u      /* of objects */

enum { LISTS, DICTIONARIES, KEYS, ARRAYS };

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

static bool is_freed_object(const struct python_search *search, uintptr_t address, const char *name)
{
    struct {
        uint64_t references, type;
    } object;
    struct python_type type;
    return peek(search->maps, address, &object, sizeof(object)) && object.references == 0 &&
           python_type_read(search->python, search->maps, object.type, &type) &&
           type.length == strlen(name) && memcmp(type.name, name, type.length) == 0;
}

static bool is_freed_keys(const struct python_search *search, uintptr_t address)
{
    struct python_keys keys;
    return python_keys_read(search->python, search->maps, address, &keys) && keys.may_be_freed;
}

static bool is_freed(const struct python_search *search, unsigned array, uintptr_t address)
{
    if (address % ALIGNMENT != 0)
        return false;
    return array == KEYS ? is_freed_keys(search, address)
                         : is_freed_object(search, address, array == LISTS ? "list" : "dict");
}

static uint32_t entries_used(const struct layout *layout, const uint64_t *words, unsigned array)
{
    return (uint32_t)(words[layout->array[array].number] >> layout->array[array].shift);
}

/* What is in use are freed objects, what was in use looks like pointers, all behind it is zero. */
static bool is_free_list(const struct python_search *search, unsigned array, const uint64_t *entry,
                         uint32_t used)
{
    uint32_t i = 0;
    for (; i < used; i++)
        if (!is_freed(search, array, entry[i]))
            return false;
    while (i < ENTRIES && entry[i] != 0 && entry[i] % ALIGNMENT == 0)
        i++;
    if (i < EVER_USED_LEAST)
        return false;
    while (i < ENTRIES && entry[i] == 0)
        i++;
    return i == ENTRIES;
}

/* Their numbers first: few words are as small as they must be. */
static bool are_free_lists(const struct finding *finding, const uint64_t *words)
{
    const struct layout *layout = finding->layout;
    for (unsigned array = 0; array < ARRAYS; array++)
        if (entries_used(layout, words, array) > ENTRIES)
            return false;
    for (unsigned array = 0; array < ARRAYS; array++)
        if (!is_free_list(finding->search, array, &words[layout->array[array].first],
                          entries_used(layout, words, array)))
            return false;
    return true;
}

static void add(struct finding *finding, uintptr_t start, uintptr_t end)
{
    finding->failed |= !ranges_add(finding->ranges, start, end);
}

/* Whatever follows the header. */
static void add_contents(struct finding *finding, uintptr_t keys)
{
    struct heap_place place;
    if (heap_blocks_find(finding->search->heap, keys + WORD, &place) && place.offset == WORD)
        add(finding, keys + PYTHON_KEYS_HEADER_LEAST, keys + place.bytes);
}

static void add_stale(struct finding *finding, const uint64_t *words)
{
    const struct layout *layout = finding->layout;
    for (unsigned array = 0; array < ARRAYS; array++) {
        const uint64_t *entry = &words[layout->array[array].first];
        uint32_t used = entries_used(layout, words, array);
        add(finding, (uintptr_t)&entry[used], (uintptr_t)&entry[ENTRIES]);
        for (uint32_t i = 0; array == KEYS && i < used; i++)
            add_contents(finding, entry[i]);
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
