#include "preload/block_spread.h"

static void empty_stack(const struct block_spread *spread)
{
    struct mark_entry entry;
    struct heap_block block;
    while (marks_take(spread->marks, &entry))
        if (heap_blocks_at(&spread->job->heap, entry.number, entry.address, &block))
            spread->look_into(spread->context, &block);
}

/* The reached blocks of cards that were left aside. */
static void go_through_cards(const struct block_spread *spread)
{
    struct heap_cursor cursor = {0};
    struct heap_block block;
    uint32_t card = UINT32_MAX;
    bool taken = false;
    while (heap_blocks_next(&spread->job->heap, &cursor, &block)) {
        if (block.number / MARKS_CARD_BLOCKS != card) {
            card = block.number / MARKS_CARD_BLOCKS;
            taken = marks_take_card(spread->marks, block.number);
        }
        if (!taken || !ranked_bits_get(&spread->marks->reached, block.number))
            continue;
        spread->look_into(spread->context, &block);
        empty_stack(spread);
    }
}

void block_spread(const struct block_spread *spread)
{
    empty_stack(spread);
    while (marks_overflowed(spread->marks))
        go_through_cards(spread);
}
