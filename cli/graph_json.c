/* caulk.graph/1: the picture as data, node for node what the drawing shows. */
#include <stdlib.h>

#include "cli/dump_json.h"
#include "cli/graph.h"
#include "cli/words.h"

static void put_node(struct json *json, const struct opened *opened, const struct picture *picture,
                     uint32_t number, struct amount retained)
{
    const struct picture_node *node = &picture->nodes[number];
    json_object(json, NULL);
    json_number(json, "id", number);
    if (node->root) {
        dump_json_root(json, opened, node->root, node->root_offset);
        json_number(json, "places", node->amount.blocks);
    } else {
        json_address(json, "address", opened->dump->block_address[node->block]);
        json_string(json, "kind", block_kind_name(node->kind));
        json_number(json, "blocks", node->amount.blocks);
        json_number(json, "bytes", node->amount.bytes);
        json_amount(json, "retained", retained);
        dump_json_id(json, "site", 'S', opened_site_of(opened, node->block));
        json_string(json, "type", labels_name_of(&opened->analysis->heap.labels, node->block));
        dump_json_id(json, "cycle", 'C',
                     node->group == PICTURE_NO_GROUP ? SITE_NONE
                                                     : picture->groups[node->group].cycle);
    }
    json_end(json);
}

static void put_edge(struct json *json, const struct opened *opened, const struct picture *picture,
                     const struct picture_edge *edge)
{
    const struct root *root = picture->nodes[edge->from].root;
    uint64_t offset = edge->first_offset;
    json_object(json, NULL);
    json_number(json, "from", edge->from);
    json_number(json, "to", edge->to);
    json_number(json, "pointers", edge->pointers);
    dump_json_offset(json, root ? words_root(opened, root, offset).offset : offset);
    if (!root)
        dump_json_field(json, opened, picture->nodes[edge->from].block, offset);
    if (graph_edge_is_weak(opened, picture, edge))
        json_bool(json, "weak", true);
    json_string(json, "kind",
                edge->first_offset == OFFSET_UNKNOWN ? "declared"
                : edge->interior                     ? "interior"
                                                     : "exact");
    json_bool(json, "cyclic", edge->cyclic);
    json_end(json);
}

void graph_print_json(const struct opened *opened, const struct picture *picture, FILE *out)
{
    struct amount *retained = graph_retained(opened, picture);
    struct json *json = json_create(out);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.graph/1");
    dump_json(json, opened);
    json_array(json, "nodes");
    for (uint32_t i = 0; i < picture->node_count; i++)
        put_node(json, opened, picture, i, retained[i]);
    json_end(json);
    json_array(json, "edges");
    for (uint32_t i = 0; i < picture->edge_count; i++)
        put_edge(json, opened, picture, &picture->edges[i]);
    json_end(json);
    json_amount(json, "left_out", picture->left_out);
    json_end(json);
    json_destroy(json);
    free(retained);
}
