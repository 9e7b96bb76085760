/*
 * The n-th allocation fails, for every n: the analysis says so, and gives back all it had.
 *
 * malloc and its relatives are replaced here and hand on to glibc's. Under AddressSanitizer, which
 * replaces them itself, the test is skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "libcaulk/chain_all.h"
#include "libcaulk/cycle_edges.h"
#include "libcaulk/diff.h"
#include "libcaulk/dump_sum.h"
#include "libcaulk/few_retained.h"
#include "libcaulk/links.h"
#include "libcaulk/suspects.h"
#include "tests/support/dump_builder.h"

#ifdef __SANITIZE_ADDRESS__
#define CAN_FAIL false
static long until_failure;
static long balance;
#else
#define CAN_FAIL true

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static long until_failure; /* 0: none */
static long balance;       /* blocks allocated and not freed */

static bool fails(void)
{
    return until_failure && --until_failure == 0;
}

void *malloc(size_t size)
{
    void *block = fails() ? NULL : __libc_malloc(size);
    balance += block != NULL;
    return block;
}

void *calloc(size_t count, size_t size)
{
    void *block = fails() ? NULL : __libc_calloc(count, size);
    balance += block != NULL;
    return block;
}

void *realloc(void *block, size_t size)
{
    void *moved = fails() ? NULL : __libc_realloc(block, size);
    balance += moved && !block;
    return moved;
}

void free(void *block)
{
    balance -= block != NULL;
    __libc_free(block);
}
#endif

typedef bool work_fn(struct dump *dump, struct error *err);

/* True once nothing failed any more: n was more than there are allocations. */
static bool try_with(work_fn *work, struct dump *dump, long n)
{
    struct error err = {.message = ""};
    long before = balance;
    until_failure = n;
    bool done = work(dump, &err);
    bool failed = until_failure == 0;
    until_failure = 0;
    assert_int_equal(done, !failed);
    assert_int_equal(balance, before);
    if (failed)
        assert_non_null(strstr(err.message, "out of memory"));
    return !failed;
}

static void fail_each(work_fn *work, struct dump *dump)
{
    long n = 1;
    while (!try_with(work, dump, n))
        n++;
    assert_true(n > 1);
}

static struct dump *rich_heap(void)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0!pool 1!custom 2~node 2>3 3>2 4!ignored 5>6+8 6>5 5=7 r>8 "
                                    "8>9 9>8 r>10+8 11>11 12>13 13>14 14>15 15>16 16>17 17>18 "
                                    "18>19 19>20 20>12 20>21");
    dump_builder_block(builder, 0)->bytes = 0x1800;
    return dump_builder_open(builder);
}

static bool analyze(struct dump *dump, struct error *err)
{
    struct analysis_options options = {.all_cycles = true};
    struct analysis *analysis;
    if (!analysis_create(dump, &options, &analysis, err))
        return false;
    analysis_destroy(analysis);
    return true;
}

static void analysis(void **state)
{
    (void)state;
    if (!CAN_FAIL)
        skip();
    struct dump *dump = rich_heap();
    fail_each(analyze, dump);
    dump_close(dump);
}

static void analysis_of_a_sample(void **state)
{
    (void)state;
    if (!CAN_FAIL)
        skip();
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->stacks_mode = STACKS_SAMPLED;
    dump_builder_process(builder)->sample_bytes = 1000;
    dump_builder_add_graph(builder, "0#1/5 0>1 2#1/ 2>3 4#1/6~node 5#1/~node 5>5");
    struct dump *dump = dump_builder_open(builder);
    fail_each(analyze, dump);
    dump_close(dump);
}

/* What commands ask of an analysis. */
static struct analysis *asked;

static bool ask_chain(struct dump *dump, struct error *err)
{
    struct chain chain;
    (void)dump;
    if (!chain_find(&asked->heap, &asked->verdicts, 9, &chain, err))
        return false;
    chain_finish(&chain);
    return true;
}

