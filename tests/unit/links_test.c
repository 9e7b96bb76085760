/* A block's neighbours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/links.h"
#include "tests/support/judged_heap.h"

static void a_blocks_own_pointers(void **state)
{
    (void)state;
    struct judged_heap heap;
    judged_heap_of(&heap, "0@16>1+8 0@8>2 0@24>0+8 0=3");
    struct links links;
    assert_true(links_from(&heap.graph, 0, &links, NULL));
    assert_int_equal(links.count, 3);
    assert_int_equal(links.link[0].block, 2);
    assert_int_equal(links.link[0].offset, 8);
    assert_true(links.link[0].exact);
    assert_int_equal(links.link[1].block, 1);
    assert_false(links.link[1].exact);
    assert_int_equal(links.link[2].block, 3);
    assert_true(links.link[2].offset == OFFSET_UNKNOWN);
    links_finish(&links);
    judged_heap_finish(&heap);
}

static void what_points_to_a_block(void **state)
{
    (void)state;
    struct judged_heap heap;
    judged_heap_of(&heap, "0>3 1 2>3+8 2@24>3 stack@40>3 4>4");
    struct links links;
    assert_true(links_to(&heap.graph, 3, &links, NULL));
    assert_int_equal(links.count, 4);
    assert_int_equal(links.link[0].block, GRAPH_NONE);
    assert_int_equal(links.link[0].root->kind, ROOT_STACK);
    assert_int_equal(links.link[0].offset, 40);
    assert_int_equal(links.link[1].block, 0);
    assert_int_equal(links.link[2].block, 2);
    assert_false(links.link[2].exact);
    assert_int_equal(links.link[3].offset, 24);
    links_finish(&links);
    assert_true(links_to(&heap.graph, 1, &links, NULL));
    assert_int_equal(links.count, 0);
    links_finish(&links);
    judged_heap_finish(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blocks_own_pointers),
        cmocka_unit_test(what_points_to_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
