/* Nobody is asked where nothing is counted as std::shared_ptr does it: a list has millions of
 * pointers. */
#include "cli/cycle_pointers.h"

#include "cli/fatal.h"
#include "cli/words.h"

static enum smart_pointer judge(const void *context, uint32_t block, uint64_t offset)
{
    return words_smart_pointer(context, block, offset);
}

static bool has_counted(const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->type_count; i++)
        if (dump->types[i].kind == TYPE_CXX_COUNTED)
            return true;
    return false;
}

void cycle_pointers(const struct opened *opened, uint32_t cycle, uint64_t limit,
                    struct cycle_edge **ret_edges, uint64_t *ret_count, uint64_t *ret_total)
{
    const struct smart_judge by_names = {judge, opened};
    const struct smart_judge *judge_of = has_counted(opened->dump) ? &by_names : NULL;
    struct error err;
    if (!cycle_edges(&opened->analysis->cycles, &opened->analysis->heap, cycle, limit, judge_of,
                     ret_edges, ret_count, ret_total, &err))
        fatal_error(&err);
}

struct references *cycle_references(const struct opened *opened, const struct cycle *cycle)
{
    const struct smart_judge by_names = {judge, opened};
    const struct smart_judge *judge_of = has_counted(opened->dump) ? &by_names : NULL;
    struct references *references;
    if (!references_of_cycle(&opened->analysis->heap, &opened->analysis->cycles, cycle, judge_of,
                             &references))
        fatal(opened->dump->path, "out of memory for the references");
    return references;
}
