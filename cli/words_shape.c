/* Names for shapes of cycles: their members', each once. */
#include "cli/words.h"

#include <stdio.h>
#include <string.h>

#include "cli/text.h"

#define NAMES_MAX 4

/* A site; where stacks were sampled, the caller's. */
static uint32_t place_of(const struct opened *opened, uint32_t block)
{
    return callers_of(&opened->analysis->heap.callers, opened->dump->block_stack[block]);
}

/* Those of the blocks that these stacks are of: "left() or right()". */
static struct phrase any_of(const struct opened *opened, const struct shape_stack *stacks,
                            size_t count)
{
    struct phrase first = words_block(opened, stacks[0].block), second = {""};
    for (size_t i = 1; i < count; i++) {
        struct phrase name = words_block(opened, stacks[i].block);
        if (strcmp(name.s, first.s) == 0 || strcmp(name.s, second.s) == 0)
            continue;
        if (*second.s)
            return words_format("%s, %s or others", words_cut(first.s, 30).s,
                                words_cut(second.s, 30).s);
        second = name;
    }
    return *second.s ? words_format("%s or %s", words_cut(first.s, 40).s, words_cut(second.s, 40).s)
                     : first;
}

struct phrase words_in_shape(const struct opened *opened, const struct shape *shape, uint32_t block)
{
    const struct analysis *analysis = opened->analysis;
    uint32_t index = (uint32_t)(shape - analysis->shapes.shape);
    size_t count;
    const struct shape_stack *sampled =
        shape_stacks_of(&analysis->shape_stacks, index, block, &count);
    return sampled ? any_of(opened, sampled, count) : words_block(opened, block);
}

/* Parts of objects (control blocks, tables) are named only where the shape has nothing else. */
static bool has_wholes(const struct shape *shape)
{
    for (uint32_t i = 0; i < shape->member_count; i++)
        if (!shape->members[i].type || !labels_is_part(shape->members[i].type))
            return true;
    return false;
}

static bool same_name(const struct opened *opened, const struct shape_member *a,
                      const struct shape_member *b)
{
    return a->type == b->type &&
           (a->type || place_of(opened, a->block) == place_of(opened, b->block));
}

uint32_t words_shape_members(const struct opened *opened, const struct shape *shape,
                             uint32_t *ret_distinct, uint32_t limit)
{
    uint32_t count = 0;
    bool wholes = has_wholes(shape);
    for (uint32_t i = 0; i < shape->member_count; i++) {
        const struct shape_member *member = &shape->members[i];
        bool seen = wholes && member->type && labels_is_part(member->type);
        for (uint32_t k = 0; k < count && k < limit && !seen; k++)
            seen = same_name(opened, &shape->members[ret_distinct[k]], member);
        if (!seen && count++ < limit)
            ret_distinct[count - 1] = i;
    }
    return count;
}

static struct phrase join(const struct phrase *name, uint32_t shown, uint32_t count,
                          uint32_t members)
{
    struct phrase joined = words_format("%s", "");
    for (uint32_t i = 0; i < shown; i++)
        joined = words_format("%s%s%s", joined.s, i ? " ⇄ " : "", words_cut(name[i].s, 40).s);
    if (count > shown)
        joined = words_format("%s ⇄ %s more", joined.s, text_count(count - shown).s);
    if (members > count)
        joined = words_format("%s (%s)", joined.s, text_counted(members, "block").s);
    return joined;
}

struct phrase words_shape(const struct opened *opened, const struct shape *shape)
{
    uint32_t distinct[NAMES_MAX];
    uint32_t count = words_shape_members(opened, shape, distinct, NAMES_MAX);
    uint32_t shown = count < NAMES_MAX ? count : NAMES_MAX;
    uint32_t members = opened->analysis->cycles.cycle[shape->example].member_count;
    struct phrase name[NAMES_MAX];
    bool all_same = true;
    for (uint32_t i = 0; i < shown; i++) {
        name[i] = words_in_shape(opened, shape, shape->members[distinct[i]].block);
        all_same = all_same && strcmp(name[i].s, name[0].s) == 0;
    }
    if (members == 1)
        return words_format("%s holding itself", name[0].s);
    if (all_same && count == shown)
        return words_format("%s × %s", text_count(members).s, name[0].s);
    return join(name, shown, count, members);
}
