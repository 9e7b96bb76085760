/*
 * See python_stacks.h. A thread's state has three words in a row, in 3.11 to 3.13: the chunk that
 * is in use, its top, its end. They are known by what they are to each other and to the chunk's own
 * head. Thread states are in a list, whose first member _PyRuntime points to.
 */
#include "preload/python_stacks.h"

#include "preload/pagemap.h"
#include "preload/peek.h"
#include "preload/python_search.h"

#define CHUNK_BYTES_MAX (1u << 30)
#define THREADS_MAX 65536u

/* struct _PyStackChunk */
struct chunk {
    uint64_t previous, bytes, top;
};

/* struct _ts */
enum { THREAD_NEXT = 1 };

struct finding {
    const struct maps *maps;
    struct ranges *ranges;
    bool found; /* in what was visited last */
    bool failed;
    uintptr_t next; /* thread, as the state visited last has it */
};

static bool is_stack(const struct maps *maps, uintptr_t start, uintptr_t top, uintptr_t end)
{
    struct chunk chunk;
    return start % PAGE_BYTES == 0 && end - start <= CHUNK_BYTES_MAX && top % 8 == 0 &&
           top >= start + sizeof(chunk) && top <= end && peek(maps, start, &chunk, sizeof(chunk)) &&
           chunk.bytes == end - start;
}

static void visit(void *context, const uint64_t *words, size_t count)
{
    struct finding *finding = context;
    finding->found = false;
    finding->next = words[THREAD_NEXT];
    for (size_t i = 0; i + 2 < count; i++) {
        if (words[i] == 0 || !is_stack(finding->maps, words[i], words[i + 1], words[i + 2]))
            continue;
        finding->found = true;
        finding->failed |= !ranges_add(finding->ranges, words[i + 1], words[i + 2]);
    }
}

/* A thread's state that _PyRuntime points to leads to those after it. */
static void visit_threads(void *context, const uint64_t *words, size_t count)
{
    const struct python_search *search = context;
    struct finding *finding = search->context;
    visit(finding, words, count);
    for (unsigned i = 0; finding->found && finding->next && i < THREADS_MAX; i++)
        if (!python_search_block(search, finding->next))
            return;
}

bool python_stacks_unused(const struct python *python, const struct maps *maps,
                          const struct heap_blocks *heap, struct ranges *ranges)
{
    struct finding finding = {.maps = maps, .ranges = ranges};
    struct python_search threads = {python, maps, heap, visit, &finding};
    const struct python_search search = {python, maps, heap, visit_threads, &threads};
    python_search_run(&search);
    return !finding.failed;
}
