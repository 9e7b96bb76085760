/* Equal names are one label, wherever their bytes lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/labels.h"
#include "tests/support/dump_builder.h"

static void equal_names_are_one_label(void **state)
{
    (void)state;
    char line[4096] = "0 1~node 2~edge 3~node";
    for (int i = 4; i < 200; i++)
        sprintf(line + strlen(line), " %d~type%d", i, i % 100);
    struct dump *dump = dump_from_graph(line);
    struct labels labels;
    assert_true(labels_init(&labels, dump));
    assert_int_equal(labels.count, 102);
    assert_int_equal(labels_of(&labels, 0), LABEL_NONE);
    assert_null(labels_name_of(&labels, 0));
    assert_int_equal(labels_of(&labels, 1), labels_of(&labels, 3));
    assert_int_equal(labels_of(&labels, 50), labels_of(&labels, 150));
    assert_string_equal(labels_name_of(&labels, 2), "edge");
    assert_string_equal(labels_name_of(&labels, 199), "type99");
    labels_finish(&labels);
    dump_close(dump);
}

static void a_heap_without_labels_needs_no_table(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0 1");
    struct labels labels;
    assert_true(labels_init(&labels, dump));
    assert_null(labels.of_block);
    assert_int_equal(labels_of(&labels, 1), LABEL_NONE);
    labels_finish(&labels);
    dump_close(dump);
}

/* A label that a program declares comes before what memory says. */
static void types_name_what_has_no_label(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0%c7Session 1%c7Session 1~mine 2~Session 3%pSession 4");
    struct labels labels;
    assert_true(labels_init(&labels, dump));
    assert_int_equal(labels.count, 2);
    assert_string_equal(labels_name_of(&labels, 0), "Session");
    assert_string_equal(labels_name_of(&labels, 1), "mine");
    assert_int_equal(labels_of(&labels, 2), labels_of(&labels, 0));
    assert_int_equal(labels_of(&labels, 3), labels_of(&labels, 0));
    assert_null(labels_name_of(&labels, 4));
    labels_finish(&labels);
    dump_close(dump);
}

/* Untyped blocks that objects of Python's point to belong to them; links say nothing. */
static void parts(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0%gdict 0@40>1 0@48>2 2~mine 0@0>3 4%c4Node 4>5 0@56>4 5");
    struct labels labels;
    assert_true(labels_init(&labels, dump));
    assert_string_equal(labels_name_of(&labels, 1), "part of dict");
    assert_true(labels_is_part(labels_name_of(&labels, 1)));
    assert_string_equal(labels_name_of(&labels, 2), "mine");
    assert_false(labels_is_part("mine"));
    assert_null(labels_name_of(&labels, 3));
    assert_string_equal(labels_name_of(&labels, 4), "Node");
    assert_null(labels_name_of(&labels, 5));
    labels_finish(&labels);
    dump_close(dump);
}

/* The dictionary that holds an object's attributes is a part of it, and so is its table; one that
 * is an attribute is an object of its own. */
static void dictionaries_of_attributes(void **state)
{
    (void)state;
    struct dump *dump =
        dump_from_graph("0%mOSFS 0@8>1 0.8__dict__ 0@48>4 0.48view 1%gdict 1@48>2 2 "
                        "3%gdict 3@48>1 4%gdict 4@48>5 5");
    struct labels labels;
    assert_true(labels_init(&labels, dump));
    assert_string_equal(labels_name_of(&labels, 1), "part of OSFS");
    assert_string_equal(labels_name_of(&labels, 2), "part of OSFS");
    assert_string_equal(labels_name_of(&labels, 3), "dict");
    assert_string_equal(labels_name_of(&labels, 4), "dict");
    assert_string_equal(labels_name_of(&labels, 5), "part of dict");
    assert_string_equal(labels_whole_name(labels_name_of(&labels, 1)), "OSFS");
    assert_string_equal(labels_whole_name("dict"), "dict");
    labels_finish(&labels);
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_names_are_one_label),
        cmocka_unit_test(types_name_what_has_no_label),
        cmocka_unit_test(parts),
        cmocka_unit_test(dictionaries_of_attributes),
        cmocka_unit_test(a_heap_without_labels_needs_no_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
