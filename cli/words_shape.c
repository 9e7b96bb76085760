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

static bool is_part(const struct shape_member *member)
{
    return member->type && labels_is_part(member->type);
}

/* Parts of objects (control blocks, tables) are named only where the shape has nothing else. */
static bool has_wholes(const struct shape *shape)
{
    for (uint32_t i = 0; i < shape->member_count; i++)
        if (!is_part(&shape->members[i]))
            return true;
    return false;
}

static bool same_name(const struct opened *opened, const struct shape_member *a,
                      const struct shape_member *b)
{
    return a->type == b->type &&
           (a->type || place_of(opened, a->block) == place_of(opened, b->block));
}

/* The one that the example is entered by: its owner, as far as that can be told. */
static uint32_t entry_of(const struct opened *opened, const struct shape *shape)
{
    uint32_t entry = opened->analysis->cycles.cycle[shape->example].entry;
    for (uint32_t i = 0; i < shape->member_count; i++)
        if (shape->members[i].block == entry)
            return i;
    return 0;
}

static void list_names(const struct opened *opened, const struct shape *shape,
                       struct shape_names *names)
{
    bool wholes = has_wholes(shape);
    uint32_t first = entry_of(opened, shape);
    for (uint32_t n = 0; n < shape->member_count; n++) {
        uint32_t i = (first + n) % shape->member_count;
        const struct shape_member *member = &shape->members[i];
        bool seen = wholes && is_part(member);
        for (uint32_t k = 0; k < names->listed && !seen; k++)
            seen = same_name(opened, &shape->members[names->member[k]], member);
        if (seen)
            continue;
        names->count++;
        if (names->listed < RING_NODES_MAX)
            names->member[names->listed++] = i;
    }
}

static uint64_t bit(uint32_t index)
{
    return UINT64_C(1) << index;
}

/* The members that this one points to, itself or by its parts. */
static uint64_t held_by(const struct shape *shape, const uint64_t *targets, uint32_t member)
{
    uint64_t held = targets[member], parts = 0;
    for (uint32_t i = 0; i < shape->member_count; i++)
        if (is_part(&shape->members[i]))
            parts |= bit(i);
    for (uint64_t seen = 0, fresh; (fresh = held & parts & ~seen) != 0; seen |= fresh)
        for (uint64_t left = fresh; left; left &= left - 1)
            held |= targets[__builtin_ctzll(left)];
    return held;
}

/* By member, those that it points to; a weak_ptr holds nothing, nor does a way back. */
static void find_targets(const struct opened *opened, const struct shape *shape,
                         uint64_t *ret_targets)
{
    for (uint64_t e = 0; e < shape->edge_count; e++) {
        const struct shape_edge *edge = &shape->edges[e];
        uint32_t holder = shape->members[edge->from].block;
        if (!smart_pointer_owns_nothing(words_smart_pointer(opened, holder, edge->offset)))
            ret_targets[edge->from] |= bit(edge->to);
    }
}

/* By name: the names that members of this name hold, but for itself. */
static void find_successors(const struct opened *opened, const struct shape *shape,
                            const struct shape_names *names, uint64_t *ret_successors)
{
    uint64_t targets[RING_NODES_MAX] = {0}, members_of[RING_NODES_MAX] = {0};
    find_targets(opened, shape, targets);
    for (uint32_t n = 0; n < names->listed; n++)
        for (uint32_t i = 0; i < shape->member_count; i++)
            if (same_name(opened, &shape->members[names->member[n]], &shape->members[i]))
                members_of[n] |= bit(i);
    for (uint32_t n = 0; n < names->listed; n++) {
        uint64_t held = 0;
        for (uint64_t left = members_of[n]; left; left &= left - 1)
            held |= held_by(shape, targets, (uint32_t)__builtin_ctzll(left));
        for (uint32_t m = 0; m < names->listed; m++)
            if (m != n && held & members_of[m])
                ret_successors[n] |= bit(m);
    }
}

/* The ring's names first, in its order, then the others. */
static void order_by_ring(struct shape_names *names, const uint32_t *ring, uint32_t length)
{
    uint32_t ordered[RING_NODES_MAX], count = 0;
    uint64_t in_ring = 0;
    for (; count < length; count++) {
        ordered[count] = names->member[ring[count]];
        in_ring |= bit(ring[count]);
    }
    for (uint32_t n = 0; n < names->listed; n++)
        if (!(in_ring & bit(n)))
            ordered[count++] = names->member[n];
    memcpy(names->member, ordered, count * sizeof(*ordered));
    names->ring = length;
}

void words_shape_names(const struct opened *opened, const struct shape *shape,
                       struct shape_names *ret_names)
{
    uint64_t successors[RING_NODES_MAX] = {0};
    uint32_t ring[RING_NODES_MAX];
    *ret_names = (struct shape_names){0};
    list_names(opened, shape, ret_names);
    if (shape->member_count > RING_NODES_MAX)
        return;
    find_successors(opened, shape, ret_names, successors);
    order_by_ring(ret_names, ring, ring_find(successors, ret_names->listed, ring));
}

/* "A ⇄ B", "A → B → C → A"; what is not in the ring is counted, and where none is known, a set. */
static struct phrase join(const struct phrase *name, uint32_t shown,
                          const struct shape_names *names, uint32_t members)
{
    const char *between = names->ring > 2 ? "→" : "⇄";
    struct phrase joined = words_cut(name[0].s, 40);
    for (uint32_t i = 1; i < shown; i++)
        joined = words_format("%s %s %s", joined.s, between, words_cut(name[i].s, 40).s);
    if (names->ring > shown)
        joined = words_format("%s → …", joined.s);
    if (names->ring > 2)
        joined = words_format("%s → %s", joined.s, words_cut(name[0].s, 40).s);
    if (names->ring <= shown && names->count > shown)
        joined = words_format("%s and %s more", joined.s, text_count(names->count - shown).s);
    if (members > names->count)
        joined = words_format("%s (%s)", joined.s, text_counted(members, "block").s);
    return joined;
}

/* Places may differ where names don't: a function that calls itself. */
static bool are_same(const struct opened *opened, const struct shape *shape,
                     const struct shape_names *names, const char *first)
{
    for (uint32_t i = 0; i < names->listed; i++)
        if (strcmp(words_in_shape(opened, shape, shape->members[names->member[i]].block).s, first))
            return false;
    return names->count == names->listed;
}

struct phrase words_shape(const struct opened *opened, const struct shape *shape)
{
    struct shape_names names;
    words_shape_names(opened, shape, &names);
    uint32_t shown = names.ring ? names.ring : names.count;
    shown = shown < NAMES_MAX ? shown : NAMES_MAX;
    uint32_t members = opened->analysis->cycles.cycle[shape->example].member_count;
    struct phrase name[NAMES_MAX];
    for (uint32_t i = 0; i < shown; i++)
        name[i] = words_in_shape(opened, shape, shape->members[names.member[i]].block);
    if (members == 1)
        return words_format("%s holding itself", name[0].s);
    if (are_same(opened, shape, &names, name[0].s))
        return words_format("%s × %s", text_count(members).s, name[0].s);
    return join(name, shown, &names, members);
}
