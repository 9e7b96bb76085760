/*
 * The schema caulk.analysis/1. What nothing computes yet is null, never 0: a
 * script must be able to tell "none" from "not known".
 */
#include <stdlib.h>

#include "cli/analyze.h"
#include "cli/cycle_pointers.h"
#include "cli/dump_json.h"
#include "cli/fatal.h"
#include "cli/memory.h"
#include "cli/owner_json.h"
#include "cli/suppressed.h"
#include "libcaulk/references.h"

/* A cycle of millions is told by its first members and edges, and so is its shape. */
#define MEMBERS_MAX 1000
#define EDGES_MAX 1000

static void put_amount(struct json *json, const char *key, struct amount amount)
{
    json_amount(json, key, amount.blocks, amount.bytes);
}

/* Beside a figure of a site: whoever reads it must see where it comes from. */
static void put_estimated(struct json *json, bool estimated, uint64_t samples)
{
    if (!estimated)
        return;
    json_bool(json, "estimated", true);
    json_number(json, "samples", samples);
}

static void put_estimate(struct json *json, const char *key, struct amount amount, bool estimated,
                         uint64_t samples)
{
    json_object(json, key);
    json_number(json, "blocks", amount.blocks);
    json_number(json, "bytes", amount.bytes);
    put_estimated(json, estimated, samples);
    json_end(json);
}

static void put_totals(struct json *json, const struct analysis *analysis)
{
    json_object(json, "totals");
    put_amount(json, "live", analysis->live);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        put_amount(json, block_kind_name((enum block_kind)kind), analysis->of_kind[kind]);
    json_object(json, "lost_cycles");
    json_number(json, "cycles", analysis->lost_cycles);
    json_number(json, "blocks", analysis->cycles.lost.blocks);
    json_number(json, "bytes", analysis->cycles.lost.bytes);
    json_end(json);
    put_amount(json, "pending", analysis->pending.amount);
    json_end(json);
}

static void put_warnings(struct json *json, const struct warnings *warnings)
{
    json_array(json, "warnings");
    for (uint32_t i = 0; i < warnings->count; i++) {
        json_object(json, NULL);
        json_string(json, "code", warnings->warning[i].code);
        json_number(json, "count", warnings->warning[i].count);
        json_string(json, "text", warnings->warning[i].text);
        json_end(json);
    }
    json_end(json);
}

static void put_memory(struct json *json, const struct memory_split *memory)
{
    json_object(json, "memory");
    json_number(json, "rss", memory->rss);
    json_number(json, "in_use", memory->in_use);
    json_number(json, "allocator_free", memory->allocator_free);
    json_number(json, "tracker", memory->tracker);
    json_number(json, "stacks", memory->stacks);
    json_number(json, "other", memory->other);
    json_end(json);
}

static void put_site_stack(struct json *json, const struct opened *opened, uint32_t site)
{
    struct call_stack stack;
    opened_site_stack(opened, site, &stack);
    dump_json_stack(json, &stack);
    call_stack_finish(&stack);
}

static void put_leak_retained(struct json *json, const struct leak *leak,
                              const struct amount *by_site)
{
    if (by_site && !leak->estimated)
        put_amount(json, "retained", by_site[leak->site]);
    else
        json_null(json, "retained");
}

