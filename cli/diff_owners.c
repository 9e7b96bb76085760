/*
 * Owners of several dumps are the same where they are called the same: a variable and its module, a
 * thread by its number, what several owners share by the stack that allocated it. The heaviest are
 * looked at, as only they can matter. Of dumps in the middle only what each owner retained is kept.
 */
#include "cli/diff_owners.h"

#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/words.h"
#include "libcaulk/checksum.h"
#include "libcaulk/memory.h"

#define OWNERS_MAX 100
#define NO_OWNER_HERE UINT32_MAX

static uint64_t key_of_text(const char *text)
{
    return checksum(text, strlen(text));
}

/* A hash of its return addresses, or of the innermost alone. */
static uint64_t key_of_stack(const struct dump *dump, uint32_t stack, bool by_caller)
{
    uint64_t key = 0;
    for (; stack; stack = by_caller ? 0 : dump->stack_parent[stack]) {
        const uint64_t both[] = {key, dump->stack_pc[stack]};
        key = checksum(both, sizeof(both));
    }
    return key;
}

static uint64_t key_of(const struct opened *opened, const struct owner_group *group, bool by_caller)
{
    if (group->kind == OWNER_ROOT || group->kind == OWNER_SEVERAL)
        return key_of_text(words_owner(opened, group).s);
    const char *type = opened_owner_type(opened, group);
    if (type)
        return key_of_text(type);
    return key_of_stack(opened->dump, opened_owner_node(opened, group), by_caller);
}

static uint32_t find(const struct owner_list *list, uint64_t key)
{
    uint32_t i = 0;
    while (i < list->count && list->owner[i].key != key)
        i++;
    return i < list->count ? i : NO_OWNER_HERE;
}

void owner_list_init(struct owner_list *list, const struct opened *opened, bool by_caller)
{
    uint32_t top_count;
    const uint32_t *top = owner_tree_children(&opened->tree, OWNER_NONE, &top_count);
    *list = (struct owner_list){.owner = allocate(OWNERS_MAX, sizeof(*list->owner))};
    for (uint32_t i = 0; i < top_count && list->count < OWNERS_MAX; i++) {
        const struct owner_group *group = &opened->tree.group[top[i]];
        if (group->kind == OWNER_CYCLE || group->lost)
            continue;
        uint64_t key = key_of(opened, group, by_caller);
        uint32_t known = find(list, key);
        if (known == NO_OWNER_HERE)
            list->owner[list->count++] = (struct owner_size){key, top[i], group->retained};
        else
            amount_add(&list->owner[known].retained, group->retained);
    }
}

void owner_list_finish(struct owner_list *list)
{
    free(list->owner);
}

static int compare_gains(const void *left, const void *right)
{
    int64_t a = llabs(owner_gain(left)), b = llabs(owner_gain(right));
    if (a != b)
        return a < b ? 1 : -1;
    const struct owner_growth *first = left, *second = right;
    return (first->group > second->group) - (first->group < second->group);
}

static void take_samples(const struct compared *compared, struct owner_growth *growth, uint64_t key)
{
    for (uint32_t d = 0; d < compared->dump_count; d++) {
        uint32_t there = find(&compared->owner_lists[d], key);
        struct growth_sample *sample = &growth->samples[d];
        sample->seconds = growth_seconds(compared->dumps[d]);
        if (there == NO_OWNER_HERE)
            continue;
        sample->bytes = compared->owner_lists[d].owner[there].retained.bytes;
        if (d == 0)
            growth->before = compared->owner_lists[d].owner[there].retained;
    }
}

/* Group at the top -> number in the newest's list, for one of the dumps. */
static uint32_t *owners_of_groups(const struct compared *compared, const struct opened *opened)
{
    uint32_t last = compared->dump_count - 1, count;
    uint32_t *of_group = allocate(opened->tree.count, sizeof(*of_group));
    const uint32_t *top = owner_tree_children(&opened->tree, OWNER_NONE, &count);
    for (uint32_t i = 0; i < opened->tree.count; i++)
        of_group[i] = NO_OWNER_HERE;
    for (uint32_t i = 0; i < count && i < OWNERS_MAX; i++) {
        const struct owner_group *group = &opened->tree.group[top[i]];
        if (group->kind != OWNER_CYCLE && !group->lost)
            of_group[top[i]] =
                find(&compared->owner_lists[last], key_of(opened, group, compared->diff.by_caller));
    }
    return of_group;
}

static struct owner_growth *owner_of(const struct opened *opened, const uint32_t *of_group,
                                     struct owner_growth *owners, uint32_t block)
{
    uint32_t top = owner_tree_top(&opened->tree, &opened->owners, block);
    if (top == OWNER_NONE || of_group[top] == NO_OWNER_HERE ||
        !heap_graph_counts(&opened->analysis->heap, block))
        return NULL;
    return &owners[of_group[top]];
}

static void add_born(const struct compared *compared, struct owner_growth *owners)
{
    const struct opened *newest = &compared->newest;
    const struct dump *before = compared->dumps[compared->dump_count - 2];
    uint32_t *of_group = owners_of_groups(compared, newest), part;
    for (uint32_t b = 0; b < newest->dump->block_count; b++) {
        struct owner_growth *owner = owner_of(newest, of_group, owners, b);
        if (!owner || compared->diff.pair.in_old[b] != PAIR_NONE)
            continue;
        amount_add_block(&owner->growth.born, newest->dump->block_bytes[b]);
        if (growth_part(before, newest->dump, newest->dump->block_birth[b], &part))
            owner->growth.born_part[part] += newest->dump->block_bytes[b];
    }
    free(of_group);
}

static void add_freed(const struct compared *compared, struct owner_growth *owners)
{
    const struct opened *oldest = &compared->oldest;
    uint32_t *of_group = owners_of_groups(compared, oldest);
    for (uint32_t b = 0; b < oldest->dump->block_count; b++) {
        struct owner_growth *owner = owner_of(oldest, of_group, owners, b);
        if (owner && compared->diff.pair.in_new[b] == PAIR_NONE)
            amount_add_block(&owner->growth.freed, oldest->dump->block_bytes[b]);
    }
    free(of_group);
}

void diff_find_owners(struct compared *compared)
{
    const struct owner_list *list = &compared->owner_lists[compared->dump_count - 1];
    const bool parts = compared->diff.parts_known;
    uint32_t count = list->count, dumps = compared->dump_count;
    struct owner_growth *owners = allocate(count, sizeof(*owners));
    compared->owner_samples = allocate((size_t)count * dumps, sizeof(*compared->owner_samples));
    for (uint32_t i = 0; i < count; i++) {
        owners[i].group = &compared->newest.tree.group[list->owner[i].group];
        owners[i].retained = list->owner[i].retained;
        owners[i].samples = compared->owner_samples + (size_t)i * dumps;
        take_samples(compared, &owners[i], list->owner[i].key);
    }
    add_born(compared, owners);
    add_freed(compared, owners);
    for (uint32_t i = 0; i < count; i++) {
        struct owner_growth *owner = &owners[i];
        owner->trend = growth_trend(&owner->growth, owner->samples, dumps, parts);
        owner->steadiness = growth_steadiness(&owner->growth, owner->samples, dumps, parts);
    }
    qsort(owners, count, sizeof(*owners), compare_gains);
    compared->owners = owners;
    compared->owner_count = count;
}
