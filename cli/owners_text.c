/*
 * The owners' tree for a person: a line for each owner, with what it retains and its share of the
 * heap; what is light beside its owner is a line together. From the heaviest owner the path down to
 * where its weight lies is marked.
 */
#include <stdio.h>

#include "cli/analyze.h"
#include "cli/owners.h"
#include "cli/text.h"
#include "cli/words.h"

#define TOP_MAX 12
#define CHILDREN_MAX 5
#define DEPTH_MAX 8

/* Below these shares of the heap, and of its owner, a line tells nothing. */
#define HEAP_SHARE 200
#define OWNER_SHARE 20

static bool is_worth_a_line(const struct owners_view *view, const struct owner_group *group,
                            uint64_t of)
{
    uint64_t bytes = group->retained.bytes;
    return group->retained.blocks && bytes >= view->opened->owners.retained[0].bytes / HEAP_SHARE &&
           bytes >= of / OWNER_SHARE;
}

static void print_figures(const struct owners_view *view, uint64_t bytes)
{
    struct text size = text_size(bytes);
    struct text share = text_percent(bytes, view->opened->owners.retained[0].bytes);
    printf("%7s  %9s  ", share.s, size.s);
}

static void print_holders(const struct owners_view *view, const struct owner_holders *holders)
{
    for (uint32_t i = 0; i < holders->count; i++) {
        const char *joint = i + 1 == holders->count && !holders->more ? " and " : ", ";
        printf("%s%s", i ? joint : "   held by ",
               words_owner(view->opened, &view->opened->tree.group[holders->group[i]]).s);
    }
    if (holders->more)
        printf(" and more");
}

static void print_rest(const struct owners_view *view, const uint32_t *group, uint32_t count,
                       int depth)
{
    struct amount rest = {0};
    uint64_t owners = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct owner_group *left = &view->opened->tree.group[group[i]];
        amount_add(&rest, left->retained);
        owners += left->retained.blocks ? 1 : 0;
    }
    if (!owners)
        return;
    print_figures(view, rest.bytes);
    printf("%*s  %s… %s more%s\n", 2 * depth, "", text_colour(TEXT_DIM), text_count(owners).s,
           text_colour(TEXT_PLAIN));
}

static void print_below(const struct owners_view *view, uint32_t above, int depth, bool heavy);

static void print_group(const struct owners_view *view, uint32_t index, int depth, bool heavy,
                        const struct owner_holders *holders)
{
    const struct owner_group *group = &view->opened->tree.group[index];
    print_figures(view, group->retained.bytes);
    printf("%*s%s%s%s%s%s", 2 * depth, "", heavy ? text_colour(TEXT_BOLD) : "", heavy ? "▸ " : "  ",
           words_owner(view->opened, group).s, words_owner_type(view->opened, group).s,
           heavy ? text_colour(TEXT_PLAIN) : "");
    if (holders)
        print_holders(view, holders);
    putchar('\n');
    if (depth + 1 < DEPTH_MAX)
        print_below(view, index, depth + 1, heavy);
}

/* The heavy path goes on where one child has half of what its owner retains. */
static void print_below(const struct owners_view *view, uint32_t above, int depth, bool heavy)
{
    const struct owner_tree *tree = &view->opened->tree;
    uint32_t count, shown = 0;
    const uint32_t *child = owner_tree_children(tree, above, &count);
    uint64_t of = above == OWNER_NONE ? 0 : tree->group[above].retained.bytes;
    uint32_t most = above == OWNER_NONE ? TOP_MAX : CHILDREN_MAX;
    while (shown < count && shown < most && is_worth_a_line(view, &tree->group[child[shown]], of)) {
        bool heaviest = heavy && shown == 0 && tree->group[child[shown]].retained.bytes >= of / 2;
        print_group(view, child[shown], depth, heaviest,
                    above == OWNER_NONE ? &view->holders[shown] : NULL);
        shown++;
    }
    print_rest(view, child + shown, count - shown, depth);
}

void owners_print_text(const struct owners_view *view)
{
    const struct amount *live = &view->opened->analysis->live;
    analyze_print_process(view->opened);
    printf("Heap    %s in %s; ▸ leads to where the weight lies\n\n", text_size(live->bytes).s,
           text_counted(live->blocks, "block").s);
    struct amount unowned = opened_unowned(view->opened);
    if (unowned.blocks) {
        print_figures(view, unowned.bytes);
        printf("  %s: whose they are is in a dump of --detail=full\n", WORDS_SUMMED);
    }
    print_below(view, OWNER_NONE, 0, true);
}
