/* The schema caulk.diff/1. */
#include <stdlib.h>

#include "cli/diff.h"
#include "cli/dump_json.h"
#include "cli/owner_json.h"
#include "cli/words.h"

/* Who wants to know each of a million blocks has the dump. */
#define DROPPED_MAX 1000

static void put_trend(struct json *json, const struct compared *compared, enum trend trend,
                      double steadiness, const char *bytes_key, const struct growth_sample *samples)
{
    json_string(json, "trend", trend_name(trend));
    json_seconds(json, "steadiness", steadiness);
    json_array(json, bytes_key);
    for (uint32_t d = 0; d < compared->dump_count; d++)
        json_number(json, NULL, samples[d].bytes);
    json_end(json);
}

static void put_site(struct json *json, const struct compared *compared,
                     const struct diff_site *site)
{
    const struct opened *has = site->new_site != SITE_NONE ? &compared->newest : &compared->oldest;
    uint32_t number = site->new_site != SITE_NONE ? site->new_site : site->old_site;
    struct call_stack stack = diff_site_stack(compared, site);
    bool by_caller = compared->diff.by_caller;
    json_object(json, NULL);
    dump_json_id(json, "site", 'S', by_caller ? SITE_NONE : site->new_site);
    json_string(json, "type", by_caller ? NULL : has->analysis->sites.site[number].type);
    json_amount(json, "born", site->growth.born);
    json_amount(json, "freed", site->growth.freed);
    json_amount(json, "survived", site->growth.survived);
    put_trend(json, compared, site->trend, site->steadiness, "live_bytes", site->samples);
    if (compared->site_retained && site->new_site != SITE_NONE)
        json_amount(json, "retained", compared->site_retained[site->new_site]);
    else
        json_null(json, "retained");
    dump_json_stack(json, &stack);
    json_end(json);
    call_stack_finish(&stack);
}

/* A root's pointer counts from where its variable begins. */
static void put_holder(struct json *json, const struct opened *oldest,
                       const struct dropped *dropped)
{
    json_object(json, "holder");
    if (dropped->root) {
        struct root_words words = words_root(oldest, dropped->root, dropped->offset);
        if (dropped->root->start)
            json_address(json, "address", dropped->root->start + dropped->offset - words.offset);
        else
            json_null(json, "address");
        dump_json_offset(json, words.offset);
        json_string(json, "name", *words.name.s ? words.name.s : NULL);
        json_string(json, "kind", words.kind);
        dump_json_root_field(json, &words);
    } else {
        json_address(json, "address", oldest->dump->block_address[dropped->holder]);
        dump_json_offset(json, dropped->offset);
        json_string(json, "name", labels_name_of(&oldest->analysis->heap.labels, dropped->holder));
        json_string(json, "kind", "block");
        dump_json_field(json, oldest, dropped->holder, dropped->offset);
    }
    json_string(json, "fate", dropped->freed ? "freed" : "overwritten");
    json_end(json);
}

static void put_dropped(struct json *json, const struct compared *compared)
{
    const struct dropped_list *list = &compared->diff.dropped;
    const struct opened *newest = &compared->newest;
    json_array(json, "dropped");
    for (uint64_t i = 0; i < list->count && i < DROPPED_MAX; i++) {
        const struct dropped *dropped = &list->dropped[i];
        json_object(json, NULL);
        json_address(json, "address", newest->dump->block_address[dropped->block]);
        json_number(json, "bytes", newest->dump->block_bytes[dropped->block]);
        dump_json_id(json, "site", 'S', opened_site_of(newest, dropped->block));
        put_holder(json, &compared->oldest, dropped);
        json_end(json);
    }
    json_end(json);
    if (list->count > DROPPED_MAX)
        json_number(json, "dropped_omitted", list->count - DROPPED_MAX);
    json_amount(json, "dropped_unknown", list->unknown);
}

static void put_owners(struct json *json, const struct compared *compared)
{
    json_array(json, "owners");
    for (uint32_t i = 0; i < compared->owner_count; i++) {
        const struct owner_growth *owner = &compared->owners[i];
        json_object(json, NULL);
        owner_json_name(json, &compared->newest, owner->group);
        json_amount(json, "retained", owner->retained);
        json_amount(json, "retained_before", owner->before);
        put_trend(json, compared, owner->trend, owner->steadiness, "retained_bytes",
                  owner->samples);
        json_end(json);
    }
    json_end(json);
}

void diff_print_json(const struct compared *compared)
{
    const struct diff *diff = &compared->diff;
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.diff/1");
    dump_json_named(json, "old", compared->oldest.dump);
    dump_json_named(json, "new", compared->newest.dump);
    json_bool(json, "births_known",
              !compared->oldest.dump->process.no_births &&
                  !compared->newest.dump->process.no_births);
    json_bool(json, "by_caller", diff->by_caller);
    json_amount(json, "born", diff->born);
    json_amount(json, "freed", diff->freed);
    json_amount(json, "survived", diff->survived);
    json_array(json, "sites");
    for (uint32_t i = 0; i < diff->site_count; i++)
        put_site(json, compared, &diff->site[i]);
    json_end(json);
    if (compared->newest.dump->process.only_lost)
        json_null(json, "owners");
    else
        put_owners(json, compared);
    put_dropped(json, compared);
    json_end(json);
    json_destroy(json);
}
