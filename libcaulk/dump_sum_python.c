/*
 * Python's functions of several dumps as one set, by what is said of them; and the interpreter's
 * loop where the sum has its module.
 */
#include "libcaulk/dump_sum_parts.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/id_table.h"
#include "libcaulk/text_hash.h"

static bool is_same(const struct python_code *a, const struct python_code *b)
{
    return a->first_line == b->first_line && !strcmp(a->name, b->name) && !strcmp(a->file, b->file);
}

/* Keys are hashes: where two differ, the next one is tried. */
static bool intern(struct dump *dump, struct id_table *table, const struct python_code *code,
                   uint32_t *ret_number)
{
    uint64_t key = text_hash(text_hash(TEXT_HASH_START ^ code->first_line, code->name), code->file);
    for (;; key++) {
        uint32_t number;
        if (!id_table_add(table, key, &number))
            return false;
        if (number == dump->code_count)
            dump->codes[dump->code_count++] = *code;
        else if (!is_same(&dump->codes[number], code))
            continue;
        *ret_number = number;
        return true;
    }
}

static bool add_codes(struct dump *dump, struct sum_part *part, struct id_table *table)
{
    part->code = malloc(((size_t)part->dump->code_count + 1) * sizeof(*part->code));
    if (!part->code)
        return false;
    for (uint32_t c = 0; c < part->dump->code_count; c++)
        if (!intern(dump, table, &part->dump->codes[c], &part->code[c]))
            return false;
    return true;
}

static void add_loop(struct dump *dump, struct python_loop loop)
{
    for (uint32_t i = 0; i < dump->loop_count; i++)
        if (dump->loops[i].start == loop.start && dump->loops[i].end == loop.end)
            return;
    dump->loops[dump->loop_count++] = loop;
}

static void add_loops(struct dump *dump, const struct sum_part *part)
{
    for (uint32_t i = 0; i < part->dump->loop_count; i++) {
        struct python_loop loop = part->dump->loops[i];
        const struct module *module =
            dump_find_module(part->dump, loop.start, part->dump->process.tick);
        uint64_t shift = module ? part->shift[module - part->dump->modules] : 0;
        add_loop(dump, (struct python_loop){loop.start + shift, loop.end + shift});
    }
}

bool sum_python(struct sum *sum)
{
    struct id_table table = {0};
    size_t codes = 1, loops = 1;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        codes += sum->part[i].dump->code_count;
        loops += sum->part[i].dump->loop_count;
    }
    sum->dump->codes = malloc(codes * sizeof(*sum->dump->codes));
    sum->dump->loops = malloc(loops * sizeof(*sum->dump->loops));
    bool done = sum->dump->codes && sum->dump->loops;
    for (uint32_t i = 0; done && i < sum->part_count; i++) {
        add_loops(sum->dump, &sum->part[i]);
        done = add_codes(sum->dump, &sum->part[i], &table);
    }
    id_table_finish(&table);
    return done;
}
