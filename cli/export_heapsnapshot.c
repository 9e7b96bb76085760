/*
 * A .heapsnapshot, as Chromium's DevTools (Memory, Load) and memlab read it. Nodes are the blocks,
 * and above them parents (cli/snapshot_parents.h); edges name the pointer's member, and its offset.
 *
 * DevTools read the file as it comes: the keys must stand in this order, and arrays of numbers hold
 * no negative ones. A node's edges follow those of the node before it, so the blocks are gone
 * through twice, and nothing is kept but texts and ids.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/export.h"
#include "cli/fatal.h"
#include "cli/json.h"
#include "cli/snapshot_ids.h"
#include "cli/snapshot_names.h"
#include "cli/snapshot_parents.h"
#include "cli/text.h"
#include "cli/words.h"

/* Fields of a node: type, name, id, self_size, edge_count; of an edge: type, name, to_node. */
#define NODE_FIELDS 5

/* By their places in the lists of names that the file begins with. */
enum node_type { NODE_SYNTHETIC, NODE_OBJECT };
enum edge_type { EDGE_ELEMENT, EDGE_PROPERTY, EDGE_INTERNAL, EDGE_WEAK };

/* Chromium 156 reads 400,000 nodes in 15 s; with more than this nobody will wait for it. */
#define COMFORTABLE_NODES 5000000

struct snapshot {
    const struct opened *opened;
    struct json *json;
    struct snapshot_parents parents;
    struct snapshot_ids ids;
    struct snapshot_names names;
};

static void number(struct snapshot *snapshot, uint64_t value)
{
    json_number(snapshot->json, NULL, value < UINT32_MAX ? value : UINT32_MAX);
}

/* ---- what the numbers mean ---- */

static void write_list(struct snapshot *snapshot, const char *key, const char *const *names)
{
    json_array(snapshot->json, key);
    for (; *names; names++)
        json_string(snapshot->json, NULL, *names);
    json_end(snapshot->json);
}

/* The types of the first field are a list of names in the list of types. */
static void write_types(struct snapshot *snapshot, const char *key, const char *const *names,
                        const char *const *others)
{
    json_array(snapshot->json, key);
    write_list(snapshot, NULL, names);
    for (; *others; others++)
        json_string(snapshot->json, NULL, *others);
    json_end(snapshot->json);
}

static void write_meta(struct snapshot *snapshot)
{
    static const char *const node_fields[] = {"type",      "name",       "id",
                                              "self_size", "edge_count", NULL};
    static const char *const node_types[] = {"synthetic", "object", NULL};
    static const char *const node_others[] = {"string", "number", "number", "number", NULL};
    static const char *const edge_fields[] = {"type", "name_or_index", "to_node", NULL};
    static const char *const edge_types[] = {"element", "property", "internal", "weak", NULL};
    static const char *const edge_others[] = {"string_or_number", "node", NULL};
    json_object(snapshot->json, "meta");
    write_list(snapshot, "node_fields", node_fields);
    write_types(snapshot, "node_types", node_types, node_others);
    write_list(snapshot, "edge_fields", edge_fields);
    write_types(snapshot, "edge_types", edge_types, edge_others);
    json_end(snapshot->json);
}

/* ---- nodes ---- */

static uint64_t edges_of(const struct snapshot *snapshot, uint32_t block)
{
    const struct heap_graph *heap = &snapshot->opened->analysis->heap;
    uint64_t count = 0;
    for (uint64_t e = heap->graph.begin[block]; e < heap->graph.begin[block + 1]; e++)
        count += heap->edge_class[e] != EDGE_NONE;
    return count;
}

static uint64_t count_edges(const struct snapshot *snapshot)
{
    uint64_t count = snapshot->parents.edge_count;
    for (uint32_t block = 0; block < snapshot->opened->dump->block_count; block++)
        count += edges_of(snapshot, block);
    return count;
}

