/* A SQLite database of everything: see the schema. */
#include <stdlib.h>

#include "cli/database.h"
#include "cli/export.h"
#include "cli/export_pointers.h"
#include "cli/suppressed.h"
#include "cli/words.h"

/* Addresses are integers; printf('0x%x', address) writes them as caulk does. */
static const char schema[] =
    "PRAGMA user_version = 1;"
    "CREATE TABLE dump (path TEXT, program TEXT, host TEXT, pid INTEGER, sequence INTEGER,"
    "    time REAL /* Unix */, uptime_seconds REAL, paused_seconds REAL);"
    "CREATE TABLE warning (code TEXT, count INTEGER, text TEXT);"
    "CREATE TABLE site (id INTEGER PRIMARY KEY /* 1 is S1 */, type TEXT, signature TEXT,"
    "    live_blocks INTEGER, live_bytes INTEGER, estimated INTEGER);"
    "CREATE TABLE frame (site INTEGER REFERENCES site, position INTEGER /* 0: innermost */,"
    "    address INTEGER, module TEXT, function TEXT, file TEXT, line INTEGER, inlined INTEGER,"
    "    PRIMARY KEY (site, position)) WITHOUT ROWID;"
    "CREATE TABLE cycle (id INTEGER PRIMARY KEY /* 1 is C1 */, shape INTEGER /* 1 is P1 */,"
    "    lost INTEGER, pending INTEGER /* Python's collector will come back for it */,"
    "    blocks INTEGER, bytes INTEGER, retained_blocks INTEGER,"
    "    retained_bytes INTEGER);"
    "CREATE TABLE block (id INTEGER PRIMARY KEY, address INTEGER, bytes INTEGER,"
    "    kind TEXT /* definite, indirect, possible, reachable, suppressed, pool */,"
    "    site INTEGER REFERENCES site, type TEXT, born_seconds REAL /* since the start */,"
    "    cycle INTEGER REFERENCES cycle);"
    "CREATE TABLE sum (kind TEXT /* blocks of a merged dump; reachable ones with --detail=lost */,"
    "    site INTEGER REFERENCES site, type TEXT, blocks INTEGER, bytes INTEGER);"
    "CREATE TABLE edge (source INTEGER REFERENCES block, number INTEGER /* of those of a source */,"
    "    offset INTEGER, target INTEGER REFERENCES block,"
    "    kind TEXT /* exact, interior, declared, inside */,"
    "    field TEXT /* the member or attribute that it is, where that has a name */,"
    "    PRIMARY KEY (source, number)) WITHOUT ROWID;"
    "CREATE TABLE root (id INTEGER PRIMARY KEY, kind TEXT, name TEXT, module TEXT);"
    "CREATE TABLE reference (root INTEGER REFERENCES root, offset INTEGER,"
    "    target INTEGER REFERENCES block, kind TEXT);";

/* Made last: faster, and in order. */
static const char indexes[] = "CREATE INDEX block_address ON block (address);"
                              "CREATE INDEX block_site ON block (site);"
                              "CREATE INDEX edge_target ON edge (target);"
                              "CREATE INDEX reference_target ON reference (target);";

/* Numbers of this file count from 1, as ids do. */
static void put_number(struct table *table, uint32_t index)
{
    if (index == UINT32_MAX)
        table_null(table);
    else
        table_integer(table, index + UINT64_C(1));
}

static void put_offset(struct table *table, uint64_t offset)
{
    if (offset == OFFSET_UNKNOWN)
        table_null(table);
    else
        table_integer(table, offset);
}

/* When each was dumped is not known. */
static void add_merged(struct table *table, const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->merged.process_count; i++) {
        table_text(table, dump->path);
        table_text(table, dump->merged.process[i].program);
        table_text(table, dump->merged.process[i].host);
        table_integer(table, dump->merged.process[i].pid);
        for (int column = 0; column < 4; column++)
            table_null(table);
    }
}

static void add_dumps(struct database *database, const struct opened *opened)
{
    struct table *table = database_table(database, "dump");
    uint32_t count;
    struct dump *const *dumps = opened_dumps(opened, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct process *process = &dumps[i]->process;
        if (process->merged) {
            add_merged(table, dumps[i]);
            continue;
        }
        table_text(table, dumps[i]->path);
        table_text(table, process->program);
        table_text(table, process->host);
        table_integer(table, process->pid);
        table_integer(table, process->sequence);
        table_real(table, (double)process->time_ns / 1e9);
        table_real(table, (double)process->uptime_ns / 1e9);
        table_real(table, (double)process->pause_ns / 1e9);
    }
}

static void add_warnings(struct database *database, const struct warnings *warnings)
{
    struct table *table = database_table(database, "warning");
    for (uint32_t i = 0; i < warnings->count; i++) {
        table_text(table, warnings->warning[i].code);
        table_integer(table, warnings->warning[i].count);
        table_text(table, warnings->warning[i].text);
    }
}

static void add_frames(struct table *table, uint32_t site, const struct call_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++) {
        const struct frame *frame = &stack->frame[i];
        put_number(table, site);
        table_integer(table, i);
        table_integer(table, frame->address);
        table_text(table, frame->module);
        table_text(table, frame->function);
        table_text(table, frame->file);
        if (frame->line)
            table_integer(table, frame->line);
        else
            table_null(table);
        table_integer(table, frame->inlined);
    }
}

