/* Where objects begin: the thresholds of the `header` heuristic, from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/header_offsets.h"
#include "tests/support/dump_builder.h"

/* Block 0 points to blocks 1 to count, all of site 1 or of the type given, each at one offset. */
static void point_at(struct dump_builder *builder, uint32_t first, uint32_t count, uint32_t offset)
{
    char word[64];
    for (uint32_t b = first; b < first + count; b++) {
        snprintf(word, sizeof(word), "%u#1 0>%u+%u", b, b, offset);
        if (!offset)
            snprintf(word, sizeof(word), "%u#1 0>%u", b, b);
        dump_builder_add_graph(builder, word);
    }
}

static bool accepts(struct dump *dump, uint32_t block, uint32_t offset)
{
    struct labels labels;
    struct callers callers;
    struct header_offsets header;
    assert_true(labels_init(&labels, dump));
    assert_true(callers_init(&callers, dump));
    assert_true(header_offsets_init(&header, dump, &labels, &callers));
    bool accepted = header_offsets_accept(&header, block, offset);
    header_offsets_finish(&header);
    callers_finish(&callers);
    labels_finish(&labels);
    dump_close(dump);
    return accepted;
}

static void sixty_four_blocks_make_a_header(void **state)
{
    (void)state;
    for (uint32_t count = 63; count <= 64; count++) {
        struct dump_builder *builder = dump_builder_create();
        point_at(builder, 1, count, 16);
        assert_int_equal(accepts(dump_builder_open(builder), 1, 16), count == 64);
    }
}

static void nine_in_ten_must_be_hit(void **state)
{
    (void)state;
    for (uint32_t others = 10; others <= 11; others++) {
        struct dump_builder *builder = dump_builder_create();
        point_at(builder, 1, 60, 16);
        point_at(builder, 61, 20, 8);
        point_at(builder, 81, 10, 0);
        point_at(builder, 91, others, 80);
        assert_int_equal(accepts(dump_builder_open(builder), 1, 8), others == 10);
    }
}

static void three_offsets_at_most(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {8, 16, 24, 32};
    for (size_t i = 0; i < 4; i++) {
        struct dump_builder *builder = dump_builder_create();
        for (uint32_t n = 0; n < 4; n++)
            point_at(builder, 1 + 50 * n, n < 3 ? 50 : 10, offsets[n]);
        assert_int_equal(accepts(dump_builder_open(builder), 1, offsets[i]), i < 3);
    }
}

static void offsets_past_64_are_not_headers(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    point_at(builder, 1, 100, 65);
    assert_false(accepts(dump_builder_open(builder), 1, 65));
    builder = dump_builder_create();
    point_at(builder, 1, 100, 64);
    assert_true(accepts(dump_builder_open(builder), 1, 64));
}

static void more_pointers_into_the_middle_do_not_matter(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    point_at(builder, 1, 70, 16);
    for (uint32_t d = 24; d < 60; d++)
        point_at(builder, 1, 10, d);
    assert_true(accepts(dump_builder_open(builder), 1, 16));
}

static void pointers_to_oneself_say_nothing(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    char word[64];
    point_at(builder, 1, 70, 0);
    for (uint32_t b = 1; b <= 70; b++) {
        snprintf(word, sizeof(word), "%u>%u+16", b, b);
        dump_builder_add_graph(builder, word);
    }
    assert_false(accepts(dump_builder_open(builder), 1, 16));
}

static void a_group_is_a_type_or_else_a_site(void **state)
{
    (void)state;
    for (int labelled = 0; labelled < 2; labelled++) {
        struct dump_builder *builder = dump_builder_create();
        point_at(builder, 1, 64, 16);
        if (labelled)
            dump_builder_label(builder, 1, "other");
        assert_int_equal(accepts(dump_builder_open(builder), 2, 16), !labelled);
    }
    struct dump_builder *builder = dump_builder_create();
    point_at(builder, 1, 64, 16);
    dump_builder_add_graph(builder, "65#2 0>65+16");
    assert_false(accepts(dump_builder_open(builder), 65, 16));
}

/* Which of a caller's blocks have a stack is chance, and must not decide a verdict. */
static void sampled_stacks_are_grouped_by_caller(void **state)
{
    (void)state;
    for (uint32_t mode = STACKS_FULL; mode <= STACKS_SAMPLED; mode++) {
        struct dump_builder *builder = dump_builder_create();
        dump_builder_process(builder)->stacks_mode = mode;
        point_at(builder, 1, 64, 16);
        for (uint32_t b = 1; b <= 64; b++) {
            char word[64];
            snprintf(word, sizeof(word), b % 8 ? "%u#1/" : "%u#1/%u", b, b);
            dump_builder_add_graph(builder, word);
        }
        struct dump *dump = dump_builder_open(builder);
        assert_int_equal(accepts(dump, 8, 16), mode == STACKS_SAMPLED);
    }
}

static void an_unknown_stack_is_no_site(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    point_at(builder, 1, 100, 16);
    for (uint32_t b = 1; b <= 100; b++)
        dump_builder_block(builder, b)->stack = 0;
    assert_false(accepts(dump_builder_open(builder), 1, 16));
}

/* A type or an attribute's name says where things begin, however few they are. */
static void memory_says_where_objects_begin(void **state)
{
    (void)state;
    const char *line = "0%gdict 1>0+16 1>0+24 1>2+24 2.24view 2";
    assert_true(accepts(dump_from_graph(line), 0, 16));
    assert_false(accepts(dump_from_graph(line), 0, 24));
    assert_true(accepts(dump_from_graph(line), 2, 24));
    assert_false(accepts(dump_from_graph(line), 2, 16));
}

/* The tracker, which judges a dump of lost blocks alone, knows no class then. Of Python's objects,
 * all from few sites, such dumps aren't made. */
static void a_class_that_memory_tells_is_no_group(void **state)
{
    (void)state;
    for (int python = 0; python <= 1; python++) {
        struct dump_builder *builder = dump_builder_create();
        char word[64];
        point_at(builder, 1, 70, 24);
        for (uint32_t b = 1; b <= 70; b++) {
            snprintf(word, sizeof(word), "%u#%u %u%%%cThing", b, b % 2 + 1, b, python ? 'p' : 'c');
            dump_builder_add_graph(builder, word);
        }
        assert_int_equal(accepts(dump_builder_open(builder), 1, 24), python);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixty_four_blocks_make_a_header),
        cmocka_unit_test(nine_in_ten_must_be_hit),
        cmocka_unit_test(three_offsets_at_most),
        cmocka_unit_test(offsets_past_64_are_not_headers),
        cmocka_unit_test(more_pointers_into_the_middle_do_not_matter),
        cmocka_unit_test(pointers_to_oneself_say_nothing),
        cmocka_unit_test(a_group_is_a_type_or_else_a_site),
        cmocka_unit_test(sampled_stacks_are_grouped_by_caller),
        cmocka_unit_test(an_unknown_stack_is_no_site),
        cmocka_unit_test(memory_says_where_objects_begin),
        cmocka_unit_test(a_class_that_memory_tells_is_no_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
