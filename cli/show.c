/* `caulk show`: all that is known of one block. */
#include <inttypes.h>

#include "cli/block_arguments.h"
#include "cli/command.h"
#include "cli/dump_json.h"
#include "cli/fatal.h"
#include "cli/links_view.h"
#include "cli/stack_text.h"
#include "cli/text.h"
#include "cli/weak.h"
#include "cli/words.h"
#include "libcaulk/links.h"

struct shown {
    uint32_t block;
    struct links from, to;
    struct retained_blocks retained; /* its own, and its neighbours' */
    enum weak weak;
};

static struct links_view points_to(const struct opened *opened, const struct shown *shown)
{
    return (struct links_view){opened, shown->block, &shown->from, &shown->retained};
}

static struct links_view pointed_by(const struct opened *opened, const struct shown *shown)
{
    return (struct links_view){opened, GRAPH_NONE, &shown->to, &shown->retained};
}

static void print_json(const struct opened *opened, const struct shown *shown)
{
    const struct dump *dump = opened->dump;
    uint32_t block = shown->block;
    struct links_view from = points_to(opened, shown), to = pointed_by(opened, shown);
    double born = 0;
    bool born_known = opened_born(opened, block, &born);
    struct call_stack stack;
    opened_block_stack(opened, block, &stack);
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.show/1");
    json_address(json, "address", dump->block_address[block]);
    json_number(json, "bytes", dump->block_bytes[block]);
    json_string(json, "kind", block_kind_name(verdicts_kind(&opened->analysis->verdicts, block)));
    json_string(json, "type", labels_name_of(&opened->analysis->heap.labels, block));
    dump_json_id(json, "site", 'S', opened_site_of(opened, block));
    dump_json_born(json, born_known, born, born);
    dump_json_stack(json, &stack);
    json_string(json, "weak", weak_name(shown->weak));
    json_amount(json, "retained", retained_blocks_of(&shown->retained, block));
    links_view_json(json, "points_to", &from);
    links_view_json(json, "pointed_by", &to);
    json_end(json);
    json_destroy(json);
    call_stack_finish(&stack);
}

static void print_text(const struct opened *opened, const struct shown *shown)
{
    const struct dump *dump = opened->dump;
    uint32_t block = shown->block;
    uint32_t site = opened_site_of(opened, block);
    struct links_view from = points_to(opened, shown), to = pointed_by(opened, shown);
    struct amount retained = retained_blocks_of(&shown->retained, block);
    double born;
    struct call_stack stack;
    opened_block_stack(opened, block, &stack);
    printf("%s%s%s  %s, 0x%" PRIx64 "\n", text_colour(TEXT_BOLD), words_block(opened, block).s,
           text_colour(TEXT_PLAIN), text_size(dump->block_bytes[block]).s,
           dump->block_address[block]);
    printf("kind      %s\n", block_kind_name(verdicts_kind(&opened->analysis->verdicts, block)));
    if (opened_born(opened, block, &born))
        printf("born      %s\n", words_born(opened, born, born).s);
    printf("retains   %s, %s\n", text_counted(retained.blocks, "block").s,
           text_size(retained.bytes).s);
    if (shown->weak != WEAK_NOT)
        printf("kept by   nothing but %s\n", weak_words(opened, block, shown->weak).s);
    printf("allocated%s%s in\n", site == SITE_NONE ? "" : " at ",
           site == SITE_NONE ? "" : words_id('S', site).s);
    stack_text_print(&stack, NULL, 2);
    links_view_print("points to", &from);
    links_view_print("is pointed to by", &to);
    call_stack_finish(&stack);
}

static enum weak find_weak(const struct opened *opened, uint32_t block)
{
    const struct analysis *analysis = opened->analysis;
    struct root_owners owners;
    struct chains chains;
    struct error err;
    if (!root_owners_init(&owners, opened->dump, opened->symbolizer, &err) ||
        !chains_find(&analysis->heap, &analysis->verdicts, &owners, block, &chains, &err))
        fatal_error(&err);
    enum weak weak = weak_judge(opened, block, &chains);
    chains_finish(&chains);
    root_owners_finish(&owners);
    return weak;
}

static void look_up(struct opened *opened, uint32_t block, struct shown *ret_shown)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    struct error err;
    *ret_shown = (struct shown){.block = block};
    if (!links_from(heap, block, &ret_shown->from, &err) ||
        !links_to(heap, block, &ret_shown->to, &err))
        fatal_error(&err);
    retained_blocks_add(&ret_shown->retained, block);
    links_view_ask(&ret_shown->from, &ret_shown->retained);
    links_view_ask(&ret_shown->to, &ret_shown->retained);
    retained_blocks_find(&ret_shown->retained, opened);
    ret_shown->weak = find_weak(opened, block);
}

int show_run(int argc, char **argv)
{
    struct block_arguments arguments;
    block_arguments_parse("show",
                          "One block: size, age, type, stack, what it points to, what points to "
                          "it, what it retains. ADDRESS may lie anywhere in the block; an id of "
                          "analyze's (S7, C1) stands for one of its blocks.",
                          NULL, argc, argv, &arguments);
    struct opened opened;
    struct shown shown;
    opened_init(&opened, &arguments.names, arguments.path);
    opened_need_graph(&opened, "caulk show");
    look_up(&opened, opened_block(&opened, "show", arguments.address), &shown);
    if (arguments.json)
        print_json(&opened, &shown);
    else
        print_text(&opened, &shown);
    links_finish(&shown.from);
    links_finish(&shown.to);
    retained_blocks_finish(&shown.retained);
    opened_finish(&opened);
    return EXIT_DONE;
}
