#include "preload/marks.h"

#include <string.h>

#include "preload/pages.h"

bool marks_init(struct marks *marks, uint32_t block_count, size_t entries)
{
    memset(marks, 0, sizeof(*marks));
    marks->capacity = entries;
    marks->stack = pages_map(entries * sizeof(*marks->stack));
    return marks->stack && ranked_bits_init(&marks->reached, block_count) &&
           ranked_bits_init(&marks->cards, block_count / MARKS_CARD_BLOCKS + 1);
}

void marks_add(struct marks *marks, uint32_t number, uintptr_t address)
{
    if (ranked_bits_get(&marks->reached, number))
        return;
    ranked_bits_set(&marks->reached, number);
    if (marks->used < marks->capacity) {
        marks->stack[marks->used++] = (struct mark_entry){address, number};
        return;
    }
    ranked_bits_set(&marks->cards, number / MARKS_CARD_BLOCKS);
    marks->overflowed = true;
}

bool marks_take(struct marks *marks, struct mark_entry *ret_entry)
{
    if (marks->used == 0)
        return false;
    *ret_entry = marks->stack[--marks->used];
    return true;
}

bool marks_overflowed(struct marks *marks)
{
    bool overflowed = marks->overflowed;
    marks->overflowed = false;
    return overflowed;
}

bool marks_take_card(struct marks *marks, uint32_t number)
{
    uint32_t card = number / MARKS_CARD_BLOCKS;
    bool taken = ranked_bits_get(&marks->cards, card);
    marks->cards.words[card / 64] &= ~(1ull << (card % 64));
    return taken;
}

uint32_t marks_seal(struct marks *marks)
{
    pages_unmap(marks->stack, marks->capacity * sizeof(*marks->stack));
    marks->stack = NULL;
    ranked_bits_finish(&marks->cards);
    return ranked_bits_seal(&marks->reached);
}
