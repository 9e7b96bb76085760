#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/picture.h"
#include "tests/support/dump_builder.h"

struct drawn {
    struct dump *dump;
    struct analysis *analysis;
    struct picture picture;
};

static void judge(struct drawn *drawn, const char *line)
{
    const struct analysis_options options = {.all_cycles = true};
    struct error err;
    drawn->dump = dump_from_graph(line);
    assert_true(analysis_create(drawn->dump, &options, &drawn->analysis, &err));
}

static void draw_lost(struct drawn *drawn, const char *line, uint32_t max_nodes)
{
    struct error err;
    judge(drawn, line);
    assert_true(picture_of_lost(drawn->analysis, max_nodes, &drawn->picture, &err));
}

static void draw_around(struct drawn *drawn, const char *line, uint32_t block, unsigned steps)
{
    struct error err;
    judge(drawn, line);
    assert_true(picture_around(drawn->analysis, &block, 1, steps, 200, &drawn->picture, &err));
}

static void finish(struct drawn *drawn)
{
    picture_finish(&drawn->picture);
    analysis_destroy(drawn->analysis);
    dump_close(drawn->dump);
}

/* The picture in a line: "0 1*3 0>1" are two nodes, the second for three blocks, and an edge. */
static char *in_words(const struct picture *picture)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (uint32_t i = 0; i < picture->node_count; i++) {
        const struct picture_node *node = &picture->nodes[i];
        if (node->root)
            fprintf(out, "%s ", root_kind_name(node->root->kind));
        else if (node->amount.blocks == 1)
            fprintf(out, "%u ", node->block);
        else
            fprintf(out, "%u*%u ", node->block, (unsigned)node->amount.blocks);
    }
    for (uint32_t i = 0; i < picture->edge_count; i++) {
        const struct picture_edge *edge = &picture->edges[i];
        fprintf(out, "%u%s%u ", edge->from, edge->interior ? "~" : ">", edge->to);
    }
    fclose(out);
    return text;
}

static void is(struct drawn *drawn, const char *expected)
{
    char *words = in_words(&drawn->picture);
    if (*words)
        words[strlen(words) - 1] = '\0';
    assert_string_equal(words, expected);
    free(words);
    finish(drawn);
}

/* Adds "FROM>TO" for blocks 0 to count - 1, by a format with two numbers. */
static char *many(const char *first, uint32_t count, const char *format)
{
    char *line;
    size_t length;
    FILE *out = open_memstream(&line, &length);
    fputs(first, out);
    for (uint32_t i = 0; i < count; i++)
        fprintf(out, format, i, i + 1);
    fclose(out);
    return line;
}

static void nothing_lost_is_an_empty_picture(void **state)
{
    (void)state;
    struct drawn drawn;
    draw_lost(&drawn, "global>0 0>1", 200);
    is(&drawn, "");
}

static void a_few_lost_blocks_are_a_node_each(void **state)
{
    (void)state;
    struct drawn drawn;
    draw_lost(&drawn, "global>0 1>2 1>3 4>5+8", 200);
    is(&drawn, "1 2 3 4 5 0>1 0>2 3~4");
}

static void fifty_blocks_are_single_and_fifty_one_are_folded(void **state)
{
    (void)state;
    struct drawn drawn;
    char *line = many("0:4096", 49, " 0>%2$u");
    draw_lost(&drawn, line, 200);
    assert_int_equal(drawn.picture.node_count, 50);
    finish(&drawn);
    free(line);

    line = many("0:4096", 50, " 0>%2$u");
    draw_lost(&drawn, line, 200);
    assert_int_equal(drawn.picture.edges[0].pointers, 50);
    assert_int_equal(drawn.picture.edges[0].first_offset, 0);
    assert_int_equal(drawn.picture.edges[0].last_offset, 49 * 8);
    is(&drawn, "0 1*50 0>1");
    free(line);
}

static void a_long_list_is_head_middle_and_tail(void **state)
{
    (void)state;
    struct drawn drawn;
    char *line = many("", 99, " %u>%u");
    draw_lost(&drawn, line, 200);
    is(&drawn, "0 1*98 99 0>1 1>1 1>2");
    free(line);
}