static void put_leaks(struct json *json, const struct opened *opened)
{
    const struct leaks *leaks = &opened->analysis->leaks;
    struct amount *definite = findings_retained(opened, KIND_DEFINITE);
    struct amount *possible = findings_retained(opened, KIND_POSSIBLE);
    json_array(json, "leaks");
    for (uint32_t i = 0; i < leaks->count; i++) {
        const struct leak *leak = &leaks->leak[i];
        json_object(json, NULL);
        dump_json_id(json, "site", 'S', leak->site);
        json_string(json, "kind", block_kind_name(leak->kind));
        json_bool(json, "cyclic", leak->cyclic);
        json_string(json, "type", leak->type);
        json_number(json, "blocks", leak->own.blocks);
        json_number(json, "bytes", leak->own.bytes);
        put_estimated(json, leak->estimated, leak->samples);
        put_estimate(json, "indirect", leak->indirect, leak->estimated, leak->samples);
        if (leak->pending.blocks)
            put_estimate(json, "pending", leak->pending, leak->estimated, leak->samples);
        put_leak_retained(json, leak, leak->kind == KIND_POSSIBLE ? possible : definite);
        dump_json_born(json, leak->born_known, leak->first_seconds, leak->last_seconds);
        if (leak->example == LEAK_NO_EXAMPLE)
            json_null(json, "example");
        else
            json_address(json, "example", opened->dump->block_address[leak->example]);
        struct call_stack stack;
        opened_site_stack(opened, leak->site, &stack);
        json_string(json, "signature", suppressed_signature(&stack).s);
        dump_json_stack(json, &stack);
        call_stack_finish(&stack);
        json_end(json);
    }
    json_end(json);
    free(definite);
    free(possible);
}

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
        put_amount(json, "retained", owners_retained(&opened->owners, block));
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

