/* Why a block is alive, or what is left of what held it, for a person. */
#include <inttypes.h>

#include "cli/links_view.h"
#include "cli/text.h"
#include "cli/why.h"
#include "cli/words.h"

/* A list's chain may have millions of links; its ends tell the story. */
#define LINKS_MAX 40
#define LAST_LINKS 10

#define ROOTS_MAX 20

/* The holder's type stands before it. */
static void print_place(uint64_t offset, struct phrase member)
{
    if (offset != OFFSET_UNKNOWN)
        printf(" +0x%02" PRIx64, offset);
    if (*member.s)
        printf(" %s", member.s);
}

/* Where in its holder the pointer to the link's block lies. */
static void print_offset(const struct opened *opened, const struct chain *chain, uint32_t i)
{
    uint64_t offset = chain->link[i].offset;
    if (i > 0) {
        print_place(offset, words_member(opened, chain->link[i - 1].block, offset));
    } else {
        struct root_words root = words_root(opened, chain->root, offset);
        print_place(root.offset, root.member);
    }
    if (!chain->link[i].exact)
        printf(" (interior)");
}

/* What the block that was asked for retains stands above. */
static void print_link(const struct why *why, const struct chain_link *link)
{
    const struct opened *opened = why->opened;
    uint64_t bytes = opened->dump->block_bytes[link->block];
    uint64_t retained = retained_blocks_of(&why->retained, link->block).bytes;
    printf("%s  %s", words_block(opened, link->block).s, text_size(bytes).s);
    if (retained > bytes && link->block != why->block)
        printf(" (retains %s)", text_size(retained).s);
    printf(", 0x%" PRIx64, opened->dump->block_address[link->block]);
}

/* Each line names a holder and where in it the pointer to the next line's block lies. */
static void print_chain(const struct why *why, const struct chain *chain)
{
    const struct opened *opened = why->opened;
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
        print_link(why, &chain->link[i]);
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

static void print_weak(const struct why *why)
{
    if (why->weak != WEAK_NOT)
        printf("kept alive only by %s\n", weak_words(why->opened, why->block, why->weak).s);
}

static void print_all(const struct why *why)
{
    const struct chains *chains = &why->chains;
    printf("%s to it in all, from %s\n",
           chains->words == 1
               ? "1 word in a root leads"
               : words_format("%s words in roots lead", text_count(chains->words).s).s,
           text_counted(chains->count, "root").s);
    for (uint32_t i = 0; i < chains->count && i < ROOTS_MAX; i++) {
        putchar('\n');
        print_chain(why, &chains->chain[i]);
    }
    if (chains->count > ROOTS_MAX)
        printf("\n… %s more (--json has all)\n", text_counted(chains->count - ROOTS_MAX, "root").s);
}

static void print_cut(const struct why *why)
{
    for (uint64_t i = 0; i < why->cut_count && why->cut[i].opens; i++) {
        const struct cycle_edge *edge = &why->cut[i];
        if (i == 0)
            printf("to open its cycle %s, cut\n", words_id('C', why->cycle).s);
        const uint64_t *address = why->opened->dump->block_address;
        printf("  %s, 0x%" PRIx64, words_block(why->opened, edge->from).s, address[edge->from]);
        print_place(edge->offset, words_member(why->opened, edge->from, edge->offset));
        printf(" → %s, 0x%" PRIx64 "\n", words_block(why->opened, edge->to).s, address[edge->to]);
    }
}

void why_print_text(const struct why *why)
{
    const struct opened *opened = why->opened;
    uint32_t block = why->block, site = opened_site_of(opened, block);
    printf("%s%s%s  %s, 0x%" PRIx64 "%s%s, retains %s\n", text_colour(TEXT_BOLD),
           words_block(opened, block).s, text_colour(TEXT_PLAIN),
           text_size(opened->dump->block_bytes[block]).s, opened->dump->block_address[block],
           site == SITE_NONE ? "" : ", ", site == SITE_NONE ? "" : words_id('S', site).s,
           text_size(retained_blocks_of(&why->retained, block).bytes).s);
    printf("%s: %s\n", block_kind_name(why->kind), explanation(why->kind, &why->chain));
    print_chain(why, &why->chain);
    print_weak(why);
    if (why->all && why->chains.count)
        print_all(why);
    if (why_is_lost(why)) {
        const struct links_view holders = {opened, GRAPH_NONE, &why->holders, &why->retained};
        links_view_print("what points to it still", &holders);
        print_cut(why);
    }
}
