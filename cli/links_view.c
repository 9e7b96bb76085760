/* Neighbours: what a block points to, or what points to it. */
#include "cli/links_view.h"

#include <inttypes.h>

#include "cli/dump_json.h"
#include "cli/text.h"
#include "cli/words.h"

/* A table points to thousands; its first entries show what it holds. */
#define LINKS_MAX 12

static const char *link_kind(const struct link *link)
{
    if (link->offset == OFFSET_UNKNOWN)
        return "declared";
    return link->exact ? "exact" : "interior";
}

/* Where in its holder the pointer lies. */
static uint64_t offset_in_holder(const struct opened *opened, const struct link *link)
{
    return link->root ? words_root(opened, link->root, link->offset).offset : link->offset;
}

/* The block that has the pointer; GRAPH_NONE where a root has it. */
static uint32_t holder_of(const struct link *link, uint32_t from)
{
    return from != GRAPH_NONE ? from : link->block;
}

void links_view_json(struct json *json, const char *key, const struct opened *opened, uint32_t from,
                     const struct links *links)
{
    json_array(json, key);
    for (uint64_t i = 0; i < links->count; i++) {
        const struct link *link = &links->link[i];
        json_object(json, NULL);
        if (link->root)
            dump_json_root(json, opened, link->root, link->offset);
        else
            json_address(json, "address", opened->dump->block_address[link->block]);
        dump_json_offset(json, offset_in_holder(opened, link));
        if (holder_of(link, from) != GRAPH_NONE) {
            dump_json_field(json, opened, holder_of(link, from), link->offset);
            dump_json_weak(json, opened, holder_of(link, from), link->offset);
        }
        json_string(json, "kind", link_kind(link));
        json_end(json);
    }
    json_end(json);
}

static void print_place(const struct opened *opened, const struct link *link, uint32_t from)
{
    uint32_t holder = holder_of(link, from);
    if (link->offset == OFFSET_UNKNOWN) {
        printf("  declared");
        return;
    }
    if (offset_in_holder(opened, link) != OFFSET_UNKNOWN)
        printf("  +0x%02" PRIx64, offset_in_holder(opened, link));
    struct phrase member = holder == GRAPH_NONE
                               ? words_root(opened, link->root, link->offset).member
                               : words_member(opened, holder, link->offset);
    printf("%s%s", *member.s ? " " : "", member.s);
    if (holder != GRAPH_NONE && words_smart_pointer(opened, holder, link->offset) == SMART_WEAK)
        printf(" (weak)");
}

void links_view_print(const struct opened *opened, const char *heading, uint32_t from,
                      const struct links *links)
{
    printf("%s\n", heading);
    if (!links->count)
        puts("  nothing");
    for (uint64_t i = 0; i < links->count && i < LINKS_MAX; i++) {
        const struct link *link = &links->link[i];
        print_place(opened, link, from);
        if (link->root)
            printf("  %s", words_root(opened, link->root, link->offset).phrase.s);
        else
            printf("  %s, %s, 0x%" PRIx64, words_block(opened, link->block).s,
                   text_size(opened->dump->block_bytes[link->block]).s,
                   opened->dump->block_address[link->block]);
        printf("%s\n", link->exact ? "" : " (interior)");
    }
    if (links->count > LINKS_MAX)
        printf("  … %s more\n", text_count(links->count - LINKS_MAX).s);
}
