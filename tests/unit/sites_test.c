/* Sites: their order, what is counted where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/sites.h"
#include "tests/support/dump_builder.h"

static void sites_are_ordered_by_what_they_lost(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0#1:5000 r>0 1#2:10 1>2 2#3:900 3#4:20 3>4 4#3:10 "
                                        "5#5:300 r>5+8 6#6:7000 r>6");
    struct heap_graph heap;
    struct verdicts verdicts;
    struct cycles cycles;
    struct estimates estimates;
    struct sites sites;
    assert_true(heap_graph_init(&heap, dump, NULL));
    assert_true(verdicts_init(&verdicts, &heap, NULL));
    assert_true(cycles_init(&cycles, &heap, &verdicts, false, NULL));
    assert_true(estimates_init(&estimates, &heap, &verdicts, &cycles));
    assert_true(sites_init(&sites, &estimates, NULL));
    assert_int_equal(sites.count, 6);
    const uint32_t first_block[] = {1, 3, 5, 6, 0, 2};
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(sites_of(&sites, dump, first_block[i]), i);
        assert_int_equal(sites.site[i].stack, dump->block_stack[first_block[i]]);
    }
    assert_int_equal(sites.site[0].held.bytes, 900);
    assert_int_equal(sites.site[1].held.bytes, 10);
    assert_int_equal(sites.site[5].live.blocks, 2);
    assert_int_equal(sites.site[5].of_kind[KIND_INDIRECT].blocks, 2);
    assert_int_equal(sites.of_stack[0], SITE_NONE);
    sites_finish(&sites);
    estimates_finish(&estimates);
    cycles_finish(&cycles);
    verdicts_finish(&verdicts);
    heap_graph_finish(&heap);
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sites_are_ordered_by_what_they_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
