/*
 * Modules and stacks of several dumps as one set. Forked processes have their modules at the same
 * addresses, executed ones at others: a return address means the same place in the code only
 * after it was moved to where the sum has the module.
 */
#include "libcaulk/dump_sum_parts.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/id_table.h"

/* Where modules go that would lie across another: above every address that a process can have. */
#define FIRST_FREE (UINT64_C(1) << 56)
#define FREE_ALIGN (UINT64_C(1) << 30)
#define FREE_END (UINT64_C(1) << 60) /* above that an address may be one of Python's */

/* A module of the sum while they are collected. */
struct entry {
    struct module module; /* first_segment: of its first part's segments, until they are copied */
    uint32_t number;      /* in the order in which they were added */
    uint32_t part;        /* that it came from first */
    uint64_t shift;
};

struct collection {
    struct entry *entry;
    uint32_t count;
    uint64_t free; /* the next address where nothing is */
};

/* A build id tells files apart wherever they lie; a file without one is told by its path. */
static bool is_same_code(const struct module *a, const struct module *b)
{
    return a->end - a->start == b->end - b->start && !strcmp(a->build_id, b->build_id) &&
           (*a->build_id || !strcmp(a->path, b->path));
}

/* Of several, the one at the same address. */
static struct entry *find_entry(const struct collection *collection, const struct module *module)
{
    struct entry *found = NULL;
    for (uint32_t i = 0; i < collection->count; i++) {
        struct entry *entry = &collection->entry[i];
        if (!is_same_code(&entry->module, module))
            continue;
        if (entry->module.start == module->start)
            return entry;
        if (!found)
            found = entry;
    }
    return found;
}

/* Modules of one part may lie across each other: one was unloaded before the other came. */
static bool lies_across(const struct collection *collection, const struct module *module,
                        uint32_t part)
{
    for (uint32_t i = 0; i < collection->count; i++) {
        const struct entry *entry = &collection->entry[i];
        if (entry->part != part && module->start < entry->module.end &&
            entry->module.start < module->end)
            return true;
    }
    return false;
}

/* NULL where there is no place left for it. */
static struct entry *add_entry(struct collection *collection, const struct module *module,
                               uint32_t part)
{
    struct entry *entry = &collection->entry[collection->count];
    *entry = (struct entry){.module = *module, .number = collection->count, .part = part};
    if (lies_across(collection, module, part)) {
        if (collection->free >= FREE_END ||
            module->end - module->start > FREE_END - collection->free)
            return NULL;
        entry->shift = collection->free - module->start;
        collection->free += (module->end - module->start + FREE_ALIGN - 1) & -FREE_ALIGN;
    }
    entry->module.start += entry->shift;
    entry->module.end += entry->shift;
    entry->module.bias += entry->shift;
    collection->count++;
    return entry;
}

/* Loaded while it was in any of the processes. */
static void join_times(struct module *to, const struct module *from)
{
    if (from->loaded_tick < to->loaded_tick)
        to->loaded_tick = from->loaded_tick;
    if (!from->unloaded_tick || !to->unloaded_tick)
        to->unloaded_tick = 0;
    else if (to->unloaded_tick < from->unloaded_tick)
        to->unloaded_tick = from->unloaded_tick;
}

