/* The schema caulk.why/1. */
#include "cli/dump_json.h"
#include "cli/links_view.h"
#include "cli/why.h"
#include "cli/words.h"

static void put_retained(struct json *json, const struct why *why, uint32_t block)
{
    json_amount(json, "retained", retained_blocks_of(&why->retained, block));
}

/* Where in its holder the pointer to a link's block lies; in a root from where its variable begins.
 */
static uint64_t offset_in_holder(const struct opened *opened, const struct chain *chain, uint32_t i)
{
    uint64_t offset = chain->link[i].offset;
    return i == 0 && chain->root ? words_root(opened, chain->root, offset).offset : offset;
}

static void put_chain(struct json *json, const struct why *why, const struct chain *chain)
{
    const struct opened *opened = why->opened;
    const struct dump *dump = opened->dump;
    if (chain->root)
        dump_json_root(json, opened, chain->root, chain->link[0].offset);
    else
        json_null(json, "root");
    json_array(json, "chain");
    for (uint32_t i = 0; i < chain->length; i++) {
        const struct chain_link *link = &chain->link[i];
        json_object(json, NULL);
        json_address(json, "address", dump->block_address[link->block]);
        dump_json_offset(json, offset_in_holder(opened, chain, i));
        if (i > 0)
            dump_json_field(json, opened, chain->link[i - 1].block, link->offset);
        json_number(json, "bytes", dump->block_bytes[link->block]);
        dump_json_id(json, "site", 'S', opened_site_of(opened, link->block));
        put_retained(json, why, link->block);
        json_end(json);
    }
    json_end(json);
}

static void put_all(struct json *json, const struct why *why)
{
    json_array(json, "roots");
    for (uint32_t i = 0; i < why->chains.count; i++) {
        json_object(json, NULL);
        put_chain(json, why, &why->chains.chain[i]);
        json_end(json);
    }
    json_end(json);
}

static void put_cut(struct json *json, const struct why *why)
{
    const struct dump *dump = why->opened->dump;
    dump_json_id(json, "cycle", 'C', why->cycle);
    json_array(json, "cut");
    for (uint64_t i = 0; i < why->cut_count && why->cut[i].opens; i++) {
        json_object(json, NULL);
        json_address(json, "from", dump->block_address[why->cut[i].from]);
        dump_json_offset(json, why->cut[i].offset);
        dump_json_field(json, why->opened, why->cut[i].from, why->cut[i].offset);
        json_address(json, "to", dump->block_address[why->cut[i].to]);
        json_end(json);
    }
    json_end(json);
}

void why_print_json(const struct why *why)
{
    struct json *json = json_create(stdout);
    const struct links_view holders = {why->opened, GRAPH_NONE, &why->holders, &why->retained};
    json_object(json, NULL);
    json_string(json, "schema", "caulk.why/1");
    json_address(json, "address", why->opened->dump->block_address[why->block]);
    json_string(json, "kind", block_kind_name(why->kind));
    put_retained(json, why, why->block);
    put_chain(json, why, &why->chain);
    json_string(json, "weak", weak_name(why->weak));
    if (why->all)
        put_all(json, why);
    links_view_json(json, "pointed_by", &holders);
    put_cut(json, why);
    json_end(json);
    json_destroy(json);
}