static void put_cycles(struct json *json, const struct opened *opened)
{
    const struct cycles *cycles = &opened->analysis->cycles;
    json_array(json, "cycles");
    for (uint32_t i = 0; i < cycles->count; i++) {
        const struct cycle *cycle = &cycles->cycle[i];
        json_object(json, NULL);
        dump_json_id(json, "id", 'C', i);
        json_bool(json, "lost", cycle->lost);
        if (cycle->self)
            json_bool(json, "self", true);
        if (cycle->pending)
            json_bool(json, "pending", true);
        json_number(json, "blocks", cycle->own.blocks);
        json_number(json, "bytes", cycle->own.bytes);
        put_amount(json, "retained", cycle->retained);
        put_members(json, opened, cycle);
        put_edges(json, opened, i);
        dump_json_id(json, "shape", 'P', cycle->shape);
        json_end(json);
    }
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

static void put_shape(struct json *json, const struct opened *opened, uint32_t index)
{
    const struct shape *shape = &opened->analysis->shapes.shape[index];
    json_object(json, NULL);
    dump_json_id(json, "id", 'P', index);
    json_bool(json, "lost", shape->lost);
    if (shape->pending)
        json_bool(json, "pending", true);
    json_number(json, "cycles", shape->cycle_count);
    json_array(json, "members");
    for (uint32_t i = 0; i < shape->member_count && i < MEMBERS_MAX; i++) {
        json_object(json, NULL);
        json_string(json, "type", shape->members[i].type);
        dump_json_id(json, "site", 'S', opened_site_of(opened, shape->members[i].block));
        json_number(json, "bytes", shape->members[i].bytes);
        put_sampled_stacks(json, opened, index, shape->members[i].block);
        json_end(json);
    }
    json_end(json);
    json_array(json, "edges");
    for (uint32_t i = 0; i < shape->edge_count && i < EDGES_MAX; i++) {
        json_object(json, NULL);
        json_number(json, "from", shape->edges[i].from);
        dump_json_offset(json, shape->edges[i].offset);
        json_number(json, "to", shape->edges[i].to);
        dump_json_field(json, opened, shape->members[shape->edges[i].from].block,
                        shape->edges[i].offset);
        dump_json_weak(json, opened, shape->members[shape->edges[i].from].block,
                       shape->edges[i].offset);
        json_end(json);
    }
    json_end(json);
    put_omitted(json, "members_omitted", shape->member_count, MEMBERS_MAX);
    put_omitted(json, "edges_omitted", shape->edge_count, EDGES_MAX);
    put_amount(json, "retained", shape->retained);
    json_end(json);
}

/* Site -> when its blocks were born. */
static struct age_profile *site_ages(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    struct age_profile *ages = allocate(opened->analysis->sites.count, sizeof(*ages));
    for (uint32_t b = 0; b < dump->block_count; b++) {
        uint32_t site = opened_site_of(opened, b);
        if (site != SITE_NONE)
            age_profile_add(&ages[site], &dump->process, dump->block_birth[b],
                            dump->block_bytes[b]);
    }
    for (uint32_t i = 0; i < dump->sum_count; i++)
        age_profile_add_sum(&ages[opened->analysis->sites.of_stack[dump->sums[i].stack]],
                            &dump->sums[i]);
    return ages;
}

static void put_sites(struct json *json, const struct opened *opened)
{
    const struct sites *sites = &opened->analysis->sites;
    struct age_profile *ages = site_ages(opened);
    struct amount *retained = allocate(sites->count, sizeof(*retained));
    struct error err;
    if (!owners_of_sites(&opened->owners, sites, retained, &err))
        fatal_error(&err);
    json_array(json, "sites");
    for (uint32_t i = 0; i < sites->count; i++) {
        const struct site *site = &sites->site[i];
        json_object(json, NULL);
        dump_json_id(json, "id", 'S', i);
        json_string(json, "type", site->type);
        put_estimate(json, "live", site->live, site->estimated, site->samples);
        if (site->elsewhere.blocks)
            put_amount(json, "elsewhere", site->elsewhere);
        if (opened->dump->process.only_lost && site->of_kind[KIND_REACHABLE].blocks)
            json_null(json, "retained"); /* not known of what was summed */
        else
            put_amount(json, "retained", retained[i]);
        dump_json_ages(json, opened, &ages[i]);
        put_site_stack(json, opened, i);
        json_end(json);
    }
    json_end(json);
    free(ages);
    free(retained);
}

/* In place of owners, where a dump has only sums. */
static void put_places(struct json *json, const struct opened *opened)
{
    struct findings places;
    findings_places(opened, &places);
    for (uint32_t i = 0; i < places.count; i++) {
        const struct finding *place = &places.finding[i];
        json_object(json, NULL);
        json_string(json, "name", words_site(opened, place->index).s);
        json_string(json, "kind", "site");
        dump_json_id(json, "site", 'S', place->index);
        put_amount(json, "own", place->own);
        json_null(json, "retained");
        json_string(json, "trend",
                    age_trend_verdict(age_profile_trend(&place->ages, &opened->dump->process)));
        dump_json_ages(json, opened, &place->ages);
        json_end(json);
    }
    findings_finish(&places);
}

static void put_suspects(struct json *json, const struct opened *opened,
                         const struct suspects *suspects)
{
    json_array(json, "suspects");
    for (uint32_t i = 0; i < suspects->count; i++) {
        const struct suspect *suspect = &suspects->suspect[i];
        const struct owner_group *group = &opened->tree.group[suspect->group];
        json_object(json, NULL);
        owner_json_name(json, opened, group);
        put_amount(json, "retained", group->retained);
        json_string(json, "trend", age_trend_verdict(suspect->trend));
        dump_json_ages(json, opened, &suspect->ages);
        owner_json_holders(json, opened, &suspect->holders);
        json_end(json);
    }
    put_places(json, opened);
    json_end(json);
}

static void put_weak(struct json *json, const struct verdicts *verdicts)
{
    json_object(json, "weak");
    json_number(json, "blocks", verdicts->weak.blocks);
    json_number(json, "bytes", verdicts->weak.bytes);
    put_amount(json, "stack_words", verdicts->weak_words);
    json_end(json);
}

void analyze_print_json(const struct opened *opened, const struct suspects *suspects)
{
    const struct memory_split memory = memory_split(&opened->dump->process);
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.analysis/1");
    dump_json(json, opened);
    put_totals(json, opened->analysis);
    put_warnings(json, &opened->analysis->warnings);
    put_weak(json, &opened->analysis->verdicts);
    put_memory(json, &memory);
    put_leaks(json, opened);
    put_cycles(json, opened);
    json_array(json, "shapes");
    for (uint32_t i = 0; i < opened->analysis->shapes.count; i++)
        put_shape(json, opened, i);
    json_end(json);
    put_suspects(json, opened, suspects);
    put_sites(json, opened);
    json_end(json);
    json_destroy(json);
}
