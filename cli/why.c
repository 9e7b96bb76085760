/* `caulk why`: the shortest chain that keeps a block alive, or that nothing does. */
#include <inttypes.h>

#include "cli/block_arguments.h"
#include "cli/command.h"
#include "cli/dump_json.h"
#include "cli/fatal.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/chain.h"

/* A list's chain may have millions of links; its ends tell the story. */
#define LINKS_MAX 40
#define LAST_LINKS 10

/* Where in its holder the pointer to the link's block lies. */
static uint64_t offset_in_holder(const struct opened *opened, const struct chain *chain, uint32_t i)
{
    uint64_t offset = chain->link[i].offset;
    return i == 0 && chain->root ? words_root(opened, chain->root, offset).offset : offset;
}

static void print_json(const struct opened *opened, uint32_t block, const struct chain *chain)
{
    const struct dump *dump = opened->dump;
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.why/1");
    json_address(json, "address", dump->block_address[block]);
    json_string(json, "kind", block_kind_name(verdicts_kind(&opened->analysis->verdicts, block)));
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
        json_number(json, "bytes", dump->block_bytes[link->block]);
        dump_json_id(json, "site", 'S', opened_site_of(opened, link->block));
        json_end(json);
    }
    json_end(json);
    json_end(json);
    json_destroy(json);
}

static void print_offset(const struct opened *opened, const struct chain *chain, uint32_t i)
{
    uint64_t offset = offset_in_holder(opened, chain, i);
    if (offset != OFFSET_UNKNOWN)
        printf(" +0x%02" PRIx64, offset);
    if (!chain->link[i].exact)
        printf(" (interior)");
}

static void print_link(const struct opened *opened, const struct chain_link *link)
{
    printf("%s  %s, 0x%" PRIx64, words_block(opened, link->block).s,
           text_size(opened->dump->block_bytes[link->block]).s,
           opened->dump->block_address[link->block]);
}

/* Each line names a holder and where in it the pointer to the next line's block lies. */
static void print_chain(const struct opened *opened, const struct chain *chain)
{
    uint32_t left_out = chain->length > LINKS_MAX ? chain->length - LINKS_MAX : 0;
    if (chain->root) {
        printf("  %s", words_root(opened, chain->root, chain->link[0].offset).phrase.s);
        print_offset(opened, chain, 0);
        putchar('\n');
    }
    for (uint32_t i = 0; i < chain->length; i++) {
        if (left_out && i == LINKS_MAX - LAST_LINKS) {
            printf("  … %s\n", text_counted(left_out, "block").s);
            i += left_out;
        }
        printf("  %s", i || chain->root ? "→ " : "");
        print_link(opened, &chain->link[i]);
        if (i + 1 < chain->length)
            print_offset(opened, chain, i + 1);
        putchar('\n');
    }
}

static const char *explanation(enum block_kind kind, const struct chain *chain)
{
    switch (kind) {
    case KIND_DEFINITE:
        return "nothing keeps it alive, and no other lost block holds it but its own cycle's";
    case KIND_INDIRECT:
        return "nothing keeps it alive: it hangs on a block that is lost itself";
    case KIND_POSSIBLE:
        return "only a chain with an interior pointer leads to it";
    case KIND_SUPPRESSED:
        return "nothing keeps it alive; the program said that it is left on purpose";
    default:
        return chain->root ? "kept alive by" : "the C library's own: never lost";
    }
}

static void print_text(const struct opened *opened, uint32_t block, const struct chain *chain)
{
    enum block_kind kind = verdicts_kind(&opened->analysis->verdicts, block);
    uint32_t site = opened_site_of(opened, block);
    printf("%s%s%s  %s, 0x%" PRIx64 "%s%s\n", text_colour(TEXT_BOLD), words_block(opened, block).s,
           text_colour(TEXT_PLAIN), text_size(opened->dump->block_bytes[block]).s,
           opened->dump->block_address[block], site == SITE_NONE ? "" : ", ",
           site == SITE_NONE ? "" : words_id('S', site).s);
    printf("%s: %s\n", block_kind_name(kind), explanation(kind, chain));
    print_chain(opened, chain);
}

int why_run(int argc, char **argv)
{
    struct block_arguments arguments;
    block_arguments_parse("why",
                          "The shortest chain from a root that keeps a block alive, or that "
                          "nothing does. ADDRESS may lie anywhere in the block.",
                          argc, argv, &arguments);
    struct opened opened;
    struct chain chain;
    struct error err;
    opened_init(&opened, arguments.path, false);
    uint32_t block = opened_block(&opened, "why", arguments.address);
    if (!chain_find(&opened.analysis->heap, &opened.analysis->verdicts, block, &chain, &err))
        fatal_error(&err);
    if (arguments.json)
        print_json(&opened, block, &chain);
    else
        print_text(&opened, block, &chain);
    chain_finish(&chain);
    opened_finish(&opened);
    return EXIT_DONE;
}
