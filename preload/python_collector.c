/* See python_collector.h. */
#include "preload/python_collector.h"

#include <assert.h>
#include <string.h>

#include "preload/peek.h"
#include "preload/python_search.h"

#define WORD sizeof(uint64_t)

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

struct finding {
    const struct maps *maps;
    struct dump_python *state;
};

/* The word at `at` points to where the first generation would be. */
static void consider(const struct finding *finding, uintptr_t at)
{
    struct collector state;
    uintptr_t start = at - POINTER_OFFSET, heads = start + HEADS_OFFSET;
    if (!peek(finding->maps, start, &state, sizeof(state)) ||
        !looks_right(finding->maps, heads, &state))
        return;
    *finding->state = (struct dump_python){
        .collector = state.enabled ? DUMP_COLLECTOR_ON : DUMP_COLLECTOR_OFF,
        .heads = heads,
        .heads_bytes = offsetof(struct collector, statistics) - HEADS_OFFSET,
        .garbage = count_garbage(finding->maps, state.garbage),
    };
}

static void visit(void *context, const uint64_t *words, size_t count)
{
    const struct finding *finding = context;
    for (size_t i = 0; i < count && finding->state->heads == 0; i++)
        if (words[i] == (uintptr_t)&words[i] - POINTER_OFFSET + HEADS_OFFSET)
            consider(finding, (uintptr_t)&words[i]);
}

void python_collector_find(const struct python *python, const struct maps *maps,
                           const struct heap_blocks *heap, struct dump_python *ret_state)
{
    struct finding finding = {maps, ret_state};
    const struct python_search search = {python, maps, heap, visit, &finding};
    memset(ret_state, 0, sizeof(*ret_state));
    python_search_run(&search);
}
