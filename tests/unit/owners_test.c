/* What owners retain, against the definition, and the tree folded, as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "libcaulk/few_retained.h"
#include "libcaulk/suspects.h"
#include "tests/support/dump_builder.h"
#include "tests/support/short_text.h"

struct heap {
    struct dump *dump;
    struct analysis *analysis;
    struct symbolizer *symbolizer;
    struct owners owners;
    struct owner_tree tree;
};

static struct heap heap_of(const char *line)
{
    struct heap heap = {.dump = dump_from_graph(line)};
    const struct analysis_options options = {.all_cycles = false};
    assert_true(analysis_create(heap.dump, &options, &heap.analysis, NULL));
    heap.symbolizer = symbolizer_create(heap.dump, NULL);
    assert_true(owners_init(&heap.owners, &heap.analysis->heap, &heap.analysis->verdicts,
                            &heap.analysis->cycles, heap.symbolizer, NULL));
    assert_true(owner_tree_init(&heap.tree, &heap.owners, &heap.analysis->cycles, NULL));
    return heap;
}

static void heap_finish(struct heap *heap)
{
    owner_tree_finish(&heap->tree);
    owners_finish(&heap->owners);
    symbolizer_destroy(heap->symbolizer);
    analysis_destroy(heap->analysis);
    dump_close(heap->dump);
}

/* "global=5(2*0=5)": a global that retains 5 blocks, below it 2 blocks like block 0 that retain 5.
 */
static void append_groups(struct short_text *text, const struct heap *heap, uint32_t above)
{
    uint32_t count;
    const uint32_t *child = owner_tree_children(&heap->tree, above, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct owner_group *group = &heap->tree.group[child[i]];
        if (group->kind == OWNER_ROOT)
            short_text_add(
                text, "%s",
                root_kind_name(
                    heap->dump->roots[heap->owners.roots.owner[group->index].root].kind));
        else
            short_text_add(text, "%u*%s%u", (unsigned)group->count,
                           group->kind == OWNER_CYCLE ? "C"
                           : group->lost              ? "L"
                                                      : "",
                           group->example);
        short_text_add(text, "=%u", (unsigned)group->retained.blocks);
        if (heap->tree.child_begin[child[i] + 1] > heap->tree.child_begin[child[i]]) {
            short_text_add(text, "(");
            append_groups(text, heap, child[i]);
            short_text_add(text, ")");
        }
        short_text_add(text, i + 1 < count ? " " : "");
    }
}

static void assert_tree(const char *line, const char *expected)
{
    struct heap heap = heap_of(line);
    struct short_text text = {.length = 0};
    append_groups(&text, &heap, OWNER_NONE);
    assert_string_equal(text.at, expected);
    heap_finish(&heap);
}

static void a_root_owns_what_only_it_leads_to(void **state)
{
    (void)state;
    assert_tree("r>0 0>1 1#1 0>2 2#2", "global=3(1*0=3(1*1=1 1*2=1))");
    assert_tree("r>0 tls>1 0>2#2 1>2 2:100#2 1#1", "1*2=1 global=1(1*0=1) tls=1(1*1=1)");
}

static void a_stack_only_borrows(void **state)
{
    (void)state;
    assert_tree("r>0 0>1 0#1 1#2 stack>1 registers>1 stack>2 2>1 2#3",
                "global=2(1*0=2(1*1=1)) stack=1(1*2=1)");
    assert_tree("stack>0 registers>0", "stack=1(1*0=1)");
}

static void what_is_alike_is_one_group(void **state)
{
    (void)state;
    assert_tree("r>0 0>1 1>2 2>3", "global=4(4*0=4)");                        /* a list */
    assert_tree("r>0 0>1 1>2 2>3 0#1 1#2 2#1 3#2", "global=4(2*0=4(2*1=2))"); /* and its values */
    assert_tree("r>0 0>1 0>2 0#1 1~x 2~x", "global=3(1*0=3(2*1=2))");
}