static uint32_t block_id(struct snapshot *snapshot, uint32_t block)
{
    const struct dump *dump = snapshot->opened->dump;
    const uint64_t key[] = {dump->block_address[block], dump->block_bytes[block],
                            dump->block_birth[block]};
    return snapshot_ids_add(&snapshot->ids, key, sizeof(key));
}

static void write_node(struct snapshot *snapshot, enum node_type type, uint32_t name, uint32_t id,
                       uint64_t bytes, uint64_t edges)
{
    number(snapshot, type);
    number(snapshot, name);
    number(snapshot, id);
    number(snapshot, bytes);
    number(snapshot, edges);
}

/* A node for all blocks of a sum. */
static void write_sum(struct snapshot *snapshot, uint32_t index)
{
    const struct opened *opened = snapshot->opened;
    const struct block_sum *sum = &opened->dump->sums[index];
    const uint64_t key[] = {sum->stack, labels_of_sum(&opened->analysis->heap.labels, index)};
    write_node(snapshot, NODE_OBJECT, snapshot_names_sum(&snapshot->names, index),
               snapshot_ids_add(&snapshot->ids, key, sizeof(key)), sum->bytes, 0);
}

static void write_nodes(struct snapshot *snapshot)
{
    const struct opened *opened = snapshot->opened;
    json_array(snapshot->json, "nodes");
    for (uint32_t i = 0; i < snapshot->parents.count; i++) {
        const struct snapshot_parent *parent = &snapshot->parents.parent[i];
        const char *name = parent->name;
        write_node(snapshot, NODE_SYNTHETIC, snapshot_names_add(&snapshot->names, name),
                   snapshot_ids_add(&snapshot->ids, name, strlen(name)), 0,
                   parent->edge_end - parent->edge_begin);
    }
    for (uint32_t block = 0; block < opened->dump->block_count; block++) {
        bool counts = heap_graph_counts(&opened->analysis->heap, block);
        write_node(snapshot, NODE_OBJECT, snapshot_names_block(&snapshot->names, block),
                   block_id(snapshot, block), counts ? opened->dump->block_bytes[block] : 0,
                   edges_of(snapshot, block));
    }
    for (uint32_t i = 0; i < opened->dump->sum_count; i++)
        write_sum(snapshot, i);
    json_end(snapshot->json);
}

/* ---- edges ---- */

static void write_edge(struct snapshot *snapshot, enum edge_type type, uint64_t name,
                       uint64_t target)
{
    number(snapshot, type);
    number(snapshot, name);
    json_number(snapshot->json, NULL, target * NODE_FIELDS);
}

static uint64_t block_node(const struct snapshot *snapshot, uint32_t block)
{
    return (uint64_t)snapshot->parents.count + block;
}

/* A pointer to a block, by where it lies. */
static void write_pointer(struct snapshot *snapshot, uint64_t offset, uint32_t target)
{
    uint64_t node = block_node(snapshot, target);
    if (offset == OFFSET_UNKNOWN)
        write_edge(snapshot, EDGE_PROPERTY, snapshot_names_add(&snapshot->names, "declared"), node);
    else if (offset <= SNAPSHOT_NAMED_OFFSET)
        write_edge(snapshot, EDGE_PROPERTY, snapshot_names_offset(&snapshot->names, offset), node);
    else
        write_edge(snapshot, EDGE_ELEMENT, offset, node);
}

/* A pointer of a block's, by the member or attribute that it is. */
static void write_block_pointer(struct snapshot *snapshot, uint32_t block, uint64_t edge)
{
    const struct heap_graph *heap = &snapshot->opened->analysis->heap;
    uint64_t offset = heap_graph_offset(heap, block, edge);
    struct phrase member = words_member(snapshot->opened, block, offset);
    if (!*member.s) {
        write_pointer(snapshot, offset, heap->graph.target[edge]);
        return;
    }
    struct phrase name = words_format("%s +0x%02" PRIx64, member.s, offset);
    write_edge(snapshot, EDGE_PROPERTY, snapshot_names_add(&snapshot->names, name.s),
               block_node(snapshot, heap->graph.target[edge]));
}

