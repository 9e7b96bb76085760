/*
 * The same process, dumped in full and with its reachable blocks summed: what the dump's child
 * found of owners, against the dominator tree of all blocks.
 */
#include "preload/owner_marks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "libcaulk/owner_tree.h"
#include "tests/support/own_dump.h"
#include "tests/support/random_heap.h"

struct judged {
    struct dump *dump;
    struct analysis *analysis;
    struct symbolizer *symbolizer;
    struct owners owners;
    struct owner_tree tree;
};

static void judge(struct dump *dump, struct judged *ret_judged)
{
    struct analysis_options options = {0};
    struct error err;
    ret_judged->dump = dump;
    ret_judged->symbolizer = symbolizer_create(dump, NULL);
    assert_true(analysis_create(dump, &options, &ret_judged->analysis, &err));
    const struct analysis *analysis = ret_judged->analysis;
    assert_true(owners_init(&ret_judged->owners, &analysis->heap, &analysis->verdicts,
                            &analysis->cycles, ret_judged->symbolizer, &err));
    assert_true(owner_tree_init(&ret_judged->tree, &ret_judged->owners, &analysis->cycles, &err));
}

static void finish(struct judged *judged)
{
    owner_tree_finish(&judged->tree);
    owners_finish(&judged->owners);
    symbolizer_destroy(judged->symbolizer);
    analysis_destroy(judged->analysis);
    dump_close(judged->dump);
}

/* What one owner at the top has, by what tells it from all others in both dumps. */
struct row {
    uint64_t root, place; /* an address or a kind and owner; or a stack */
    const char *label;
    struct amount amount;
};

struct rows {
    struct row row[2 * RANDOM_HEAP_BLOCKS];
    size_t count;
};

static struct row row_of_group(const struct judged *judged, const struct owner_group *group)
{
    const struct dump *dump = judged->dump;
    struct row row = {0};
    uint32_t stack;
    if (group->kind == OWNER_ROOT) {
        const struct root_owner *owner = &judged->owners.roots.owner[group->index];
        const struct root *root = &dump->roots[owner->root];
        bool thread = owner->borrows;
        row.root = 1 + (thread ? 0 : root->start + owner->offset);
        row.place = (uint64_t)(thread ? ROOT_STACK : root->kind) << 32 | root->owner;
        return row;
    }
    if (group->kind == OWNER_BLOCK) {
        stack = dump->block_stack[group->example];
        row.label = labels_name_of(&judged->analysis->heap.labels, group->example);
    } else {
        owner_tree_sum_place(group, dump, &stack, &row.label);
    }
    row.place = row.label ? 0 : dump->stack_pc[stack];
    return row;
}

static void add(struct rows *rows, struct row row, struct amount amount)
{
    size_t i = 0;
    for (; i < rows->count; i++)
        if (rows->row[i].root == row.root && rows->row[i].place == row.place &&
            (!row.label == !rows->row[i].label) &&
            (!row.label || strcmp(row.label, rows->row[i].label) == 0))
            break;
    if (i == rows->count)
        rows->row[rows->count++] = row;
    amount_add(&rows->row[i].amount, amount);
}

static void rows_of_blocks(const struct judged *judged, struct rows *rows)
{
    const struct dump *dump = judged->dump;
    for (uint32_t b = 0; b < dump->block_count; b++) {
        if (!heap_graph_counts(&judged->analysis->heap, b) ||
            verdicts_kind(&judged->analysis->verdicts, b) != KIND_REACHABLE)
            continue;
        uint32_t top = owner_tree_top(&judged->tree, &judged->owners, b);
        add(rows, row_of_group(judged, &judged->tree.group[top]),
            (struct amount){1, dump->block_bytes[b]});
    }
}

static void rows_of_sums(const struct judged *judged, struct rows *rows)
{
    const struct dump *dump = judged->dump;
    for (uint32_t i = 0; i < dump->owned_count; i++) {
        uint32_t top = judged->tree.top_of_owner[dump->owned[i].owner];
        add(rows, row_of_group(judged, &judged->tree.group[top]),
            (struct amount){dump->owned[i].sum.blocks, dump->owned[i].sum.bytes});
    }
}

static struct amount find(const struct rows *rows, const struct row *row)
{
    struct rows copy = *rows;
    add(&copy, *row, (struct amount){0, 0});
    for (size_t i = 0; i < copy.count; i++)
        if (copy.row[i].root == row->root && copy.row[i].place == row->place &&
            (!row->label == !copy.row[i].label) &&
            (!row->label || strcmp(row->label, copy.row[i].label) == 0))
            return copy.row[i].amount;
    return (struct amount){0, 0};
}

/* Roots' own are always the same; blocks', where no two are alike. */
static void compare(bool all, uint64_t *ret_of_roots, uint64_t *ret_of_blocks)
{
    static struct rows exact, found;
    static struct judged full, lost;
    struct dump *dumps[2];
    exact.count = found.count = 0;
    take_both_dumps(&dumps[0], &dumps[1]);
    judge(dumps[0], &full), judge(dumps[1], &lost);
    assert_true(lost.dump->owned_count);
    rows_of_blocks(&full, &exact);
    rows_of_sums(&lost, &found);
    for (size_t i = 0; i < exact.count; i++) {
        const struct row *row = &exact.row[i];
        *(row->root ? ret_of_roots : ret_of_blocks) += row->amount.blocks;
        if (!row->root && !all)
            continue;
        struct amount amount = find(&found, row);
        assert_int_equal(row->amount.blocks, amount.blocks);
        assert_int_equal(row->amount.bytes, amount.bytes);
    }
    if (all)
        assert_int_equal(exact.count, found.count);
    assert_int_equal(full.owners.retained[0].bytes, lost.owners.retained[0].bytes);
    finish(&full), finish(&lost);
}

static void compare_many(uint32_t sites, bool all, uint32_t annotations)
{
    uint64_t of_roots = 0, of_blocks = 0;
    for (uint32_t seed = 0; seed < 20; seed++) {
        const struct random_heap heap = {
            .seed = seed,
            .sites = sites,
            .edges = RANDOM_HEAP_BLOCKS / 3 + seed * 25,
            .annotations = seed % 3 * annotations,
        };
        random_heap_build(&heap);
        compare(all, &of_roots, &of_blocks);
        random_heap_clear();
    }
    assert_true(of_roots > 100 && of_blocks > 100); /* both are met */
}

static void test_each_block_of_a_stack_of_its_own(void **state)
{
    (void)state;
    compare_many(RANDOM_HEAP_BLOCKS, true, 0);
}

static void test_blocks_alike(void **state)
{
    (void)state;
    compare_many(5, false, 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_block_of_a_stack_of_its_own),
        cmocka_unit_test(test_blocks_alike),
    };
    return cmocka_run_group_tests(tests, own_dump_start, NULL);
}