static void what_two_lists_hold_is_one_group_beside_them(void **state)
{
    (void)state;
    assert_tree("r>0 0>2 0>3 0>4 0#1 tls>1 1>2 1>3 1>4 1#2 2#3 3#3 4#3",
                "3*2=3 global=1(1*0=1) tls=1(1*1=1)");
}

static void what_is_shared_has_holders(void **state)
{
    (void)state;
    struct heap heap = heap_of("r>0 0>2 0>3 0#1 tls>1 1>2 1>3 1#2 2#3 3#3 2>3 stack>3 4>2 4#9 "
                               "mapping>5+16 5@32>2 5%wref");
    uint32_t count;
    uint32_t shared = owner_tree_children(&heap.tree, OWNER_NONE, &count)[0];
    struct owner_holders *holders;
    assert_int_equal(heap.tree.group[shared].count, 2);
    assert_true(owner_holders_find(&heap.tree, &heap.owners, &shared, 1, &holders, NULL));
    assert_int_equal(holders->count, 2);
    assert_false(holders->more);
    for (uint32_t i = 0; i < holders->count; i++)
        assert_int_equal(heap.tree.group[holders->group[i]].kind, OWNER_ROOT);
    free(holders);
    heap_finish(&heap);
}

static void a_lost_cycle_is_one_owner(void **state)
{
    (void)state;
    assert_tree("0>1 1>0 0>2 1>2 0#1 1#2 2:500#3", "1*C0=3(1*L2=1 1*L0=1 1*L1=1)");
    assert_tree("0>1 1>0 2>3 3>2 0#1 1#2 2#1 3#2 3>4 4#4 1@16>5 5#4",
                "2*C0=6(2*L1=4(2*L5=2) 2*L0=2)");
    assert_tree("0>0", "1*C0=1(1*L0=1)");
}

static void a_lost_block_holds_nothing_that_is_alive(void **state)
{
    (void)state;
    assert_tree("r>0 1>0 1>2 2:100#2 1#2", "2*L1=2 global=1(1*0=1)");
    assert_tree("r>0 1 0#1 1#1", "global=1(1*0=1) 1*L1=1");
}

static void the_runtimes_own_and_ignored_blocks_have_a_place(void **state)
{
    (void)state;
    assert_tree("0!runtime 0>1 1#1", "1*0=2(1*1=1)");
    assert_tree("0!ignored 0>1 1>0 1#1", "1*L0=2(1*L1=1)");
}

static void suspects_are_heavy_and_alive(void **state)
{
    (void)state;
    struct heap heap = heap_of("r>0 0>1 1^990 1>2 2^500 0#1 1#2 2#2 tls>3 3:300#3 "
                               "mapping>4 4:8#4 5:3000#5 6!runtime 6:3000#6");
    struct suspects suspects;
    assert_true(suspects_find(&heap.tree, &heap.owners, &suspects, NULL));
    assert_int_equal(suspects.count, 0); /* the lost and the runtime's weigh most */
    heap_finish(&heap);
    heap = heap_of("r>0 0>1 1^990 1>2 2^550 0#1 1#2 2#2 tls>3 3:300#3 mapping>4 4:8#4");
    assert_true(suspects_find(&heap.tree, &heap.owners, &suspects, NULL));
    assert_int_equal(suspects.count, 2);
    assert_int_equal(heap.tree.group[suspects.suspect[0].body].example, 3);
    assert_int_equal(suspects.suspect[0].trend, AGE_STARTUP);
    assert_int_equal(heap.tree.group[suspects.suspect[1].body].count, 2);
    assert_int_equal(suspects.suspect[1].ages.bytes[5], 64);
    assert_int_equal(suspects.suspect[1].ages.bytes[9], 64);
    assert_int_equal(suspects.suspect[1].trend, AGE_WORKING_SET);
    heap_finish(&heap);
}

