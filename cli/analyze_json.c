/*
 * The schema caulk.analysis/1, but for cycles (analyze_json_cycles.c). What is not known is null,
 * never 0: a script must be able to tell that from "none".
 */
#include <stdlib.h>

#include "cli/analyze.h"
#include "cli/analyze_json.h"
#include "cli/dump_json.h"
#include "cli/fatal.h"
#include "cli/memory_split.h"
#include "cli/owner_json.h"
#include "cli/suppressed.h"
#include "libcaulk/memory.h"

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
    json_amount(json, "live", analysis->live);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        json_amount(json, block_kind_name((enum block_kind)kind), analysis->of_kind[kind]);
    json_object(json, "lost_cycles");
    json_number(json, "cycles", analysis->lost_cycles);
    json_number(json, "blocks", analysis->cycles.lost.blocks);
    json_number(json, "bytes", analysis->cycles.lost.bytes);
    json_end(json);
    json_object(json, "pending");
    json_number(json, "cycles", analysis->pending_cycles);
    json_number(json, "blocks", analysis->pending.amount.blocks);
    json_number(json, "bytes", analysis->pending.amount.bytes);
    json_end(json);
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

static void put_leak_retained(struct json *json, const struct leak *leak,
                              const struct amount *by_site)
{
    if (by_site && !leak->estimated)
        json_amount(json, "retained", by_site[leak->site]);
    else
        json_null(json, "retained");
}

static void put_example(struct json *json, const struct dump *dump, uint32_t block)
{
    if (block == LEAK_NO_EXAMPLE)
        json_null(json, "example");
    else
        json_address(json, "example", dump->block_address[block]);
}

/* retained: of the sites' blocks of the leak's kind. */
static void put_leak(struct json *json, const struct opened *opened, const struct leak *leak,
                     const struct amount *retained)
{
    struct call_stack stack;
    opened_site_stack(opened, leak->site, &stack);
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
    put_leak_retained(json, leak, retained);
    dump_json_born(json, leak->born_known, leak->first_seconds, leak->last_seconds);
    put_example(json, opened->dump, leak->example);
    json_string(json, "signature", suppressed_signature(&stack).s);
    dump_json_stack(json, &stack);
    json_end(json);
    call_stack_finish(&stack);
}

static void put_leaks(struct json *json, const struct opened *opened)
{
    const struct leaks *leaks = &opened->analysis->leaks;
    struct amount *definite = findings_retained(opened, KIND_DEFINITE);
    struct amount *possible = findings_retained(opened, KIND_POSSIBLE);
    json_array(json, "leaks");
    for (uint32_t i = 0; i < leaks->count; i++)
        put_leak(json, opened, &leaks->leak[i],
                 leaks->leak[i].kind == KIND_POSSIBLE ? possible : definite);
    json_end(json);
    free(definite);
    free(possible);
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

static void put_site_stack(struct json *json, const struct opened *opened, uint32_t site)
{
    struct call_stack stack;
    opened_site_stack(opened, site, &stack);
    dump_json_stack(json, &stack);
    call_stack_finish(&stack);
}

static void put_site(struct json *json, const struct opened *opened, uint32_t index,
                     struct amount retained, const struct age_profile *ages)
{
    const struct site *site = &opened->analysis->sites.site[index];
    json_object(json, NULL);
    dump_json_id(json, "id", 'S', index);
    json_string(json, "type", site->type);
    put_estimate(json, "live", site->live, site->estimated, site->samples);
    if (site->elsewhere.blocks)
        json_amount(json, "elsewhere", site->elsewhere);
    if (opened->dump->process.only_lost && site->of_kind[KIND_REACHABLE].blocks)
        json_null(json, "retained"); /* not known of what was summed */
    else
        json_amount(json, "retained", retained);
    dump_json_ages(json, opened, ages);
    put_site_stack(json, opened, index);
    json_end(json);
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
    for (uint32_t i = 0; i < sites->count; i++)
        put_site(json, opened, i, retained[i], &ages[i]);
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
        json_amount(json, "own", place->own);
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
        json_amount(json, "retained", group->retained);
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
    json_amount(json, "stack_words", verdicts->weak_words);
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
    analyze_json_cycles(json, opened);
    analyze_json_shapes(json, opened);
    put_suspects(json, opened, suspects);
    put_sites(json, opened);
    json_end(json);
    json_destroy(json);
}
