#include "preload/owner_marks.h"

#include <string.h>

#include "preload/block_scan.h"
#include "preload/block_spread.h"
#include "preload/dump_blocks.h"
#include "preload/pages.h"
#include "preload/root_kinds.h"

#define MIB (UINT64_C(1) << 20)

/* Bits and the stack of blocks take the rest. */
#define ROOM_LEAST (36 * MIB)
#define ROOM_OF_HEAP 400

uint64_t owner_marks_room(const struct dump_job *job)
{
    return ROOM_LEAST + job->heap.bytes / ROOM_OF_HEAP;
}

/* ---- a number comes to a block ---- */

static bool is_earlier(const struct owner_marks *owners, uint32_t block)
{
    return owners->borrowing && ranked_bits_get(&owners->settled, block);
}

/* Two chains end here. */
static void share(struct owner_marks *owners, uint32_t number, uintptr_t address,
                  owner_number arriving)
{
    struct heap_block block;
    if (!heap_blocks_at(&owners->reachable->job->heap, number, address, &block))
        return;
    owner_number own = owner_table_of_block(&owners->table, &block);
    owner_number before = owners->of_block[number];
    owner_table_hold(&owners->table, own, arriving);
    owner_table_hold(&owners->table, own, before);
    ranked_bits_set(&owners->shared, number);
    if (before == own)
        return;
    if (ranked_bits_get(&owners->looked_into, number))
        owners->changed = true;
    else
        owners->of_block[number] = own;
}

static void arrive(struct owner_marks *owners, uint32_t number, uintptr_t address,
                   owner_number arriving)
{
    if (is_earlier(owners, number) || owners->of_block[number] == arriving)
        return;
    if (ranked_bits_get(&owners->marks.reached, number)) {
        share(owners, number, address, arriving);
        return;
    }
    owners->of_block[number] = arriving;
    marks_add(&owners->marks, number, address);
}

static void follow_edge(void *context, const struct reference *reference)
{
    struct owner_marks *owners = context;
    if (reference->target != owners->from)
        arrive(owners, reference->target, reference->target_address, owners->from_owner);
}

static void follow_owned(void *context, uint32_t block, uintptr_t address)
{
    struct owner_marks *owners = context;
    arrive(owners, block, address, owners->from_owner);
}

static void follow_root(void *context, const struct roots *roots, const struct reference *reference)
{
    struct owner_marks *owners = context;
    if (owner_table_borrows(&roots->current) == owners->borrowing)
        arrive(owners, reference->target, reference->target_address,
               owner_table_of_root(&owners->table, roots, reference));
}

/* ---- rounds ---- */

static void look_into(void *context, const struct heap_block *block)
{
    struct owner_marks *owners = context;
    ranked_bits_set(&owners->looked_into, block->number);
    owners->from = block->number;
    owners->from_owner = owners->of_block[block->number];
    block_scan(owners->reachable->job, block);
    reachable_owned(owners->reachable, block->number, follow_owned, owners);
}

static void spread(struct owner_marks *owners)
{
    struct dump_job *job = owners->reachable->job;
    const struct block_spread how = {job, &owners->marks, look_into, owners};
    job->scan.found = follow_edge;
    job->scan.context = owners;
    block_spread(&how);
}

/* Blocks that are owners; the first time the runtime's own, which nobody else need hold. */
static void begin_at_blocks(struct owner_marks *owners)
{
    const struct dump_job *job = owners->reachable->job;
    struct heap_cursor cursor = {0};
    struct heap_block block;
    while (heap_blocks_next(&job->heap, &cursor, &block)) {
        if (is_earlier(owners, block.number))
            continue;
        owners->of_block[block.number] = 0;
        if (!owners->borrowing && owners->rounds == 0 && dump_block_is_loaders(job, block.stack))
            ranked_bits_set(&owners->shared, block.number);
        if (!ranked_bits_get(&owners->shared, block.number))
            continue;
        owners->of_block[block.number] = owner_table_of_block(&owners->table, &block);
        marks_add(&owners->marks, block.number, block.address);
    }
}

static void round_of_all(struct owner_marks *owners)
{
    ranked_bits_clear(&owners->marks.reached);
    ranked_bits_clear(&owners->looked_into);
    owners->changed = false;
    begin_at_blocks(owners);
    spread(owners);
    root_kinds_look(owners->reachable->job, follow_root, owners);
    spread(owners);
}

static void settle(struct owner_marks *owners)
{
    const struct ranked_bits *reached = &owners->marks.reached;
    for (size_t i = 0; i < reached->count / 64 + 1; i++)
        owners->settled.words[i] |= reached->words[i];
}

static void rounds(struct owner_marks *owners, bool borrowing)
{
    uint32_t first = owners->table.count;
    owners->borrowing = borrowing;
    owners->rounds = 0;
    do {
        owner_table_forget_holders(&owners->table, first);
        round_of_all(owners);
    } while (owners->changed && ++owners->rounds < OWNER_ROUNDS_MAX);
    settle(owners);
}

static void finish(struct owner_marks *owners)
{
    marks_seal(&owners->marks);
    ranked_bits_finish(&owners->marks.reached);
    ranked_bits_finish(&owners->looked_into);
    ranked_bits_finish(&owners->shared);
    ranked_bits_finish(&owners->settled);
}

bool owner_marks_find(struct owner_marks *owners, struct reachable *reachable, size_t entries,
                      uint64_t room_bytes)
{
    struct dump_job *job = reachable->job;
    uint32_t count = job->heap.index.block_count;
    memset(owners, 0, sizeof(*owners));
    if (count * sizeof(owner_number) > room_bytes)
        return true;
    owners->reachable = reachable;
    owners->of_block = pages_map((count + 1ul) * sizeof(owner_number));
    if (!owners->of_block || !owner_table_init(&owners->table, job, &reachable->groups) ||
        !marks_init(&owners->marks, count, entries) ||
        !ranked_bits_init(&owners->looked_into, count) ||
        !ranked_bits_init(&owners->shared, count) || !ranked_bits_init(&owners->settled, count))
        return false;
    const struct header_survey *header = job->scan.header;
    job->scan.header = NULL; /* all pointers count alike */
    rounds(owners, false);
    rounds(owners, true);
    job->scan.header = header;
    finish(owners);
    return true;
}