static void very_deep_trees_are_cut(void **state)
{
    (void)state;
    char line[512] = "r>0";
    for (int i = 0, length = 3; i < 30; i++)
        length += snprintf(line + length, sizeof(line) - (size_t)length, " %d>%d %d#%d", i, i + 1,
                           i, i + 1);
    struct heap heap = heap_of(line);
    uint32_t deepest = heap.tree.group_of[heap.owners.dominators.number[30]];
    assert_int_equal(heap.tree.group[deepest].depth, OWNER_DEPTH - 1);
    assert_int_equal(heap.tree.group[deepest].count, 1);
    assert_int_equal(heap.tree.group[deepest].retained.blocks, 31 - (OWNER_DEPTH - 2));
    assert_int_equal(heap.tree.group[owner_tree_top(&heap.tree, &heap.owners, 30)].retained.blocks,
                     31);
    heap_finish(&heap);
}

/* A heap of 12 blocks with some roots, drawn from the seed. */
static void draw(uint32_t seed, char *ret_line, size_t size)
{
    size_t length = 0;
    srand(seed);
    for (int i = 0; i < 18; i++)
        length +=
            (size_t)snprintf(ret_line + length, size - length, "%d>%d ", rand() % 12, rand() % 12);
    for (int i = 0; i < 3; i++)
        length += (size_t)snprintf(ret_line + length, size - length, "%s>%d ", i ? "r" : "mapping",
                                   rand() % 12);
}

static void retained_is_what_the_definition_says(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 500; seed++) {
        char line[256];
        draw(seed, line, sizeof(line));
        struct heap heap = heap_of(line);
        const struct analysis *analysis = heap.analysis;
        for (uint32_t b = 0; b < heap.dump->block_count; b++) {
            struct amount retained;
            assert_true(few_retained(&analysis->heap, &analysis->verdicts, &b, 1, &retained, NULL));
            uint32_t cycle = cycles_find(&analysis->cycles, b);
            if (cycle == CYCLE_NONE || analysis->cycles.cycle[cycle].kind != KIND_DEFINITE)
                assert_int_equal(owners_retained(&heap.owners, b).blocks, retained.blocks);
        }
        uint32_t first_cycle = heap.dump->block_count + heap.owners.roots.count;
        for (uint32_t i = 0; i < heap.owners.cycle_count; i++)
            assert_int_equal(owners_retained(&heap.owners, first_cycle + i).blocks,
                             analysis->cycles.cycle[heap.owners.cycle[i]].retained.blocks);
        assert_int_equal(heap.owners.retained[0].blocks, analysis->live.blocks);
        heap_finish(&heap);
    }
}

/* Nothing twice: below a block of its own type nothing is added. */
static void types_retain_what_their_blocks_do(void **state)
{
    (void)state;
    struct heap heap = heap_of("r>0 0>1 1>2 r>3 3>4 0~one 1~one 2~two 3~two 4");
    const struct labels *labels = &heap.analysis->heap.labels;
    struct amount retained[2];
    assert_int_equal(labels->count, 2);
    assert_true(owners_of_types(&heap.owners, retained, NULL));
    assert_int_equal(retained[labels_of(labels, 0)].blocks, 3);
    assert_int_equal(retained[labels_of(labels, 2)].blocks, 3);
    heap_finish(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_root_owns_what_only_it_leads_to),
        cmocka_unit_test(a_stack_only_borrows),
        cmocka_unit_test(what_is_alike_is_one_group),
        cmocka_unit_test(what_two_lists_hold_is_one_group_beside_them),
        cmocka_unit_test(what_is_shared_has_holders),
        cmocka_unit_test(a_lost_cycle_is_one_owner),
        cmocka_unit_test(a_lost_block_holds_nothing_that_is_alive),
        cmocka_unit_test(the_runtimes_own_and_ignored_blocks_have_a_place),
        cmocka_unit_test(suspects_are_heavy_and_alive),
        cmocka_unit_test(very_deep_trees_are_cut),
        cmocka_unit_test(retained_is_what_the_definition_says),
        cmocka_unit_test(types_retain_what_their_blocks_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
