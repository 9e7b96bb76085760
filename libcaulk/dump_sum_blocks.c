/*
 * Blocks, edges and roots of several dumps as one heap. A block that a fork copied becomes one
 * node; its row of edges is what any of the copies holds, each pointer once.
 */
#include "libcaulk/dump_sum_parts.h"

#include <stdlib.h>

#include "libcaulk/id_table.h"

/* Blocks that may be found again in another part, by start of the program, address and birth. */
struct shared_table {
    struct id_table keys;
    uint32_t *block; /* by the key's number: a block of the sum */
    uint32_t *part;  /* likewise: the part that it came from first */
};

static bool has_relatives(const struct sum *sum, const struct sum_part *part)
{
    for (uint32_t i = 0; i < sum->part_count; i++)
        if (&sum->part[i] != part &&
            sum->part[i].dump->process.start_ns == part->dump->process.start_ns)
            return true;
    return false;
}

/* Ticks of the sum's length: a part may have counted in longer or shorter ones. */
static uint32_t birth_in(const struct dump *sum, const struct dump *from, uint32_t block)
{
    uint64_t tick_ns = from->process.tick_ns, sum_ns = sum->process.tick_ns;
    if (tick_ns == sum_ns || !sum_ns)
        return from->block_birth[block];
    uint64_t birth =
        (uint64_t)((double)from->block_birth[block] * (double)tick_ns / (double)sum_ns);
    return birth < UINT32_MAX ? (uint32_t)birth : UINT32_MAX;
}

static bool are_siblings(const struct process *a, const struct process *b)
{
    return a->fork_tick && b->fork_tick && a->parent_pid == b->parent_pid;
}

/* Of two siblings both must have it from their parent; of others, the one that forked may have it
 * by itself. Without births all blocks of a forked process are called inherited: then siblings that
 * do the same work would seem to share it. */
static bool may_be_inherited(uint8_t flags, uint8_t other_flags, const struct process *process,
                             const struct process *other)
{
    if (!are_siblings(process, other))
        return (flags | other_flags) & BLOCK_INHERITED;
    return !process->no_births && flags & other_flags & BLOCK_INHERITED;
}

static bool is_copy(const struct sum *sum, uint32_t block, uint32_t first_part,
                    const struct sum_part *part, uint32_t other)
{
    const struct dump *to = sum->dump, *from = part->dump;
    return to->block_address[block] == from->block_address[other] &&
           to->block_birth[block] == birth_in(to, from, other) &&
           to->block_bytes[block] == from->block_bytes[other] &&
           to->block_stack[block] == part->stack[from->block_stack[other]] &&
           may_be_inherited(to->block_flags[block], from->block_flags[other],
                            &sum->part[first_part].dump->process, &from->process);
}

/* The sum's block that this one is a copy of; the sum's block_count where it is none, and then it
 * will be found by later ones. Keys are hashes: where the blocks differ, the next one is tried. */
static bool find_copy(struct shared_table *table, const struct sum *sum,
                      const struct sum_part *part, uint32_t block, uint32_t *ret_block)
{
    const struct dump *from = part->dump;
    uint64_t key =
        (from->block_address[block] + from->process.start_ns) * UINT64_C(0x9e3779b97f4a7c15) ^
        from->block_birth[block];
    for (;; key++) {
        uint32_t known = table->keys.count;
        uint32_t number;
        if (!id_table_add(&table->keys, key, &number))
            return false;
        if (number == known) {
            table->block[number] = sum->dump->block_count;
            table->part[number] = (uint32_t)(part - sum->part);
        } else if (!is_copy(sum, table->block[number], table->part[number], part, block)) {
            continue;
        }
        *ret_block = table->block[number];
        return true;
    }
}

static void add_block(struct sum *sum, const struct sum_part *part, uint32_t block)
{
    struct dump *to = sum->dump;
    uint32_t added = to->block_count++;
    to->block_address[added] = part->dump->block_address[block];
    to->block_bytes[added] = part->dump->block_bytes[block];
    to->block_stack[added] = part->stack[part->dump->block_stack[block]];
    to->block_birth[added] = birth_in(to, part->dump, block);
    to->block_flags[added] = part->dump->block_flags[block];
    if (to->block_label)
        to->block_label[added] = part->dump->block_label ? part->dump->block_label[block] : NULL;
}

static void join_block(struct dump *to, uint32_t copy, const struct dump *from, uint32_t block)
{
    to->block_flags[copy] |= from->block_flags[block];
    if (from->block_label && from->block_label[block])
        to->block_label[copy] = from->block_label[block];
}

static bool add_blocks(struct sum *sum, struct sum_part *part, struct shared_table *table)
{
    const struct dump *from = part->dump;
    bool may_share = has_relatives(sum, part);
    part->block = malloc(((size_t)from->block_count + 1) * sizeof(*part->block));
    if (!part->block)
        return false;
    for (uint32_t b = 0; b < from->block_count; b++) {
        part->block[b] = sum->dump->block_count;
        if (may_share && !find_copy(table, sum, part, b, &part->block[b]))
            return false;
        if (part->block[b] == sum->dump->block_count)
            add_block(sum, part, b);
        else
            join_block(sum->dump, part->block[b], from, b);
    }
    return true;
}

static bool allocate_blocks(struct dump *dump, size_t room, bool labelled)
{
    dump->block_address = malloc(room * sizeof(*dump->block_address));
    dump->block_bytes = malloc(room * sizeof(*dump->block_bytes));
    dump->block_stack = malloc(room * sizeof(*dump->block_stack));
    dump->block_birth = malloc(room * sizeof(*dump->block_birth));
    dump->block_flags = malloc(room);
    dump->block_label = labelled ? malloc(room * sizeof(*dump->block_label)) : NULL;
    return dump->block_address && dump->block_bytes && dump->block_stack && dump->block_birth &&
           dump->block_flags && (!labelled || dump->block_label);
}

bool sum_blocks(struct sum *sum)
{
    struct shared_table table = {0};
    size_t room = 1;
    bool labelled = false;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        room += sum->part[i].dump->block_count;
        labelled |= sum->part[i].dump->block_label != NULL;
    }
    table.block = malloc(room * sizeof(*table.block));
    table.part = malloc(room * sizeof(*table.part));
    bool done = table.block && table.part && allocate_blocks(sum->dump, room, labelled);
    for (uint32_t i = 0; done && i < sum->part_count; i++)
        done = add_blocks(sum, &sum->part[i], &table);
    id_table_finish(&table.keys);
    free(table.block);
    free(table.part);
    return done;
}