static bool ask_links(struct dump *dump, struct error *err)
{
    struct links links;
    (void)dump;
    if (!links_to(&asked->heap, 8, &links, err))
        return false;
    links_finish(&links);
    if (!links_from(&asked->heap, 5, &links, err))
        return false;
    links_finish(&links);
    return true;
}

static bool ask_retained(struct dump *dump, struct error *err)
{
    struct amount retained;
    (void)dump;
    return few_retained(&asked->heap, &asked->verdicts, &(uint32_t){5}, 1, &retained, err);
}

static bool ask_edges(struct dump *dump, struct error *err)
{
    struct cycle_edge *edges;
    uint64_t count, total;
    (void)dump;
    if (!cycle_edges(&asked->cycles, &asked->heap, 0, 100, NULL, &edges, &count, &total, err))
        return false;
    free(edges);
    return true;
}

static struct symbolizer *symbolizer;

static bool ask_owners(struct dump *dump, struct error *err)
{
    struct owners owners;
    struct owner_tree tree;
    (void)dump;
    if (!owners_init(&owners, &asked->heap, &asked->verdicts, &asked->cycles, symbolizer, err))
        return false;
    if (!owner_tree_init(&tree, &owners, &asked->cycles, err)) {
        owners_finish(&owners);
        return false;
    }
    struct suspects suspects;
    struct chains chains;
    bool done = suspects_find(&tree, &owners, &suspects, err) &&
                chains_find(&asked->heap, &asked->verdicts, &owners.roots, 9, &chains, err);
    if (done)
        chains_finish(&chains);
    owner_tree_finish(&tree);
    owners_finish(&owners);
    return done;
}

static void questions(void **state)
{
    (void)state;
    if (!CAN_FAIL)
        skip();
    struct analysis_options options = {.all_cycles = true};
    work_fn *const work[] = {ask_chain, ask_links, ask_retained, ask_edges, ask_owners};
    struct dump *dump = rich_heap();
    assert_true(analysis_create(dump, &options, &asked, NULL));
    symbolizer = symbolizer_create(dump, NULL);
    assert_true(ask_owners(dump, NULL)); /* what the symbolizer keeps it has after that */
    for (size_t i = 0; i < sizeof(work) / sizeof(*work); i++)
        fail_each(work[i], dump);
    symbolizer_destroy(symbolizer);
    analysis_destroy(asked);
    dump_close(dump);
}

static bool ask_diff(struct dump *dump, struct error *err)
{
    struct dump *const dumps[] = {dump, dump};
    struct diff diff;
    if (!diff_init(&diff, dumps, 2, asked, asked, err))
        return false;
    diff_finish(&diff);
    return true;
}

static void comparison(void **state)
{
    (void)state;
    if (!CAN_FAIL)
        skip();
    struct analysis_options options = {.all_cycles = true};
    struct dump *dump = rich_heap();
    assert_true(analysis_create(dump, &options, &asked, NULL));
    fail_each(ask_diff, dump);
    analysis_destroy(asked);
    dump_close(dump);
}

/* The parts are not consumed where the sum fails; where it is made they come apart from it again.
 */
static struct dump *parts[3];

static bool add_up(struct dump *dump, struct error *err)
{
    struct dump *sum;
    (void)dump;
    if (!dump_sum(parts, 3, &sum, err))
        return false;
    sum->summed_count = 0;
    dump_close(sum);
    return true;
}

static struct dump *process(uint32_t pid, const char *line)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->pid = pid;
    dump_builder_add_graph(builder, line);
    return dump_builder_open(builder);
}

static void sums(void **state)
{
    (void)state;
    if (!CAN_FAIL)
        skip();
    parts[0] = process(1, "0~node 0>1 1>0 r>2 3");
    parts[1] = process(2, "0!inherited 1!inherited 0>1 1@16>0 r>1 4^5 0=4");
    parts[2] = process(3, "0!inherited 1!inherited 2~edge");
    fail_each(add_up, NULL);
    for (int i = 0; i < 3; i++)
        dump_close(parts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(analysis),  cmocka_unit_test(analysis_of_a_sample),
        cmocka_unit_test(questions), cmocka_unit_test(comparison),
        cmocka_unit_test(sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
