/* Chains as text: "global@8 > 0 > 1+16 …", an interior step with '~'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/chain.h"
#include "tests/support/judged_heap.h"
#include "tests/support/short_text.h"

static void assert_chain(const char *line, uint32_t block, const char *expected)
{
    struct judged_heap heap;
    struct chain chain;
    struct short_text text = {.length = 0};
    judged_heap_of(&heap, line);
    assert_true(chain_find(&heap.graph, &heap.verdicts, block, &chain, NULL));
    if (chain.root)
        short_text_add(&text, "%s", root_kind_name(chain.root->kind));
    for (uint32_t i = 0; i < chain.length; i++) {
        const struct chain_link *link = &chain.link[i];
        if (i || chain.root) {
            if (link->offset == OFFSET_UNKNOWN)
                short_text_add(&text, "=");
            else
                short_text_add(&text, "@%d%s", (int)link->offset, link->exact ? ">" : "~");
        }
        short_text_add(&text, "%u", link->block);
    }
    assert_string_equal(text.at, expected);
    chain_finish(&chain);
    judged_heap_finish(&heap);
}

static void the_shortest_chain_is_shown(void **state)
{
    (void)state;
    assert_chain("r@24>0 0>1 1@16>2 0>3 3>4 4>2", 2, "global@24>0@0>1@16>2");
    assert_chain("r>0", 0, "global@0>0");
}

static void exact_edges_alone_explain_a_reachable_block(void **state)
{
    (void)state;
    assert_chain("r>0 0>2+8 0>1 1>2", 2, "global@0>0@8>1@0>2");
    assert_chain("r>0 0>1+8 0>1", 1, "global@0>0@8>1"); /* of two pointers the exact one */
}

static void a_possible_block_has_an_interior_step(void **state)
{
    (void)state;
    assert_chain("r>0+8 0>1", 1, "global@0~0@0>1");
    assert_chain("r>0 0@8>1+8", 1, "global@0>0@8~1");
}

static void roots_that_are_easier_to_find_are_preferred(void **state)
{
    (void)state;
    assert_chain("registers>0 stack>1 r>2 0>3 1>3 2>3", 3, "global@0>2@0>3");
    assert_chain("registers>0 stack>0", 0, "stack@0>0");
    assert_chain("registers>1 r>0 0>1", 1, "registers@0>1"); /* a shorter chain comes first */
}

static void a_lost_block_is_led_to_from_a_source(void **state)
{
    (void)state;
    assert_chain("0>1 1>2 3>2", 2, "3@0>2");
    assert_chain("0>1 1>2", 0, "0");
    assert_chain("0=1", 1, "0=1");
    assert_chain("0!ignored 0>1", 1, "0@0>1");
}

static void the_runtimes_own_block_has_no_root(void **state)
{
    (void)state;
    assert_chain("0!runtime 0>1", 1, "0@0>1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shortest_chain_is_shown),
        cmocka_unit_test(exact_edges_alone_explain_a_reachable_block),
        cmocka_unit_test(a_possible_block_has_an_interior_step),
        cmocka_unit_test(roots_that_are_easier_to_find_are_preferred),
        cmocka_unit_test(a_lost_block_is_led_to_from_a_source),
        cmocka_unit_test(the_runtimes_own_block_has_no_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