static bool collect_part(struct collection *collection, struct sum_part *part, uint32_t number)
{
    uint32_t count = part->dump->module_count;
    part->module = malloc(((size_t)count + 1) * sizeof(*part->module));
    part->shift = malloc(((size_t)count + 1) * sizeof(*part->shift));
    if (!part->module || !part->shift)
        return false;
    for (uint32_t m = 0; m < count; m++) {
        const struct module *module = &part->dump->modules[m];
        struct entry *entry = find_entry(collection, module);
        if (entry)
            join_times(&entry->module, module);
        else
            entry = add_entry(collection, module, number);
        if (!entry)
            return false;
        part->module[m] = entry->number;
        part->shift[m] = entry->module.start - module->start;
    }
    return true;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    if (a->module.start != b->module.start)
        return a->module.start < b->module.start ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void copy_segments(struct dump *to, struct module *module, const struct entry *entry,
                          const struct dump *from)
{
    module->first_segment = to->segment_count;
    for (uint32_t s = 0; s < module->segment_count; s++) {
        struct segment *segment = &to->segments[to->segment_count++];
        *segment = from->segments[entry->module.first_segment + s];
        segment->start += entry->shift;
        segment->end += entry->shift;
    }
}

/* By address, as a dump has them; then the parts' tables are put right. */
static bool keep_modules(struct sum *sum, struct collection *collection)
{
    struct dump *dump = sum->dump;
    size_t segments = 0;
    for (uint32_t i = 0; i < collection->count; i++)
        segments += collection->entry[i].module.segment_count;
    dump->modules = malloc(((size_t)collection->count + 1) * sizeof(*dump->modules));
    dump->segments = malloc((segments + 1) * sizeof(*dump->segments));
    uint32_t *place = malloc(((size_t)collection->count + 1) * sizeof(*place));
    if (!dump->modules || !dump->segments || !place) {
        free(place);
        return false;
    }
    qsort(collection->entry, collection->count, sizeof(*collection->entry), compare_entries);
    for (uint32_t i = 0; i < collection->count; i++) {
        const struct entry *entry = &collection->entry[i];
        dump->modules[i] = entry->module;
        copy_segments(dump, &dump->modules[i], entry, sum->part[entry->part].dump);
        place[entry->number] = i;
    }
    dump->module_count = collection->count;
    for (uint32_t p = 0; p < sum->part_count; p++)
        for (uint32_t m = 0; m < sum->part[p].dump->module_count; m++)
            sum->part[p].module[m] = place[sum->part[p].module[m]];
    free(place);
    return true;
}

/* A part may be a sum itself, with modules that were moved there. */
static uint64_t find_free(const struct sum *sum)
{
    uint64_t free = FIRST_FREE;
    for (uint32_t i = 0; i < sum->part_count; i++)
        for (uint32_t m = 0; m < sum->part[i].dump->module_count; m++) {
            uint64_t end = sum->part[i].dump->modules[m].end;
            if (end > free && end <= FREE_END - FREE_ALIGN)
                free = (end + FREE_ALIGN - 1) & -FREE_ALIGN;
        }
    return free;
}

bool sum_modules(struct sum *sum)
{
    size_t most = 0;
    for (uint32_t i = 0; i < sum->part_count; i++)
        most += sum->part[i].dump->module_count;
    struct collection collection = {.entry = malloc((most + 1) * sizeof(*collection.entry)),
                                    .free = find_free(sum)};
    bool done = collection.entry;
    for (uint32_t i = 0; done && i < sum->part_count; i++)
        done = collect_part(&collection, &sum->part[i], i);
    done = done && keep_modules(sum, &collection);
    free(collection.entry);
    return done;
}

static uint64_t move_pc(const struct sum_part *part, uint64_t pc)
{
    if (stack_is_join(pc))
        return STACK_PYTHON_JOIN | part->stack[(uint32_t)pc];
    if (stack_is_python(pc))
        return (pc & (STACK_PYTHON | STACK_PYTHON_ENTRY)) |
               (uint64_t)part->code[stack_python_code(pc)] << STACK_CODE_SHIFT |
               stack_python_line(pc);
    for (uint32_t m = 0; m < part->dump->module_count; m++)
        if (pc - 1 >= part->dump->modules[m].start && pc - 1 < part->dump->modules[m].end)
            return pc + part->shift[m];
    return pc;
}

static bool is_moved(const struct sum_part *part)
{
    for (uint32_t m = 0; m < part->dump->module_count; m++)
        if (part->shift[m])
            return true;
    return part->dump->code_count > 0;
}

/* The node of that parent and address. Keys are hashes: where two differ, the next one is tried. */
static bool intern(struct dump *dump, struct id_table *table, uint32_t parent, uint64_t pc,
                   uint32_t *ret_node)
{
    uint64_t key = (pc ^ (uint64_t)parent << 32 ^ parent) * UINT64_C(0x9e3779b97f4a7c15);
    for (;; key++) {
        uint32_t number;
        if (!id_table_add(table, key, &number))
            return false;
        uint32_t node = number + 1;
        if (node > dump->stack_count) {
            dump->stack_count = node;
            dump->stack_parent[node] = parent;
            dump->stack_pc[node] = pc;
        } else if (dump->stack_parent[node] != parent || dump->stack_pc[node] != pc) {
            continue;
        }
        *ret_node = node;
        return true;
    }
}

static bool add_stacks(struct sum *sum, struct sum_part *part, struct id_table *table)
{
    const struct dump *from = part->dump;
    bool moved = is_moved(part);
    part->stack = malloc(((size_t)from->stack_count + 1) * sizeof(*part->stack));
    if (!part->stack)
        return false;
    part->stack[0] = 0;
    for (uint32_t s = 1; s <= from->stack_count; s++) {
        uint64_t pc = moved ? move_pc(part, from->stack_pc[s]) : from->stack_pc[s];
        if (!intern(sum->dump, table, part->stack[from->stack_parent[s]], pc, &part->stack[s]))
            return false;
    }
    return true;
}

bool sum_stacks(struct sum *sum)
{
    struct id_table table = {0};
    size_t most = 1;
    for (uint32_t i = 0; i < sum->part_count; i++)
        most += sum->part[i].dump->stack_count;
    sum->dump->stack_parent = calloc(most, sizeof(*sum->dump->stack_parent));
    sum->dump->stack_pc = calloc(most, sizeof(*sum->dump->stack_pc));
    bool done = sum->dump->stack_parent && sum->dump->stack_pc;
    for (uint32_t i = 0; done && i < sum->part_count; i++)
        done = add_stacks(sum, &sum->part[i], &table);
    id_table_finish(&table);
    return done;
}
