/*
 * Owners of two dumps are the same where they are called the same: a variable and its module, a
 * thread by its number. The heaviest are looked at, as only they can matter.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/fatal.h"
#include "cli/words.h"

#define OWNERS_MAX 100

static int64_t gain(const struct owner_growth *growth)
{
    return (int64_t)growth->group->retained.bytes - (int64_t)growth->before.bytes;
}

static int compare_gains(const void *left, const void *right)
{
    int64_t a = llabs(gain(left)), b = llabs(gain(right));
    if (a != b)
        return a < b ? 1 : -1;
    const struct owner_growth *first = left, *second = right;
    return (first->group > second->group) - (first->group < second->group);
}

static uint32_t list_roots(const struct opened *opened, const struct owner_group **ret_groups,
                           struct phrase *ret_names)
{
    uint32_t top_count, count = 0;
    const uint32_t *top = owner_tree_children(&opened->tree, OWNER_NONE, &top_count);
    for (uint32_t i = 0; i < top_count && count < OWNERS_MAX; i++) {
        const struct owner_group *group = &opened->tree.group[top[i]];
        if (group->kind != OWNER_ROOT)
            continue;
        ret_groups[count] = group;
        ret_names[count++] = words_owner(opened, group);
    }
    return count;
}

uint32_t diff_owners(const struct compared *compared, struct owner_growth **ret_owners)
{
    const struct owner_group *old_groups[OWNERS_MAX], *new_groups[OWNERS_MAX];
    struct phrase *names = allocate(2 * OWNERS_MAX, sizeof(*names));
    struct phrase *old_names = names + OWNERS_MAX;
    uint32_t old_count = list_roots(&compared->oldest, old_groups, old_names);
    uint32_t count = list_roots(&compared->newest, new_groups, names);
    struct owner_growth *owners = allocate(count, sizeof(*owners));
    for (uint32_t i = 0; i < count; i++) {
        owners[i].group = new_groups[i];
        for (uint32_t k = 0; k < old_count; k++)
            if (strcmp(names[i].s, old_names[k].s) == 0)
                owners[i].before = old_groups[k]->retained;
    }
    free(names);
    qsort(owners, count, sizeof(*owners), compare_gains);
    *ret_owners = owners;
    return count;
}
