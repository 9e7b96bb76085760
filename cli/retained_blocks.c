/* A list's chain has more blocks than one search can tell apart. */
#include "cli/retained_blocks.h"

#include <stdlib.h>

#include <uthash.h>

#include "cli/fatal.h"
#include "libcaulk/few_retained.h"
#include "libcaulk/memory.h"

struct retained_block {
    uint32_t block;
    struct amount retained;
    UT_hash_handle hh;
};

static struct retained_block *find(const struct retained_blocks *blocks, uint32_t block)
{
    struct retained_block *found;
    HASH_FIND(hh, blocks->known, &block, sizeof(block), found);
    return found;
}

void retained_blocks_add(struct retained_blocks *blocks, uint32_t block)
{
    if (block == GRAPH_NONE || find(blocks, block))
        return;
    struct retained_block *added = allocate(1, sizeof(*added));
    added->block = block;
    HASH_ADD(hh, blocks->known, block, sizeof(block), added);
}

/* The first ones; the hash table keeps the order. */
static void search(struct retained_blocks *blocks, const struct opened *opened, uint32_t most)
{
    const struct analysis *analysis = opened->analysis;
    uint32_t block[FEW_RETAINED_MAX] = {0}, count = 0, i = 0;
    struct amount retained[FEW_RETAINED_MAX];
    struct retained_block *of;
    struct error err;
    for (of = blocks->known; of && count < most; of = of->hh.next)
        block[count++] = of->block;
    if (!few_retained(&analysis->heap, &analysis->verdicts, block, count, retained, &err))
        fatal_error(&err);
    for (of = blocks->known; i < count; of = of->hh.next)
        of->retained = retained[i++];
}

void retained_blocks_find(struct retained_blocks *blocks, struct opened *opened)
{
    if (HASH_COUNT(blocks->known) <= FEW_RETAINED_MAX) {
        search(blocks, opened, FEW_RETAINED_MAX);
        return;
    }
    if (!opened->owners.retained)
        opened_find_owners(opened);
    for (struct retained_block *of = blocks->known; of; of = of->hh.next)
        of->retained = owners_retained(&opened->owners, of->block);
    search(blocks, opened, 1);
}

struct amount retained_blocks_of(const struct retained_blocks *blocks, uint32_t block)
{
    return find(blocks, block)->retained;
}

void retained_blocks_finish(struct retained_blocks *blocks)
{
    struct retained_block *of, *next;
    HASH_ITER(hh, blocks->known, of, next)
    {
        HASH_DEL(blocks->known, of);
        free(of);
    }
}
