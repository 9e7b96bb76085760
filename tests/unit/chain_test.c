/* Chains as text: "global@8 > 0 > 1+16 …", an interior step with '~'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "libcaulk/chain.h"
#include "tests/support/dump_builder.h"

struct text {
    char at[256];
    size_t length;
};

static void __attribute__((format(printf, 2, 3))) append(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int added = vsnprintf(text->at + text->length, sizeof(text->at) - text->length, format, args);
    va_end(args);
    text->length += (size_t)added;
    assert_true(text->length < sizeof(text->at));
}

static void assert_chain(const char *line, uint32_t block, const char *expected)
{
    struct dump *dump = dump_from_graph(line);
    struct heap_graph heap;
    struct verdicts verdicts;
    struct chain chain;
    struct text text = {.length = 0};
    assert_true(heap_graph_init(&heap, dump, NULL));
    assert_true(verdicts_init(&verdicts, &heap, NULL));
    assert_true(chain_find(&heap, &verdicts, block, &chain, NULL));
    if (chain.root)
        append(&text, "%s", root_kind_name(chain.root->kind));
    for (uint32_t i = 0; i < chain.length; i++) {
        const struct chain_link *link = &chain.link[i];
        if (i || chain.root) {
            if (link->offset == OFFSET_UNKNOWN)
                append(&text, "=");
            else
                append(&text, "@%d%s", (int)link->offset, link->exact ? ">" : "~");
        }
        append(&text, "%u", link->block);
    }
    assert_string_equal(text.at, expected);
    chain_finish(&chain);
    verdicts_finish(&verdicts);
    heap_graph_finish(&heap);
    dump_close(dump);
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
