/* A process is one program: a caller's address means the same in all of its dumps. */
#include "libcaulk/diff_rows.h"

#include <stdlib.h>

#include "libcaulk/dump_merge_stacks.h"
#include "libcaulk/id_table.h"

static uint64_t pc_of(const struct diff_rows *rows, uint32_t dump, uint32_t stack)
{
    return rows->merged_code ? rows->merged_code->stack_pc[rows->common[dump][stack]]
                             : rows->dumps[dump]->stack_pc[stack];
}

static bool number_callers_of(struct diff_rows *rows, uint32_t dump, struct id_table *callers)
{
    uint32_t stacks = rows->dumps[dump]->stack_count;
    uint32_t *row = rows->row[dump] = calloc((size_t)stacks + 1, sizeof(*row));
    for (uint32_t s = 1; row && s <= stacks; s++) {
        if (!id_table_add(callers, pc_of(rows, dump, s), &row[s]))
            return false;
        row[s]++;
    }
    return row;
}

static bool number_callers(struct diff_rows *rows)
{
    struct id_table callers = {0};
    bool done = true;
    for (uint32_t d = 0; done && d < rows->dump_count; d++)
        done = number_callers_of(rows, d, &callers);
    rows->count = callers.count + 1;
    id_table_finish(&callers);
    return done;
}

static bool number_stacks(struct diff_rows *rows)
{
    for (uint32_t d = 0; d < rows->dump_count; d++)
        if (!common_stacks_add(&rows->stacks, rows->dumps[d], &rows->common[d]))
            return false;
    rows->count = common_stacks_count(&rows->stacks);
    return true;
}

static bool number_merged_stacks(struct diff_rows *rows)
{
    if (!dump_merge_stacks(rows->dumps, rows->dump_count, &rows->merged_code, rows->common))
        return false;
    rows->count = rows->merged_code->stack_count + 1;
    return true;
}

bool diff_rows_init(struct diff_rows *rows, struct dump *const *dumps, uint32_t dump_count,
                    bool by_caller)
{
    *rows = (struct diff_rows){.dumps = dumps, .dump_count = dump_count};
    rows->common = calloc(dump_count, sizeof(*rows->common));
    rows->row = calloc(dump_count, sizeof(*rows->row));
    if (!rows->common || !rows->row ||
        !(dumps[0]->process.merged ? number_merged_stacks(rows) : number_stacks(rows)))
        return false;
    if (by_caller)
        return number_callers(rows);
    for (uint32_t d = 0; d < dump_count; d++)
        rows->row[d] = rows->common[d];
    return true;
}

void diff_rows_finish(struct diff_rows *rows)
{
    for (uint32_t d = 0; rows->common && rows->row && d < rows->dump_count; d++) {
        if (rows->row[d] != rows->common[d])
            free(rows->row[d]);
        free(rows->common[d]);
    }
    free(rows->row);
    free(rows->common);
    common_stacks_finish(&rows->stacks);
    dump_close(rows->merged_code);
}
