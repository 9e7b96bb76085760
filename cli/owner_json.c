/* An owner's names, by what it is. */
#include "cli/owner_json.h"

#include "cli/dump_json.h"
#include "cli/words.h"

static void put_root(struct json *json, const struct opened *opened,
                     const struct owner_group *group)
{
    struct root_words root = words_owner_root(opened, group);
    json_string(json, "name", *root.name.s ? root.name.s : NULL);
    json_string(json, "kind", root.kind);
    json_string(json, "type", *root.type.s ? root.type.s : NULL);
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
    uint32_t site = opened->analysis->sites.of_stack[opened_owner_node(opened, group)];
    json_string(json, "name", words_owner_blocks(opened, group).s);
    json_string(json, "kind", "block");
    json_string(json, "type", opened_owner_type(opened, group));
    dump_json_id(json, "site", 'S', site);
    json_number(json, "count", group->count);
    if (group->kind == OWNER_BLOCK)
        json_address(json, "example", opened->dump->block_address[group->example]);
    else
        json_null(json, "example"); /* it was summed */
}

static void put_several(struct json *json)
{
    json_null(json, "name");
    json_string(json, "kind", "several");
    json_null(json, "type");
}

void owner_json_name(struct json *json, const struct opened *opened,
                     const struct owner_group *group)
{
    if (group->kind == OWNER_ROOT)
        put_root(json, opened, group);
    else if (group->kind == OWNER_CYCLE)
        put_cycles(json, group);
    else if (group->kind == OWNER_SEVERAL)
        put_several(json);
    else
        put_blocks(json, opened, group);
}

void owner_json_holders(struct json *json, const struct opened *opened,
                        const struct owner_holders *holders)
{
    json_array(json, "held_by");
    for (uint32_t i = 0; i < holders->count; i++) {
        json_object(json, NULL);
        owner_json_name(json, opened, &opened->tree.group[holders->group[i]]);
        json_end(json);
    }
    json_end(json);
}
