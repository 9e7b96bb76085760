/* See python_search.h. */
#include "preload/python_search.h"

#include <elf.h>

#include "preload/fault_guard.h"

#define WORD sizeof(uint64_t)
#define STATE_BYTES_LEAST 200u /* a thread's; an interpreter's is larger */
#define STATE_BYTES_MAX (1u << 20)

struct visit {
    const struct python_search *search;
    uintptr_t start;
    size_t count;
};

static void run_visit(void *argument)
{
    const struct visit *visit = argument;
    visit->search->visit(visit->search->context, (const uint64_t *)visit->start, visit->count);
}

static bool visit_range(const struct python_search *search, uintptr_t start, size_t bytes)
{
    struct visit visit = {search, start, bytes / WORD};
    return start % WORD == 0 && maps_readable(search->maps, start, start + bytes) &&
           fault_guard_run(run_visit, &visit);
}

void python_search_variables(const struct python_search *search)
{
    const struct loaded_module *module = search->python->module;
    for (uint32_t i = 0; module && i < module->segment_count; i++) {
        const struct module_segment *segment = &module->segments[i];
        uintptr_t start = segment->start + -segment->start % WORD;
        if (segment->flags & PF_W)
            visit_range(search, start, segment->end - start);
    }
}

bool python_search_block(const struct python_search *search, uintptr_t address)
{
    struct heap_place place;
    /* asked for a word inside, because only then is the block's size looked up */
    if (address % WORD != 0 || !heap_blocks_find(search->heap, address + WORD, &place) ||
        place.offset != WORD || place.bytes < STATE_BYTES_LEAST)
        return false;
    return visit_range(search, address,
                       place.bytes < STATE_BYTES_MAX ? place.bytes : STATE_BYTES_MAX);
}

static void visit_blocks(void *context, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] != 0)
            python_search_block(context, words[i]);
}

void python_search_run(const struct python_search *search)
{
    const struct python *python = search->python;
    struct python_search blocks = *search;
    if (python->type_type == 0 || python->runtime == 0 ||
        !visit_range(search, python->runtime, python->runtime_bytes))
        return;
    blocks.visit = visit_blocks;
    blocks.context = (void *)search;
    visit_range(&blocks, python->runtime, python->runtime_bytes);
}
