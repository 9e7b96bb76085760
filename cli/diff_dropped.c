/*
 * Blocks whose last pointer was dropped, folded: a million lost alike are one line, and so are all
 * the places in one holder that have no name but their offset.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/fatal.h"
#include "cli/text.h"
#include "libcaulk/id_table.h"
#include "libcaulk/memory.h"

/* Where a pointer was. */
struct holder {
    struct phrase whole; /* with the offset */
    struct phrase alike; /* the same of all pointers of a line; without the offset where that is all
                            that tells them apart */
    uint64_t offset;
};

static struct holder root_holder(const struct opened *oldest, const struct dropped *dropped)
{
    struct root_words words = words_root(oldest, dropped->root, dropped->offset);
    struct holder holder = {words.phrase, words.phrase, words.offset};
    if (words.offset != OFFSET_UNKNOWN)
        holder.whole = words_format("%s +0x%02" PRIx64 "%s%s", words.phrase.s, words.offset,
                                    *words.member.s ? " " : "", words.member.s);
    if (*words.member.s)
        holder.alike = holder.whole;
    return holder;
}

static struct holder block_holder(const struct opened *oldest, const struct dropped *dropped)
{
    struct phrase name = words_block(oldest, dropped->holder);
    struct holder holder = {.alike = name, .offset = dropped->offset};
    if (dropped->offset == OFFSET_UNKNOWN)
        holder.whole = holder.alike = words_format("%s (declared)", name.s);
    else
        holder.whole = words_pointer(oldest, name, dropped->holder, dropped->offset);
    if (*words_field(oldest, dropped->holder, dropped->offset).s)
        holder.alike = holder.whole;
    return holder;
}

/* What a line is made from. */
struct group {
    struct drop_line line;
    struct phrase alike;
    bool freed;
    struct id_table offsets;
};

static bool belongs(const struct group *group, struct phrase what, const struct holder *holder,
                    bool freed)
{
    return group->freed == freed && strcmp(group->line.what.s, what.s) == 0 &&
           strcmp(group->alike.s, holder->alike.s) == 0;
}

static void add(struct group *group, uint64_t offset, uint64_t bytes)
{
    uint32_t number;
    if (!id_table_add(&group->offsets, offset, &number))
        fatal(NULL, "out of memory");
    amount_add_block(&group->line.amount, bytes);
}

static struct drop_line finish(struct group *group)
{
    struct drop_line line = group->line;
    uint32_t more = group->offsets.count - 1;
    if (more)
        line.holder =
            words_format("%s and %s", line.holder.s, text_counted(more, "other offset").s);
    line.fate = group->freed ? ", which was freed"
                : more       ? " were overwritten"
                             : " was overwritten";
    id_table_finish(&group->offsets);
    return line;
}

uint32_t diff_fold_dropped(const struct compared *compared,
                           struct drop_line ret_lines[DROP_LINES_MAX], struct amount *ret_rest)
{
    const struct dropped_list *list = &compared->diff.dropped;
    struct group *groups = allocate(DROP_LINES_MAX, sizeof(*groups));
    uint32_t count = 0;
    *ret_rest = (struct amount){0, 0};
    for (uint64_t i = 0; i < list->count; i++) {
        const struct dropped *dropped = &list->dropped[i];
        uint64_t bytes = compared->newest.dump->block_bytes[dropped->block];
        struct phrase what = words_block(&compared->newest, dropped->block);
        struct holder holder = dropped->root ? root_holder(&compared->oldest, dropped)
                                             : block_holder(&compared->oldest, dropped);
        uint32_t k = 0;
        while (k < count && !belongs(&groups[k], what, &holder, dropped->freed))
            k++;
        if (k == DROP_LINES_MAX) {
            amount_add_block(ret_rest, bytes);
            continue;
        }
        if (k == count)
            groups[count++] = (struct group){.line = {.what = what, .holder = holder.whole},
                                             .alike = holder.alike,
                                             .freed = dropped->freed};
        add(&groups[k], holder.offset, bytes);
    }
    for (uint32_t i = 0; i < count; i++)
        ret_lines[i] = finish(&groups[i]);
    free(groups);
    return count;
}
