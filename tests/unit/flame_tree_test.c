#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/flame_tree.h"
#include "tests/support/opened_heap.h"

/* "all 2/164 of 3/228 (program+0x400100 …)": a node's lost and live blocks and bytes, then those
 * that it called. */
static void write_node(FILE *out, const struct flame_tree *tree, const struct flame_rows *rows,
                       uint32_t number)
{
    const struct flame_node *node = &tree->node[number];
    fprintf(out, "%s %llu/%llu of %llu/%llu", string_table_text(&tree->names, node->name),
            (unsigned long long)node->lost.blocks, (unsigned long long)node->lost.bytes,
            (unsigned long long)node->live.blocks, (unsigned long long)node->live.bytes);
    for (uint32_t i = rows->begin[number]; i < rows->begin[number + 1]; i++) {
        fputs(i == rows->begin[number] ? " (" : ", ", out);
        write_node(out, tree, rows, rows->row[i]);
    }
    if (rows->begin[number] < rows->begin[number + 1])
        fputs(")", out);
}

static void is(const char *line, bool lost, const char *expected)
{
    struct opened opened;
    struct flame_tree tree;
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    opened_heap(line, &opened);
    flame_tree_init(&tree, &opened);
    struct flame_rows rows = flame_rows_of(&tree, lost);
    write_node(out, &tree, &rows, 0);
    fclose(out);
    assert_string_equal(text, expected);
    flame_rows_finish(&rows);
    flame_tree_finish(&tree);
    opened_finish(&opened);
    free(text);
}

static void callers_weigh_what_they_call(void **state)
{
    (void)state;
    is("0#1 1#1 global>1 2#2:100 2>0", false,
       "all 2/164 of 3/228 (program+0x400100 2/164 of 3/228 (program+0x401010 1/64 of 2/128, "
       "program+0x401020 1/100 of 1/100))");
}

static void rows_have_what_weighs_the_heaviest_first(void **state)
{
    (void)state;
    is("0#1 1#1 global>0 global>1 2#2:100 3#3:101", true,
       "all 2/201 of 4/329 (program+0x400100 2/201 of 4/329 (program+0x401030 1/101 of 1/101, "
       "program+0x401020 1/100 of 1/100))");
}

static void an_empty_heap_has_one_node(void **state)
{
    (void)state;
    is("", false, "all 0/0 of 0/0");
}

#define MANY (2 * FLAME_SHARE)

static void the_light_are_left_out_and_counted(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    struct opened opened;
    struct flame_tree tree;
    const uint64_t heavy[] = {DUMP_BUILDER_SITE_PC(1)}, light[] = {DUMP_BUILDER_SITE_PC(2)};
    struct builder_block block = {.bytes = 64, .stack = dump_builder_add_stack(builder, heavy, 1)};
    for (uint32_t i = 0; i < MANY; i++) {
        block.address = DUMP_BUILDER_ADDRESS(i);
        dump_builder_add_block(builder, &block);
    }
    block.address = DUMP_BUILDER_ADDRESS(MANY);
    block.stack = dump_builder_add_stack(builder, light, 1);
    dump_builder_add_block(builder, &block);
    opened_heap_of(builder, &opened);
    flame_tree_init(&tree, &opened);
    assert_int_equal(tree.count, 2);
    assert_int_equal(tree.left_out, 1);
    assert_int_equal(tree.node[0].live.blocks, MANY + 1);
    flame_tree_finish(&tree);
    opened_finish(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callers_weigh_what_they_call),
        cmocka_unit_test(rows_have_what_weighs_the_heaviest_first),
        cmocka_unit_test(an_empty_heap_has_one_node),
        cmocka_unit_test(the_light_are_left_out_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
