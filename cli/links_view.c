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
static uint32_t holder_of(const struct links_view *view, const struct link *link)
{
    return view->from != GRAPH_NONE ? view->from : link->block;
}

void links_view_ask(const struct links *links, struct retained_blocks *retained)
{
    for (uint64_t i = 0; i < links->count; i++)
        retained_blocks_add(retained, links->link[i].block);
}

static void put_link(struct json *json, const struct links_view *view, const struct link *link)
{
    const struct opened *opened = view->opened;
    uint32_t holder = holder_of(view, link);
    json_object(json, NULL);
    if (link->root) {
        dump_json_root(json, opened, link->root, link->offset);
    } else {
        json_address(json, "address", opened->dump->block_address[link->block]);
        json_amount(json, "retained", retained_blocks_of(view->retained, link->block));
    }
    dump_json_offset(json, offset_in_holder(opened, link));
    if (holder != GRAPH_NONE) {
        dump_json_field(json, opened, holder, link->offset);
        dump_json_weak(json, opened, holder, link->offset);
    }
    json_string(json, "kind", link_kind(link));
    json_end(json);
}

void links_view_json(struct json *json, const char *key, const struct links_view *view)
{
    json_array(json, key);
    for (uint64_t i = 0; i < view->links->count; i++)
        put_link(json, view, &view->links->link[i]);
    json_end(json);
}

static void print_place(const struct links_view *view, const struct link *link)
{
    const struct opened *opened = view->opened;
    uint32_t holder = holder_of(view, link);
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

static void print_other_end(const struct links_view *view, const struct link *link)
{
    const struct opened *opened = view->opened;
    if (link->root) {
        printf("  %s", words_root(opened, link->root, link->offset).phrase.s);
        return;
    }
    uint64_t bytes = opened->dump->block_bytes[link->block];
    uint64_t retained = retained_blocks_of(view->retained, link->block).bytes;
    printf("  %s, %s", words_block(opened, link->block).s, text_size(bytes).s);
    if (retained > bytes)
        printf(" (retains %s)", text_size(retained).s);
    printf(", 0x%" PRIx64, opened->dump->block_address[link->block]);
}

void links_view_print(const char *heading, const struct links_view *view)
{
    const struct links *links = view->links;
    printf("%s\n", heading);
    if (!links->count)
        puts("  nothing");
    for (uint64_t i = 0; i < links->count && i < LINKS_MAX; i++) {
        const struct link *link = &links->link[i];
        print_place(view, link);
        print_other_end(view, link);
        printf("%s\n", link->exact ? "" : " (interior)");
    }
    if (links->count > LINKS_MAX)
        printf("  … %s more\n", text_count(links->count - LINKS_MAX).s);
}