static void write_parent_edges(struct snapshot *snapshot, const struct snapshot_parent *parent)
{
    for (uint64_t e = parent->edge_begin; e < parent->edge_end; e++) {
        const struct snapshot_edge *edge = &snapshot->parents.edge[e];
        uint64_t place = e - parent->edge_begin + 1;
        if (!edge->to_block)
            write_edge(snapshot, EDGE_ELEMENT, place, edge->target);
        else if (edge->offset != OFFSET_UNKNOWN)
            write_pointer(snapshot, edge->offset, edge->target);
        else
            write_edge(snapshot, edge->weak ? EDGE_WEAK : EDGE_ELEMENT, place,
                       block_node(snapshot, edge->target));
    }
}

static void write_block_edges(struct snapshot *snapshot, uint32_t block)
{
    const struct heap_graph *heap = &snapshot->opened->analysis->heap;
    for (uint64_t e = heap->graph.begin[block]; e < heap->graph.begin[block + 1]; e++) {
        if (heap->edge_class[e] == EDGE_INSIDE)
            write_edge(snapshot, EDGE_INTERNAL, snapshot_names_add(&snapshot->names, "pool"),
                       block_node(snapshot, heap->graph.target[e]));
        else if (heap->edge_class[e] != EDGE_NONE)
            write_block_pointer(snapshot, block, e);
    }
}

static void write_edges(struct snapshot *snapshot)
{
    json_array(snapshot->json, "edges");
    for (uint32_t i = 0; i < snapshot->parents.count; i++)
        write_parent_edges(snapshot, &snapshot->parents.parent[i]);
    for (uint32_t block = 0; block < snapshot->opened->dump->block_count; block++)
        write_block_edges(snapshot, block);
    json_end(snapshot->json);
}

/* ---- all ---- */

static void write_head(struct snapshot *snapshot, uint64_t nodes)
{
    json_object(snapshot->json, "snapshot");
    write_meta(snapshot);
    json_number(snapshot->json, "node_count", nodes);
    json_number(snapshot->json, "edge_count", count_edges(snapshot));
    json_number(snapshot->json, "trace_function_count", 0);
    json_end(snapshot->json);
}

static void write_strings(struct snapshot *snapshot)
{
    json_array(snapshot->json, "strings");
    for (uint32_t i = 0; i < snapshot->names.texts.count; i++)
        json_string(snapshot->json, NULL, string_table_text(&snapshot->names.texts, i));
    json_end(snapshot->json);
}

static void begin(struct snapshot *snapshot, const struct opened *opened, FILE *out)
{
    *snapshot = (struct snapshot){.opened = opened, .json = json_create(out)};
    snapshot_names_init(&snapshot->names, opened);
    snapshot_parents_init(opened, &snapshot->parents);
}

static void finish(struct snapshot *snapshot)
{
    json_destroy(snapshot->json);
    snapshot_parents_finish(&snapshot->parents);
    snapshot_names_finish(&snapshot->names);
    free(snapshot->ids.slot);
}

void export_heapsnapshot(const struct opened *opened, FILE *out)
{
    opened_need_graph(opened, "a heap snapshot");
    struct snapshot snapshot;
    begin(&snapshot, opened, out);
    uint64_t nodes =
        (uint64_t)snapshot.parents.count + opened->dump->block_count + opened->dump->sum_count;
    if (nodes > COMFORTABLE_NODES)
        note(opened->dump->path, "%s: more than DevTools are comfortable with",
             text_counted(nodes, "node").s);
    snapshot_ids_init(&snapshot.ids, nodes);
    json_object(snapshot.json, NULL);
    write_head(&snapshot, nodes);
    write_nodes(&snapshot);
    write_edges(&snapshot);
    write_strings(&snapshot);
    json_end(snapshot.json);
    finish(&snapshot);
}
