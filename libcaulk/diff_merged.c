#include "libcaulk/diff_merged.h"

#include <stdlib.h>

static uint64_t gained(uint64_t old, uint64_t new)
{
    return new > old ? new - old : 0;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void diff_merged_balance(struct growth *growth)
{
    const struct amount old = growth->freed, new = growth->survived;
    growth->born = (struct amount){gained(old.blocks, new.blocks), gained(old.bytes, new.bytes)};
    growth->freed = (struct amount){gained(new.blocks, old.blocks), gained(new.bytes, old.bytes)};
    growth->survived =
        (struct amount){lesser(old.blocks, new.blocks), lesser(old.bytes, new.bytes)};
}

/* Row after row, of each kind. */
static void add_up(struct merged_rows rows, struct amount *by_row)
{
    for (uint32_t i = 0; i < rows.dump->sum_count; i++) {
        const struct block_sum *sum = &rows.dump->sums[i];
        size_t place = (size_t)rows.row[sum->stack] * KIND_COUNT + (sum->what & SUM_KIND_MASK);
        if (!(sum->what & SUM_PENDING))
            amount_add(&by_row[place], (struct amount){sum->blocks, sum->bytes});
    }
}

bool diff_merged_newly_lost(struct merged_rows old, struct merged_rows new, uint32_t row_count,
                            struct amount ret_newly_lost[KIND_COUNT])
{
    size_t count = (size_t)row_count * KIND_COUNT;
    struct amount *before = calloc(count, sizeof(*before)), *now = calloc(count, sizeof(*now));
    if (before && now) {
        add_up(old, before);
        add_up(new, now);
    }
    for (size_t i = 0; before && now && i < count; i++)
        amount_add(&ret_newly_lost[i % KIND_COUNT],
                   (struct amount){gained(before[i].blocks, now[i].blocks),
                                   gained(before[i].bytes, now[i].bytes)});
    bool done = before && now;
    free(before);
    free(now);
    return done;
}

uint64_t diff_merged_new_cycles(const struct analysis *old, const struct analysis *new)
{
    return gained(old->lost_cycles - old->pending_cycles, new->lost_cycles - new->pending_cycles);
}
