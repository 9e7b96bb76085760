/*
 * The schema caulk.owners/1. What retains less than a ten-thousandth of the heap is left out, and
 * counted: a heap of ten million blocks has millions of such owners.
 */
#include "cli/dump_json.h"
#include "cli/owner_json.h"
#include "cli/owners.h"
#include "cli/owners_types.h"

#define SHARE_SHOWN 10000

static void put_groups(struct json *json, const struct owners_view *view, uint32_t above);

static void put_group(struct json *json, const struct owners_view *view, uint32_t index,
                      const struct owner_holders *holders)
{
    const struct opened *opened = view->opened;
    const struct owner_group *group = &opened->tree.group[index];
    json_object(json, NULL);
    owner_json_name(json, opened, group);
    if (owner_is_of_blocks(group)) {
        json_bool(json, "lost", group->lost);
        json_amount(json, "own", group->own);
    }
    json_amount(json, "retained", group->retained);
    if (holders && owner_is_of_blocks(group))
        owner_json_holders(json, opened, holders);
    json_array(json, "children");
    put_groups(json, view, index);
    json_end(json);
    json_end(json);
}

/* They are sorted: what follows the first that is too light is too. */
static uint32_t count_shown(const struct opened *opened, const uint32_t *groups, uint32_t count)
{
    uint64_t least = opened->owners.retained[0].bytes / SHARE_SHOWN;
    uint32_t shown = 0;
    while (shown < count && opened->tree.group[groups[shown]].retained.bytes >= least &&
           opened->tree.group[groups[shown]].retained.blocks)
        shown++;
    return shown;
}

static void put_groups(struct json *json, const struct owners_view *view, uint32_t above)
{
    uint32_t count;
    const uint32_t *child = owner_tree_children(&view->opened->tree, above, &count);
    uint32_t shown = count_shown(view->opened, child, count);
    for (uint32_t i = 0; i < shown; i++)
        put_group(json, view, child[i], above == OWNER_NONE ? &view->holders[i] : NULL);
}

void owners_print_json(const struct owners_view *view)
{
    const struct opened *opened = view->opened;
    struct amount unowned = opened_unowned(opened);
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.owners/1");
    dump_json(json, opened);
    json_amount(json, "live", opened->analysis->live);
    if (opened->dump->process.only_lost)
        json_amount(json, "summed", unowned);
    json_array(json, "owners");
    put_groups(json, view, OWNER_NONE);
    json_end(json);
    uint32_t shown = count_shown(opened, view->top, view->top_count);
    if (shown < view->top_count)
        json_number(json, "owners_omitted", view->top_count - shown);
    owners_types_json(json, opened);
    json_end(json);
    json_destroy(json);
}
