/*
 * The schema caulk.owners/1. What retains less than a ten-thousandth of the heap is left out, and
 * counted: a heap of ten million blocks has millions of such owners.
 */
#include "cli/dump_json.h"
#include "cli/owners.h"
#include "cli/words.h"

#define SHARE_SHOWN 10000

static const char *kind_name(const struct opened *opened, const struct owner_group *group)
{
    if (group->kind == OWNER_ROOT)
        return words_owner_root(opened, group).kind;
    return group->kind == OWNER_CYCLE ? "cycle" : "block";
}

static void put_root(struct json *json, const struct opened *opened,
                     const struct owner_group *group)
{
    struct root_words root = words_owner_root(opened, group);
    json_string(json, "name", *root.name.s ? root.name.s : NULL);
    json_string(json, "kind", root.kind);
    json_null(json, "type");
    json_string(json, "module", root.module);
}

static void put_cycles(struct json *json, const struct owner_group *group)
{
    dump_json_id(json, "name", 'C', group->example);
    json_string(json, "kind", "cycle");
    json_null(json, "type");
    dump_json_id(json, "shape", 'P', group->index);
    json_number(json, "count", group->count);
}

static void put_blocks(struct json *json, const struct opened *opened,
                       const struct owner_group *group)
{
    json_string(json, "name", words_block(opened, group->example).s);
    json_string(json, "kind", "block");
    json_string(json, "type", labels_name_of(&opened->analysis->heap.labels, group->example));
    dump_json_id(json, "site", 'S', opened_site_of(opened, group->example));
    json_number(json, "count", group->count);
    json_address(json, "example", opened->dump->block_address[group->example]);
    json_bool(json, "lost", group->lost);
    json_amount(json, "own", group->own.blocks, group->own.bytes);
}

static void put_holders(struct json *json, const struct opened *opened,
                        const struct owner_holders *holders)
{
    json_array(json, "held_by");
    for (uint32_t i = 0; i < holders->count; i++) {
        const struct owner_group *group = &opened->tree.group[holders->group[i]];
        json_object(json, NULL);
        if (group->kind == OWNER_ROOT)
            put_root(json, opened, group);
        else
            json_string(json, "name", words_block(opened, group->example).s);
        if (group->kind != OWNER_ROOT)
            json_string(json, "kind", kind_name(opened, group));
        json_end(json);
    }
    json_end(json);
}

static void put_groups(struct json *json, const struct owners_view *view, uint32_t above);

static void put_group(struct json *json, const struct owners_view *view, uint32_t index,
                      const struct owner_holders *holders)
{
    const struct opened *opened = view->opened;
    const struct owner_group *group = &opened->tree.group[index];
    json_object(json, NULL);
    if (group->kind == OWNER_ROOT)
        put_root(json, opened, group);
    else if (group->kind == OWNER_CYCLE)
        put_cycles(json, group);
    else
        put_blocks(json, opened, group);
    json_amount(json, "retained", group->retained.blocks, group->retained.bytes);
    if (holders && group->kind == OWNER_BLOCK)
        put_holders(json, opened, holders);
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
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.owners/1");
    dump_json(json, opened);
    json_amount(json, "live", opened->analysis->live.blocks, opened->analysis->live.bytes);
    json_array(json, "owners");
    put_groups(json, view, OWNER_NONE);
    json_end(json);
    uint32_t shown = count_shown(opened, view->top, view->top_count);
    if (shown < view->top_count)
        json_number(json, "owners_omitted", view->top_count - shown);
    json_end(json);
    json_destroy(json);
}
