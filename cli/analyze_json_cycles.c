/* Cycles and their shapes in the schema caulk.analysis/1. */
#include "cli/analyze_json.h"

#include <stdlib.h>

#include "cli/cycle_holder.h"
#include "cli/cycle_pointers.h"
#include "cli/dump_json.h"
#include "libcaulk/references.h"

/* A cycle of millions is told by its first members and edges, and so is its shape. */
#define MEMBERS_MAX 1000
#define EDGES_MAX 1000

static void put_omitted(struct json *json, const char *key, uint64_t total, uint64_t most)
{
    if (total > most)
        json_number(json, key, total - most);
}

/* What counts references to itself says how many there are, and how many pointers the cycle has. */
static void put_references(struct json *json, const struct references *references)
{
    if (!references->known)
        return;
    json_object(json, "references");
    json_number(json, "counted", references_counted(references));
    json_number(json, "weak", references->weak);
    json_number(json, "inside", references->pointers);
    if (references->weak_pointers)
        json_number(json, "inside_weak", references->weak_pointers);
    json_end(json);
}

static void put_members(struct json *json, const struct opened *opened, const struct cycle *cycle)
{
    const struct analysis *analysis = opened->analysis;
    struct references *references = cycle_references(opened, cycle);
    json_array(json, "members");
    for (uint32_t i = 0; i < cycle->member_count && i < MEMBERS_MAX; i++) {
        uint32_t block = analysis->cycles.member[cycle->first + i];
        json_object(json, NULL);
        json_address(json, "address", opened->dump->block_address[block]);
        json_number(json, "bytes", opened->dump->block_bytes[block]);
        dump_json_id(json, "site", 'S', opened_site_of(opened, block));
        json_string(json, "type", labels_name_of(&analysis->heap.labels, block));
        json_amount(json, "retained", owners_retained(&opened->owners, block));
        put_references(json, &references[i]);
        json_end(json);
    }
    json_end(json);
    put_omitted(json, "members_omitted", cycle->member_count, MEMBERS_MAX);
    free(references);
}

static void put_edges(struct json *json, const struct opened *opened, uint32_t cycle)
{
    struct cycle_edge *edges;
    uint64_t count, total;
    cycle_pointers(opened, cycle, EDGES_MAX, &edges, &count, &total);
    json_array(json, "edges");
    for (uint64_t i = 0; i < count; i++) {
        json_object(json, NULL);
        json_address(json, "from", opened->dump->block_address[edges[i].from]);
        dump_json_offset(json, edges[i].offset);
        json_address(json, "to", opened->dump->block_address[edges[i].to]);
        dump_json_field(json, opened, edges[i].from, edges[i].offset);
        dump_json_weak(json, opened, edges[i].from, edges[i].offset);
        json_end(json);
    }
    json_end(json);
    put_omitted(json, "edges_omitted", total, EDGES_MAX);
    free(edges);
}

static void put_cycle(struct json *json, const struct opened *opened, uint32_t index)
{
    const struct cycle *cycle = &opened->analysis->cycles.cycle[index];
    const struct phrase holder = cycle_holder(opened, cycle);
    json_object(json, NULL);
    dump_json_id(json, "id", 'C', index);
    json_bool(json, "lost", cycle->lost);
    if (cycle->self)
        json_bool(json, "self", true);
    if (cycle->pending)
        json_bool(json, "pending", true);
    if (*holder.s)
        json_string(json, "held_by", holder.s);
    json_number(json, "blocks", cycle->own.blocks);
    json_number(json, "bytes", cycle->own.bytes);
    json_amount(json, "retained", cycle->retained);
    put_members(json, opened, cycle);
    put_edges(json, opened, index);
    dump_json_id(json, "shape", 'P', cycle->shape);
    json_end(json);
}

void analyze_json_cycles(struct json *json, const struct opened *opened)
{
    json_array(json, "cycles");
    for (uint32_t i = 0; i < opened->analysis->cycles.count; i++)
        put_cycle(json, opened, i);
    json_end(json);
}

/* "sampled": the sites of the full stacks known of a member, with how many blocks have each. */
static void put_sampled_stacks(struct json *json, const struct opened *opened, uint32_t shape,
                               uint32_t block)
{
    size_t count = 0;
    const struct shape_stack *stacks =
        shape_stacks_of(&opened->analysis->shape_stacks, shape, block, &count);
    if (!stacks)
        return;
    json_array(json, "sampled");
    for (size_t i = 0; i < count; i++) {
        json_object(json, NULL);
        dump_json_id(json, "site", 'S', opened_site_of(opened, stacks[i].block));
        json_number(json, "blocks", stacks[i].blocks);
        json_end(json);
    }
    json_end(json);
}

static void put_shape_members(struct json *json, const struct opened *opened, uint32_t index)
{
    const struct shape *shape = &opened->analysis->shapes.shape[index];
    json_array(json, "members");
    for (uint32_t i = 0; i < shape->member_count && i < MEMBERS_MAX; i++) {
        const struct shape_member *member = &shape->members[i];
        json_object(json, NULL);
        json_string(json, "type", member->type);
        dump_json_id(json, "site", 'S', opened_site_of(opened, member->block));
        json_number(json, "bytes", member->bytes);
        put_sampled_stacks(json, opened, index, member->block);
        json_end(json);
    }
    json_end(json);
}

static void put_shape_edges(struct json *json, const struct opened *opened,
                            const struct shape *shape)
{
    json_array(json, "edges");
    for (uint32_t i = 0; i < shape->edge_count && i < EDGES_MAX; i++) {
        const struct shape_edge *edge = &shape->edges[i];
        uint32_t block = shape->members[edge->from].block;
        json_object(json, NULL);
        json_number(json, "from", edge->from);
        dump_json_offset(json, edge->offset);
        json_number(json, "to", edge->to);
        dump_json_field(json, opened, block, edge->offset);
        dump_json_weak(json, opened, block, edge->offset);
        json_end(json);
    }
    json_end(json);
}

static void put_shape(struct json *json, const struct opened *opened, uint32_t index)
{
    const struct shape *shape = &opened->analysis->shapes.shape[index];
    json_object(json, NULL);
    dump_json_id(json, "id", 'P', index);
    json_bool(json, "lost", shape->lost);
    if (shape->pending)
        json_bool(json, "pending", true);
    json_number(json, "cycles", shape->cycle_count);
    put_shape_members(json, opened, index);
    put_shape_edges(json, opened, shape);
    put_omitted(json, "members_omitted", shape->member_count, MEMBERS_MAX);
    put_omitted(json, "edges_omitted", shape->edge_count, EDGES_MAX);
    json_amount(json, "retained", shape->retained);
    json_end(json);
}

void analyze_json_shapes(struct json *json, const struct opened *opened)
{
    json_array(json, "shapes");
    for (uint32_t i = 0; i < opened->analysis->shapes.count; i++)
        put_shape(json, opened, i);
    json_end(json);
}
