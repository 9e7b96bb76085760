/* Two walks over all that names a string: in the first each becomes an offset in the pool, which
 * may still move, in the second a pointer into it. */
#include <stdlib.h>
#include <string.h>

#include "libcaulk/checksum.h"
#include "libcaulk/dump_merge_parts.h"
#include "libcaulk/id_table.h"

struct pool {
    char *bytes;
    uint64_t size, room;
    struct id_table known; /* by hash; where two differ, the next one is tried */
    uint32_t *offset_of;
    uint32_t offset_room;
};

typedef bool visit_string(struct pool *pool, const char **string);

static bool visit_records(struct dump *dump, visit_string *visit, struct pool *pool)
{
    bool done = true;
    for (uint32_t i = 0; done && i < dump->module_count; i++)
        done = visit(pool, &dump->modules[i].path) && visit(pool, &dump->modules[i].build_id);
    for (uint32_t i = 0; done && i < dump->symbol_count; i++)
        done = visit(pool, &dump->symbols[i].name) && visit(pool, &dump->symbols[i].file);
    for (uint32_t i = 0; done && i < dump->code_count; i++)
        done = visit(pool, &dump->codes[i].name) && visit(pool, &dump->codes[i].file);
    for (uint32_t i = 0; done && i < dump->sum_count; i++)
        done = visit(pool, &dump->sums[i].label);
    for (uint32_t i = 0; done && i < dump->merged.process_count; i++)
        done = visit(pool, &dump->merged.process[i].host) &&
               visit(pool, &dump->merged.process[i].program);
    return done;
}

static bool visit_all(struct dump *dump, visit_string *visit, struct pool *pool)
{
    struct process *process = &dump->process;
    return visit(pool, &process->program) && visit(pool, &process->started_as) &&
           visit(pool, &process->host) && visit(pool, &process->options) &&
           visit(pool, &process->allocator) && visit_records(dump, visit, pool);
}

static bool append(struct pool *pool, const char *text, size_t bytes, uint32_t *ret_offset)
{
    if (bytes > UINT32_MAX - pool->size)
        return false;
    if (pool->size + bytes > pool->room) {
        uint64_t room = 2 * (pool->size + bytes);
        char *larger = realloc(pool->bytes, room);
        if (!larger)
            return false;
        pool->bytes = larger;
        pool->room = room;
    }
    memcpy(pool->bytes + pool->size, text, bytes);
    *ret_offset = (uint32_t)pool->size;
    pool->size += bytes;
    return true;
}

static bool make_offset_room(struct pool *pool, uint32_t number)
{
    if (number < pool->offset_room)
        return true;
    uint32_t room = 2 * number + 64;
    void *larger = reallocarray(pool->offset_of, room, sizeof(*pool->offset_of));
    if (!larger)
        return false;
    pool->offset_of = larger;
    pool->offset_room = room;
    return true;
}

static bool find_offset(struct pool *pool, const char *text, uint32_t *ret_offset)
{
    size_t bytes = strlen(text) + 1;
    for (uint64_t key = checksum(text, bytes);; key++) {
        uint32_t known = pool->known.count, number;
        if (!id_table_add(&pool->known, key, &number) || !make_offset_room(pool, number))
            return false;
        if (number == known)
            return append(pool, text, bytes, &pool->offset_of[number]) &&
                   (*ret_offset = pool->offset_of[number], true);
        if (strcmp(pool->bytes + pool->offset_of[number], text) == 0) {
            *ret_offset = pool->offset_of[number];
            return true;
        }
    }
}

static bool to_offset(struct pool *pool, const char **string)
{
    uint32_t offset;
    if (!*string)
        return true;
    if (!find_offset(pool, *string, &offset))
        return false;
    *string = (const char *)(uintptr_t)(offset + UINT64_C(1));
    return true;
}

static bool to_pointer(struct pool *pool, const char **string)
{
    if (*string)
        *string = pool->bytes + ((uintptr_t)*string - 1);
    return true;
}

/* Strings of one pool are ordered by where they lie, as the file has it. */
static int compare_sums(const void *left, const void *right)
{
    const struct block_sum *a = left, *b = right;
    if (a->stack != b->stack)
        return a->stack < b->stack ? -1 : 1;
    if (a->label != b->label)
        return (uintptr_t)a->label < (uintptr_t)b->label ? -1 : 1;
    return (a->what > b->what) - (a->what < b->what);
}

static int compare_processes(const void *left, const void *right)
{
    const struct merged_process *a = left, *b = right;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    if (a->pid != b->pid)
        return a->pid < b->pid ? -1 : 1;
    return ((uintptr_t)a->host > (uintptr_t)b->host) - ((uintptr_t)a->host < (uintptr_t)b->host);
}

static void order_by_strings(struct dump *dump)
{
    if (dump->sum_count)
        qsort(dump->sums, dump->sum_count, sizeof(*dump->sums), compare_sums);
    qsort(dump->merged.process, dump->merged.process_count, sizeof(*dump->merged.process),
          compare_processes);
}

bool merge_own_strings(struct dump *dump)
{
    struct pool pool = {0};
    uint32_t empty;
    bool done = find_offset(&pool, "", &empty) && visit_all(dump, to_offset, &pool);
    if (done) {
        visit_all(dump, to_pointer, &pool);
        free(dump->strings);
        dump->strings = pool.bytes;
        dump->strings_bytes = pool.size;
        order_by_strings(dump);
    } else {
        free(pool.bytes);
    }
    free(pool.offset_of);
    id_table_finish(&pool.known);
    return done;
}
