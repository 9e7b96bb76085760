/*
 * JSON Lines, caulk.snapshot/1: one object a line, for DuckDB, ClickHouse, jq and scripts. The
 * first line says what dump it is; of the others `record` says what they are. Ids are those of the
 * analysis ("S1", "C1"); a root's is a number of this file.
 *
 *     site       id, type, live, signature, stack
 *     cycle      id, lost, (pending,) blocks, bytes, retained, shape
 *     root       id, kind, name, module
 *     block      address, bytes, kind, site, type, born_seconds, cycle
 *     sum        kind, site, type, blocks, bytes: blocks of a merged dump; reachable ones of a dump
 *                with --detail=lost
 *     edge       from, offset, (field,) to, kind
 *     reference  root, offset, to, kind
 *     warning    code, count, text
 */
#include <stdlib.h>

#include "cli/dump_json.h"
#include "cli/export.h"
#include "cli/export_pointers.h"
#include "cli/suppressed.h"
#include "cli/words.h"

struct lines {
    const struct opened *opened;
    struct json *json;
};

static void begin_record(struct lines *lines, const char *record)
{
    json_object(lines->json, NULL);
    json_string(lines->json, "record", record);
}

static void end_record(struct lines *lines)
{
    json_end(lines->json);
    json_next_line(lines->json);
}

static void write_head(struct lines *lines)
{
    json_object(lines->json, NULL);
    json_string(lines->json, "schema", "caulk.snapshot/1");
    dump_json(lines->json, lines->opened);
    end_record(lines);
}

static void write_sites(struct lines *lines)
{
    const struct sites *sites = &lines->opened->analysis->sites;
    for (uint32_t i = 0; i < sites->count; i++) {
        struct call_stack stack;
        opened_site_stack(lines->opened, i, &stack);
        begin_record(lines, "site");
        dump_json_id(lines->json, "id", 'S', i);
        json_string(lines->json, "type", sites->site[i].type);
        json_amount(lines->json, "live", sites->site[i].live);
        if (sites->site[i].estimated)
            json_bool(lines->json, "estimated", true);
        json_string(lines->json, "signature", suppressed_signature(&stack).s);
        dump_json_stack(lines->json, &stack);
        end_record(lines);
        call_stack_finish(&stack);
    }
}

static void write_cycles(struct lines *lines)
{
    const struct cycles *cycles = &lines->opened->analysis->cycles;
    for (uint32_t i = 0; i < cycles->count; i++) {
        const struct cycle *cycle = &cycles->cycle[i];
        begin_record(lines, "cycle");
        dump_json_id(lines->json, "id", 'C', i);
        json_bool(lines->json, "lost", cycle->lost);
        if (cycle->pending)
            json_bool(lines->json, "pending", true);
        json_number(lines->json, "blocks", cycle->own.blocks);
        json_number(lines->json, "bytes", cycle->own.bytes);
        json_amount(lines->json, "retained", cycle->retained);
        dump_json_id(lines->json, "shape", 'P', cycle->shape);
        end_record(lines);
    }
}

static void write_born(struct lines *lines, uint32_t block)
{
    double seconds;
    if (opened_born(lines->opened, block, &seconds))
        json_seconds(lines->json, "born_seconds", seconds);
    else
        json_null(lines->json, "born_seconds");
}

static void write_blocks(struct lines *lines)
{
    const struct analysis *analysis = lines->opened->analysis;
    const struct dump *dump = lines->opened->dump;
    for (uint32_t block = 0; block < dump->block_count; block++) {
        begin_record(lines, "block");
        json_address(lines->json, "address", dump->block_address[block]);
        json_number(lines->json, "bytes", dump->block_bytes[block]);
        json_string(lines->json, "kind", export_block_kind(lines->opened, block));
        dump_json_id(lines->json, "site", 'S', opened_site_of(lines->opened, block));
        json_string(lines->json, "type", labels_name_of(&analysis->heap.labels, block));
        write_born(lines, block);
        dump_json_id(lines->json, "cycle", 'C', cycles_find(&analysis->cycles, block));
        end_record(lines);
    }
}