static void add_sites(struct database *database, const struct opened *opened)
{
    const struct sites *sites = &opened->analysis->sites;
    struct table *table = database_table(database, "site");
    struct table *frames = database_table(database, "frame");
    for (uint32_t i = 0; i < sites->count; i++) {
        struct call_stack stack;
        opened_site_stack(opened, i, &stack);
        put_number(table, i);
        table_text(table, sites->site[i].type);
        table_text(table, suppressed_signature(&stack).s);
        table_integer(table, sites->site[i].live.blocks);
        table_integer(table, sites->site[i].live.bytes);
        table_integer(table, sites->site[i].estimated);
        add_frames(frames, i, &stack);
        call_stack_finish(&stack);
    }
}

static void add_cycles(struct database *database, const struct cycles *cycles)
{
    struct table *table = database_table(database, "cycle");
    for (uint32_t i = 0; i < cycles->count; i++) {
        const struct cycle *cycle = &cycles->cycle[i];
        put_number(table, i);
        put_number(table, cycle->shape);
        table_integer(table, cycle->lost);
        table_integer(table, cycle->pending);
        table_integer(table, cycle->own.blocks);
        table_integer(table, cycle->own.bytes);
        table_integer(table, cycle->retained.blocks);
        table_integer(table, cycle->retained.bytes);
    }
}

static void put_born(struct table *table, const struct opened *opened, uint32_t block)
{
    double seconds;
    if (opened_born(opened, block, &seconds))
        table_real(table, seconds);
    else
        table_null(table);
}

static void add_blocks(struct database *database, const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    struct table *table = database_table(database, "block");
    for (uint32_t block = 0; block < dump->block_count; block++) {
        put_number(table, block);
        table_integer(table, dump->block_address[block]);
        table_integer(table, dump->block_bytes[block]);
        table_text(table, export_block_kind(opened, block));
        put_number(table, opened_site_of(opened, block));
        table_text(table, labels_name_of(&opened->analysis->heap.labels, block));
        put_born(table, opened, block);
        put_number(table, cycles_find(&opened->analysis->cycles, block));
    }
}

static void add_sums(struct database *database, const struct opened *opened)
{
    struct table *table = database_table(database, "sum");
    for (uint32_t i = 0; i < opened->dump->sum_count; i++) {
        const struct block_sum *sum = &opened->dump->sums[i];
        table_text(table, block_kind_name((enum block_kind)(sum->what & SUM_KIND_MASK)));
        put_number(table, opened->analysis->sites.of_stack[sum->stack]);
        table_text(table, sum->label);
        table_integer(table, sum->blocks);
        table_integer(table, sum->bytes);
    }
}

static void put_field(struct table *table, const struct opened *opened, uint32_t block,
                      uint64_t offset)
{
    char *field = words_whole_field(opened, block, offset);
    table_text(table, field);
    free(field);
}

static void add_edge(struct table *table, const struct opened *opened, uint32_t block,
                     uint64_t edge, const char *kind)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    uint64_t offset = heap_graph_offset(heap, block, edge);
    put_number(table, block);
    table_integer(table, edge - heap->graph.begin[block]);
    put_offset(table, offset);
    put_number(table, heap->graph.target[edge]);
    table_text(table, kind);
    put_field(table, opened, block, offset);
}

static void add_edges(struct database *database, const struct opened *opened)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    struct table *table = database_table(database, "edge");
    for (uint32_t block = 0; block < heap->graph.node_count; block++) {
        for (uint64_t e = heap->graph.begin[block]; e < heap->graph.begin[block + 1]; e++) {
            const char *kind = export_edge_kind(opened, e);
            if (kind)
                add_edge(table, opened, block, e, kind);
        }
    }
}

static void add_references(struct database *database, const struct opened *opened,
                           const struct root_owners *owners)
{
    const struct pointers *refs = &opened->dump->refs;
    struct table *table = database_table(database, "reference");
    for (uint32_t r = 0; r < opened->dump->root_count; r++) {
        for (uint64_t ref = refs->begin[r]; ref < refs->begin[r + 1]; ref++) {
            put_number(table, owners->of_ref[ref]);
            put_offset(table, export_reference_offset(opened, owners, r, ref));
            put_number(table, refs->target[ref]);
            table_text(table, export_reference_kind(opened, ref));
        }
    }
}

static void add_roots(struct database *database, const struct opened *opened)
{
    struct table *table = database_table(database, "root");
    struct root_owners owners;
    export_roots_init(opened, &owners);
    for (uint32_t i = 0; i < owners.count; i++) {
        const struct root *root = &opened->dump->roots[owners.owner[i].root];
        struct root_words words = words_root(opened, root, owners.owner[i].offset);
        put_number(table, i);
        table_text(table, words.kind);
        table_text(table, *words.name.s ? words.name.s : NULL);
        table_text(table, words.module);
    }
    add_references(database, opened, &owners);
    root_owners_finish(&owners);
}

void export_sqlite(const struct opened *opened, FILE *out)
{
    struct database *database = database_create(out);
    database_run(database, schema);
    add_dumps(database, opened);
    add_warnings(database, &opened->analysis->warnings);
    add_sites(database, opened);
    add_cycles(database, &opened->analysis->cycles);
    add_blocks(database, opened);
    add_sums(database, opened);
    add_edges(database, opened);
    add_roots(database, opened);
    database_run(database, indexes);
    database_destroy(database);
}
