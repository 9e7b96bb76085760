/* Blocks whose last pointer was dropped, folded: a million lost alike are one line. */
#include <inttypes.h>
#include <string.h>

#include "cli/diff.h"

static struct phrase holder_name(const struct compared *compared, const struct dropped *dropped)
{
    const struct opened *oldest = &compared->oldest;
    if (dropped->root) {
        struct root_words words = words_root(oldest, dropped->root, dropped->offset);
        return words.offset == OFFSET_UNKNOWN
                   ? words.phrase
                   : words_format("%s +0x%02" PRIx64 "%s%s", words.phrase.s, words.offset,
                                  *words.member.s ? " " : "", words.member.s);
    }
    struct phrase name = words_block(oldest, dropped->holder);
    if (dropped->offset == OFFSET_UNKNOWN)
        return words_format("%s (declared)", name.s);
    return words_pointer(oldest, name, dropped->holder, dropped->offset);
}

uint32_t diff_fold_dropped(const struct compared *compared,
                           struct drop_line ret_lines[DROP_LINES_MAX], struct amount *ret_rest)
{
    const struct dropped_list *list = &compared->diff.dropped;
    uint32_t count = 0;
    *ret_rest = (struct amount){0, 0};
    for (uint64_t i = 0; i < list->count; i++) {
        const struct dropped *dropped = &list->dropped[i];
        uint64_t bytes = compared->newest.dump->block_bytes[dropped->block];
        struct drop_line line = {.what = words_block(&compared->newest, dropped->block),
                                 .holder = holder_name(compared, dropped),
                                 .freed = dropped->freed};
        uint32_t k = 0;
        while (k < count && (strcmp(ret_lines[k].what.s, line.what.s) != 0 ||
                             strcmp(ret_lines[k].holder.s, line.holder.s) != 0 ||
                             ret_lines[k].freed != line.freed))
            k++;
        if (k == DROP_LINES_MAX) {
            amount_add_block(ret_rest, bytes);
            continue;
        }
        if (k == count)
            ret_lines[count++] = line;
        amount_add_block(&ret_lines[k].amount, bytes);
    }
    return count;
}
