/* Nobody is asked where no block has a type, nor about a list of millions. */
#include "cli/cycle_pointers.h"

#include "cli/fatal.h"
#include "cli/words.h"

static enum smart_pointer judge(const void *context, uint32_t block, uint64_t offset)
{
    return words_smart_pointer(context, block, offset);
}

#define JUDGED_MEMBERS_MAX 100000

static bool has_types(const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->type_count; i++)
        if (!dump_type_is_python(dump->types[i].kind))
            return true;
    return dump->block_label != NULL;
}

/* NULL where nothing is known. */
static const struct smart_judge *judge_of(const struct smart_judge *by_names,
                                          const struct cycle *cycle)
{
    const struct opened *opened = by_names->context;
    return cycle->member_count <= JUDGED_MEMBERS_MAX && has_types(opened->dump) ? by_names : NULL;
}

void cycle_pointers(const struct opened *opened, uint32_t cycle, uint64_t limit,
                    struct cycle_edge **ret_edges, uint64_t *ret_count, uint64_t *ret_total)
{
    const struct smart_judge by_names = {judge, opened};
    const struct cycles *cycles = &opened->analysis->cycles;
    struct error err;
    if (!cycle_edges(cycles, &opened->analysis->heap, cycle, limit,
                     judge_of(&by_names, &cycles->cycle[cycle]), ret_edges, ret_count, ret_total,
                     &err))
        fatal_error(&err);
}

struct references *cycle_references(const struct opened *opened, const struct cycle *cycle)
{
    const struct smart_judge by_names = {judge, opened};
    struct references *references;
    if (!references_of_cycle(&opened->analysis->heap, &opened->analysis->cycles, cycle,
                             judge_of(&by_names, cycle), &references))
        fatal(opened->dump->path, "out of memory for the references");
    return references;
}
