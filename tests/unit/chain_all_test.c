/* All roots that lead to a block, each with its shortest chain, as text: "global 0 1, stack 1". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/chain_all.h"
#include "tests/support/judged_heap.h"
#include "tests/support/short_text.h"

static void assert_chains(const char *line, uint32_t block, uint64_t words, const char *expected)
{
    struct judged_heap heap;
    judged_heap_of(&heap, line);
    struct symbolizer *symbolizer = symbolizer_create(heap.dump, NULL);
    struct root_owners owners;
    struct chains chains;
    struct short_text text = {.length = 0};
    assert_true(root_owners_init(&owners, heap.dump, symbolizer, NULL));
    assert_true(chains_find(&heap.graph, &heap.verdicts, &owners, block, &chains, NULL));
    for (uint32_t i = 0; i < chains.count; i++) {
        const struct chain *chain = &chains.chain[i];
        short_text_add(&text, "%s%s", i ? ", " : "", root_kind_name(chain->root->kind));
        for (uint32_t k = 0; k < chain->length; k++)
            short_text_add(&text, " @%d%s%u", (int)chain->link[k].offset,
                           chain->link[k].exact ? ">" : "~", chain->link[k].block);
    }
    assert_string_equal(text.at, expected);
    assert_int_equal(chains.words, words);
    chains_finish(&chains);
    root_owners_finish(&owners);
    symbolizer_destroy(symbolizer);
    judged_heap_finish(&heap);
}

static void each_root_has_its_shortest_chain(void **state)
{
    (void)state;
    assert_chains("r>0 0>1 1>2 2>3 r@16>2 tls@24>0 tls@32>4 mapping>4", 3, 3,
                  "global @16>2 @0>3, tls @24>0 @0>1 @0>2 @0>3");
    assert_chains("r>0 stack>0 registers>0", 0, 3, "global @0>0, stack @0>0");
}

static void exact_pointers_explain_what_is_reachable(void **state)
{
    (void)state;
    assert_chains("r>0 tls>0+8", 0, 1, "global @0>0");
    assert_chains("tls>0+8 r>1 1@8>0+8", 0, 2, "tls @0~0, global @0>1 @8~0");
}

static void nothing_leads_to_what_is_lost(void **state)
{
    (void)state;
    assert_chains("0>1 1>0 r>2", 0, 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_root_has_its_shortest_chain),
        cmocka_unit_test(exact_pointers_explain_what_is_reachable),
        cmocka_unit_test(nothing_leads_to_what_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
