/* See python_collector.h. */
#include "preload/python_collector.h"

#include <assert.h>
#include <string.h>

#include "preload/peek.h"

#define WORD sizeof(uint64_t)
#define CHUNK_WORDS 512u
#define INTERPRETER_BYTES_LEAST 1024u
#define INTERPRETER_BYTES_MAX (1u << 20)

struct list_head {
    uint64_t next, previous;
    int32_t threshold, count;
};

/* struct _gc_runtime_state, but for its first pointer. */
struct collector {
    int32_t nesting, enabled, debug, unused;
    struct list_head generations[3];
    uint64_t first_generation; /* points to the first of them */
    struct list_head permanent;
    uint64_t statistics[9];
    uint32_t collecting, also_unused;
    uint64_t garbage; /* a list, or 0 */
};
static_assert(offsetof(struct collector, first_generation) == 88, "collector layout");
#define HEADS_OFFSET offsetof(struct collector, generations)
#define POINTER_OFFSET offsetof(struct collector, first_generation)

/* Where gc.garbage keeps its number of objects: PyVarObject.ob_size. */
#define SIZE_OFFSET 16u
#define GARBAGE_MAX (1ul << 32)

struct search {
    const struct maps *maps;
    const struct heap_blocks *heap;
    struct dump_python *state;
    bool deep; /* look into blocks that are pointed to as well */
};

/* Lists lead back to their heads: the first object's back link, whose lowest bits are flags. */
static bool is_list(const struct maps *maps, uintptr_t head, const struct list_head *list)
{
    uint64_t back;
    return peek_word(maps, list->next + WORD, &back) && (back & ~3ul) == head;
}

/* While a generation is collected, its back links count references: not all need be lists. */
static bool looks_right(const struct maps *maps, uintptr_t heads, const struct collector *state)
{
    unsigned lists = 0;
    for (unsigned i = 0; i < 3; i++)
        lists += is_list(maps, heads + i * sizeof(struct list_head), &state->generations[i]);
    return lists > 0 && (state->enabled == 0 || state->enabled == 1);
}

static uint64_t count_garbage(const struct maps *maps, uintptr_t list)
{
    uint64_t count = 0;
    if (list == 0 || !peek_word(maps, list + SIZE_OFFSET, &count) || count > GARBAGE_MAX)
        return 0;
    return count;
}

/* The word at `at` points to where the first generation would be. */
static void consider(const struct search *search, uintptr_t at)
{
    struct collector state;
    uintptr_t start = at - POINTER_OFFSET, heads = start + HEADS_OFFSET;
    if (!peek(search->maps, start, &state, sizeof(state)) ||
        !looks_right(search->maps, heads, &state))
        return;
    search->state->collector = state.enabled ? DUMP_COLLECTOR_ON : DUMP_COLLECTOR_OFF;
    search->state->heads = heads;
    search->state->heads_bytes = offsetof(struct collector, statistics) - HEADS_OFFSET;
    search->state->garbage = count_garbage(search->maps, state.garbage);
}

static void search_range(const struct search *search, uintptr_t start, size_t bytes);

static void search_block(const struct search *search, uintptr_t address)
{
    struct heap_place place;
    struct search within = *search;
    within.deep = false;
    /* asked for a word inside, because only then is the block's size looked up */
    if (address % WORD == 0 && heap_blocks_find(search->heap, address + WORD, &place) &&
        place.offset == WORD && place.bytes >= INTERPRETER_BYTES_LEAST)
        search_range(&within, address,
                     place.bytes < INTERPRETER_BYTES_MAX ? place.bytes : INTERPRETER_BYTES_MAX);
}

static void search_words(const struct search *search, uintptr_t at, const uint64_t *words,
                         size_t count)
{
    for (size_t i = 0; i < count && search->state->heads == 0; i++, at += WORD) {
        if (words[i] == at - POINTER_OFFSET + HEADS_OFFSET)
            consider(search, at);
        else if (search->deep && words[i] != 0)
            search_block(search, words[i]);
    }
}

static void search_range(const struct search *search, uintptr_t start, size_t bytes)
{
    uint64_t words[CHUNK_WORDS];
    for (size_t done = 0; done < bytes && search->state->heads == 0;) {
        size_t count = (bytes - done) / WORD;
        count = count < CHUNK_WORDS ? count : CHUNK_WORDS;
        if (count == 0 || !peek(search->maps, start + done, words, count * WORD))
            return;
        search_words(search, start + done, words, count);
        done += count * WORD;
    }
}

void python_collector_find(const struct python *python, const struct maps *maps,
                           const struct heap_blocks *heap, struct dump_python *ret_state)
{
    struct search search = {.maps = maps, .heap = heap, .state = ret_state};
    memset(ret_state, 0, sizeof(*ret_state));
    if (python->type_type == 0 || python->runtime % WORD != 0)
        return;
    search_range(&search, python->runtime, python->runtime_bytes);
    search.deep = true;
    search_range(&search, python->runtime, python->runtime_bytes);
}
