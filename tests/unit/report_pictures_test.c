#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/report_pictures.h"
#include "tests/support/opened_heap.h"

static void each_shape_has_a_picture(void **state)
{
    (void)state;
    struct opened opened;
    struct pictures pictures;
    opened_heap("0#1 1#2 0>1 1>0 2#1 3#2 2>3 3>2 4#3 4>4", &opened);
    pictures_init(&pictures, &opened);
    assert_int_equal(pictures.count, 2);
    for (uint32_t i = 0; i < pictures.count; i++) {
        assert_non_null(pictures.svg[i]);
        assert_memory_equal(pictures.svg[i], "<svg ", 5);
        assert_non_null(strstr(pictures.svg[i], "</svg>"));
        assert_non_null(strstr(pictures.svg[i], "#cc0000"));
    }
    assert_non_null(strstr(pictures.svg[0], "\"C1_node1\""));
    assert_null(strstr(pictures.svg[1], "\"C1_node1\""));
    pictures_finish(&pictures);
    opened_finish(&opened);
}

static void no_cycle_has_no_picture(void **state)
{
    (void)state;
    struct opened opened;
    struct pictures pictures;
    opened_heap("0#1 1#2 0>1 2#3 2>2 global>2", &opened);
    pictures_init(&pictures, &opened);
    assert_int_equal(pictures.count, 0);
    pictures_finish(&pictures);
    opened_finish(&opened);
}

/* Every block points to every other: as many edges as nobody can see. */
static void a_knot_is_drawn_with_few_nodes(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    struct opened opened;
    struct pictures pictures;
    char line[16];
    for (unsigned from = 0; from < 30; from++)
        for (unsigned to = 0; to < 30; to++) {
            snprintf(line, sizeof(line), "%u#%u %u>%u", from, from, from, to);
            dump_builder_add_graph(builder, line);
        }
    opened_heap_of(builder, &opened);
    opened_find_owners(&opened);
    pictures_init(&pictures, &opened);
    assert_int_equal(pictures.count, 1);
    assert_non_null(pictures.svg[0]);
    assert_null(strstr(pictures.svg[0], "node20\""));
    assert_non_null(strstr(pictures.svg[0], "more"));
    pictures_finish(&pictures);
    opened_finish(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shape_has_a_picture),
        cmocka_unit_test(no_cycle_has_no_picture),
        cmocka_unit_test(a_knot_is_drawn_with_few_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