static void each_cycle_has_a_frame(void **state)
{
    (void)state;
    struct drawn drawn;
    draw_lost(&drawn, "0>1 1>0 2>3 3>2 3>4", 200);
    assert_int_equal(drawn.picture.group_count, 2);
    assert_int_equal(drawn.picture.nodes[0].group, drawn.picture.nodes[1].group);
    assert_int_not_equal(drawn.picture.nodes[0].group, drawn.picture.nodes[2].group);
    assert_int_equal(drawn.picture.nodes[4].group, PICTURE_NO_GROUP);
    assert_true(drawn.picture.edges[0].cyclic);
    assert_int_equal(drawn.picture.groups[0].cycle_count, 1);
    finish(&drawn);
}

static void equal_cycles_share_a_frame_when_they_are_many(void **state)
{
    (void)state;
    struct drawn drawn;
    char *line;
    size_t length;
    FILE *out = open_memstream(&line, &length);
    for (uint32_t i = 0; i < 60; i += 2)
        fprintf(out, " %u#1 %u#2 %u>%u %u>%u", i, i + 1, i, i + 1, i + 1, i);
    fclose(out);
    draw_lost(&drawn, line, 200);
    assert_int_equal(drawn.picture.group_count, 1);
    assert_int_equal(drawn.picture.groups[0].cycle_count, 30);
    is(&drawn, "0*30 1*30 0>1 1>0");
    free(line);
}

static void what_is_too_much_is_left_out_lightest_first(void **state)
{
    (void)state;
    struct drawn drawn;
    draw_lost(&drawn, "0#1 0:100 1#2 1:300 2#3 2:200 3#4 3:50", 3);
    assert_int_equal(drawn.picture.left_out.blocks, 2);
    assert_int_equal(drawn.picture.left_out.bytes, 150);
    is(&drawn, "1 2");
}

static void cycles_stay_when_others_go(void **state)
{
    (void)state;
    struct drawn drawn;
    draw_lost(&drawn, "0#1 0:4000 1#2 1:3000 2#3 2:16 2>2", 2);
    is(&drawn, "2 0>0");
}

static void around_a_block_are_its_neighbours_and_roots(void **state)
{
    (void)state;
    struct drawn drawn;
    /* 6 hangs on the same owner as 2, and is no neighbour of it. */
    draw_around(&drawn, "global>0 0>1 1>2 2>3 3>4 1>6 5", 2, 1);
    is(&drawn, "1 2 3 0>1 1>2");
    draw_around(&drawn, "global>0 0>1 1>2 2>3 3>4 1>6 5", 2, 2);
    is(&drawn, "0 1 2 3 4 global 0>1 1>2 2>3 3>4 5>0");
}

static void roots_of_what_is_behind_are_not_drawn(void **state)
{
    (void)state;
    struct drawn drawn;
    draw_around(&drawn, "0>1 1>0 1@8>2 global>2", 0, 2);
    is(&drawn, "0 1 2 0>1 1>0 1>2");
}

static void a_stack_is_one_root(void **state)
{
    (void)state;
    struct drawn drawn;
    draw_around(&drawn, "stack@8>0 stack@16>0 global@8>0 global@16>0", 0, 1);
    is(&drawn, "0 stack global global 1>0 2>0 3>0");
}

static void many_roots_are_drawn_by_their_kind(void **state)
{
    (void)state;
    struct drawn drawn;
    char *line = many("", 30, " global>0 stack>0 %u");
    draw_around(&drawn, line, 0, 1);
    assert_int_equal(drawn.picture.nodes[1].amount.blocks, 30);
    assert_true(drawn.picture.nodes[1].root_offset == OFFSET_UNKNOWN);
    is(&drawn, "0 global stack 1>0 2>0");
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_lost_is_an_empty_picture),
        cmocka_unit_test(a_few_lost_blocks_are_a_node_each),
        cmocka_unit_test(fifty_blocks_are_single_and_fifty_one_are_folded),
        cmocka_unit_test(a_long_list_is_head_middle_and_tail),
        cmocka_unit_test(each_cycle_has_a_frame),
        cmocka_unit_test(equal_cycles_share_a_frame_when_they_are_many),
        cmocka_unit_test(what_is_too_much_is_left_out_lightest_first),
        cmocka_unit_test(cycles_stay_when_others_go),
        cmocka_unit_test(around_a_block_are_its_neighbours_and_roots),
        cmocka_unit_test(roots_of_what_is_behind_are_not_drawn),
        cmocka_unit_test(a_stack_is_one_root),
        cmocka_unit_test(many_roots_are_drawn_by_their_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
