#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/annotations.h"
#include "preload/tracker.h"

static int make_lock(void **state)
{
    static struct tracker_process process;
    (void)state;
    tracker.process = &process;
    return 0;
}

static void own(uintptr_t owner, uintptr_t block)
{
    assert_true(annotations_add(
        &(struct annotation){.kind = ANNOTATION_OWN, .address = owner, .other = block}));
}

static void label(uintptr_t block, const char *text)
{
    assert_true(annotations_add(
        &(struct annotation){.kind = ANNOTATION_LABEL, .address = block, .text = text}));
}

static size_t count_all(void)
{
    struct annotation annotation;
    size_t count = 0;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);)
        count++;
    assert_int_equal(count, annotations_count);
    return count;
}

static void what_was_said_is_found_replaced_and_taken_back(void **state)
{
    (void)state;
    struct annotation said;
    size_t cursor = 0;
    assert_false(annotations_any());
    assert_false(annotations_remove(ANNOTATION_LABEL, 0x1000, 0, &said));
    char text[] = "first";
    label(0x1000, text);
    text[0] = 'x';
    assert_true(annotations_any());
    assert_true(annotations_next(&cursor, &said));
    assert_string_equal(said.text, "first");
    label(0x1000, "second");
    assert_int_equal(count_all(), 1);
    assert_true(annotations_find(ANNOTATION_LABEL, 0x1000));
    assert_false(annotations_find(ANNOTATION_IGNORE, 0x1000));
    assert_true(annotations_remove(ANNOTATION_LABEL, 0x1000, 0, &said));
    assert_string_equal(said.text, "second");
    assert_false(annotations_any());
}

static void edges_are_told_apart_by_both_ends(void **state)
{
    (void)state;
    struct annotation said;
    own(0x1000, 0x2000);
    own(0x1000, 0x3000);
    own(0x1000, 0x2000);
    assert_int_equal(count_all(), 2);
    assert_true(annotations_remove(ANNOTATION_OWN, 0x1000, 0x2000, &said));
    assert_false(annotations_remove(ANNOTATION_OWN, 0x1000, 0x2000, &said));
    assert_true(annotations_remove(ANNOTATION_OWN, 0x1000, 0x3000, &said));
    assert_int_equal(count_all(), 0);
}

static void a_freed_block_takes_everything_about_it_along(void **state)
{
    (void)state;
    own(0x10000, 0x20000);
    own(0x20000, 0x30000);
    own(0x30000, 0x10000);
    label(0x10000, "a");
    label(0x20000, "b");
    label(0x10300, "inside a");
    label(0x10400, "behind a");
    annotations_forget(0x10000, 0x400);
    assert_int_equal(count_all(), 3);
    annotations_forget(0x20000, 0); /* of no size, it is still a block */
    assert_int_equal(count_all(), 1);
    annotations_forget(0x20000, 64);
    annotations_forget(0x50000, 24);
    assert_int_equal(count_all(), 1);
    annotations_forget(0x10000, 1u << 30);
    assert_int_equal(count_all(), 0);
}

static void a_hundred_thousand_come_and_go(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct annotation said;
    for (uintptr_t i = 1; i <= COUNT; i++)
        assert_true(annotations_add(&(struct annotation){
            .kind = ANNOTATION_CUSTOM, .address = i * 32, .bytes = i, .stack = (uint32_t)i}));
    assert_int_equal(count_all(), COUNT);
    for (uintptr_t i = 1; i <= COUNT; i += 2) {
        assert_true(annotations_remove(ANNOTATION_CUSTOM, i * 32, 0, &said));
        assert_int_equal(said.bytes, i);
    }
    assert_int_equal(count_all(), COUNT / 2);
    for (uintptr_t i = 2; i <= COUNT; i += 2)
        annotations_forget(i * 32, 32);
    assert_int_equal(count_all(), 0);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    struct annotation said;
    char text[400];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    label(0x1000, text);
    assert_true(annotations_remove(ANNOTATION_LABEL, 0x1000, 0, &said));
    assert_int_equal(strlen(said.text), 255);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_said_is_found_replaced_and_taken_back),
        cmocka_unit_test(edges_are_told_apart_by_both_ends),
        cmocka_unit_test(a_freed_block_takes_everything_about_it_along),
        cmocka_unit_test(a_hundred_thousand_come_and_go),
        cmocka_unit_test(long_texts_are_cut),
    };
    return cmocka_run_group_tests(tests, make_lock, NULL);
}