static void write_sums(struct lines *lines)
{
    const struct analysis *analysis = lines->opened->analysis;
    for (uint32_t i = 0; i < lines->opened->dump->sum_count; i++) {
        const struct block_sum *sum = &lines->opened->dump->sums[i];
        begin_record(lines, "sum");
        json_string(lines->json, "kind",
                    block_kind_name((enum block_kind)(sum->what & SUM_KIND_MASK)));
        dump_json_id(lines->json, "site", 'S', analysis->sites.of_stack[sum->stack]);
        json_string(lines->json, "type", sum->label);
        json_number(lines->json, "blocks", sum->blocks);
        json_number(lines->json, "bytes", sum->bytes);
        end_record(lines);
    }
}

static void write_target(struct lines *lines, uint64_t offset, uint32_t target, const char *kind)
{
    dump_json_offset(lines->json, offset);
    json_address(lines->json, "to", lines->opened->dump->block_address[target]);
    json_string(lines->json, "kind", kind);
    end_record(lines);
}

static void write_edge(struct lines *lines, uint32_t block, uint64_t edge, const char *kind)
{
    const struct heap_graph *heap = &lines->opened->analysis->heap;
    uint64_t offset = heap_graph_offset(heap, block, edge);
    char *field = words_whole_field(lines->opened, block, offset);
    begin_record(lines, "edge");
    json_address(lines->json, "from", heap->dump->block_address[block]);
    if (field)
        json_string(lines->json, "field", field);
    write_target(lines, offset, heap->graph.target[edge], kind);
    free(field);
}

static void write_edges(struct lines *lines)
{
    const struct heap_graph *heap = &lines->opened->analysis->heap;
    for (uint32_t block = 0; block < heap->graph.node_count; block++) {
        for (uint64_t e = heap->graph.begin[block]; e < heap->graph.begin[block + 1]; e++) {
            const char *kind = export_edge_kind(lines->opened, e);
            if (kind)
                write_edge(lines, block, e, kind);
        }
    }
}

static void write_root(struct lines *lines, const struct root_owner *owner, uint32_t number)
{
    const struct root *root = &lines->opened->dump->roots[owner->root];
    struct root_words words = words_root(lines->opened, root, owner->offset);
    begin_record(lines, "root");
    json_number(lines->json, "id", number);
    json_string(lines->json, "kind", words.kind);
    json_string(lines->json, "name", *words.name.s ? words.name.s : NULL);
    json_string(lines->json, "module", words.module);
    end_record(lines);
}

static void write_references(struct lines *lines, const struct root_owners *owners)
{
    const struct pointers *refs = &lines->opened->dump->refs;
    for (uint32_t r = 0; r < lines->opened->dump->root_count; r++) {
        for (uint64_t ref = refs->begin[r]; ref < refs->begin[r + 1]; ref++) {
            begin_record(lines, "reference");
            json_number(lines->json, "root", owners->of_ref[ref] + UINT64_C(1));
            write_target(lines, export_reference_offset(lines->opened, owners, r, ref),
                         refs->target[ref], export_reference_kind(lines->opened, ref));
        }
    }
}

static void write_roots(struct lines *lines)
{
    struct root_owners owners;
    export_roots_init(lines->opened, &owners);
    for (uint32_t i = 0; i < owners.count; i++)
        write_root(lines, &owners.owner[i], i + 1);
    write_references(lines, &owners);
    root_owners_finish(&owners);
}

static void write_warnings(struct lines *lines)
{
    const struct warnings *warnings = &lines->opened->analysis->warnings;
    for (uint32_t i = 0; i < warnings->count; i++) {
        begin_record(lines, "warning");
        json_string(lines->json, "code", warnings->warning[i].code);
        json_number(lines->json, "count", warnings->warning[i].count);
        json_string(lines->json, "text", warnings->warning[i].text);
        end_record(lines);
    }
}

void export_jsonl(const struct opened *opened, FILE *out)
{
    struct lines lines = {opened, json_create_lines(out)};
    write_head(&lines);
    write_warnings(&lines);
    write_sites(&lines);
    write_cycles(&lines);
    write_blocks(&lines);
    write_sums(&lines);
    write_edges(&lines);
    write_roots(&lines);
    json_destroy(lines.json);
}
