#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "preload/stack_table.h"

#define THREADS 4
#define SHARED_KEYS 40000u /* the index grows twice on the way */
#define MANY 300000u
#define PATH 8u
#define PATHS 2400000u

static struct stack_table *new_table(void)
{
    struct stack_table *table = calloc(1, sizeof(*table));
    assert_non_null(table);
    assert_true(stack_table_init(table));
    return table;
}

static void the_same_key_gives_the_same_node(void **state)
{
    (void)state;
    struct stack_table *table = new_table();
    uint32_t outer = stack_table_intern(table, 0, 0x1000);
    uint32_t inner = stack_table_intern(table, outer, 0x2000);
    assert_int_not_equal(outer, 0);
    assert_int_not_equal(inner, outer);
    assert_int_equal(stack_table_intern(table, 0, 0x1000), outer);
    assert_int_equal(stack_table_intern(table, outer, 0x2000), inner);
    assert_int_not_equal(stack_table_intern(table, 0, 0x2000), inner);
    assert_int_equal(stack_table_count(table), 3);
    free(table);
}

static void a_node_says_what_it_stands_for(void **state)
{
    (void)state;
    struct stack_table *table = new_table();
    uint32_t outer = stack_table_intern(table, 0, 0x1000);
    uint32_t inner = stack_table_intern(table, outer, 0x7fffffffffff);
    uint32_t parent = 99;
    uintptr_t pc = 99;
    assert_true(stack_table_node(table, inner, &parent, &pc));
    assert_int_equal(parent, outer);
    assert_int_equal(pc, 0x7fffffffffff);
    assert_true(stack_table_node(table, outer, &parent, &pc));
    assert_int_equal(parent, 0);
    assert_false(stack_table_node(table, 0, &parent, &pc));
    assert_false(stack_table_node(table, inner + 1, &parent, &pc));
    assert_false(stack_table_node(table, UINT32_MAX, &parent, &pc));
    free(table);
}

static void a_path_is_its_frames(void **state)
{
    (void)state;
    enum { FRAMES = 5 };
    struct stack_table *table = new_table();
    const uintptr_t pcs[FRAMES] = {0x1000, 0x2000, 0x3000, 0x4000, 0x5000};
    uint32_t scratch[FRAMES], nodes[FRAMES], parent = 0;
    for (unsigned count = 3; count <= FRAMES; count++) /* a part is known, then the whole */
        for (unsigned again = 0; again < 2; again++)
            nodes[count - 1] = stack_table_intern_path(table, 0, pcs, count, scratch);
    for (unsigned i = 0; i < FRAMES; i++) {
        parent = stack_table_intern(table, parent, pcs[i]);
        assert_int_equal(stack_table_outer(table, nodes[FRAMES - 1], FRAMES - 1 - i), parent);
        if (i >= 2)
            assert_int_equal(nodes[i], parent);
    }
    assert_int_equal(stack_table_outer(table, nodes[FRAMES - 1], FRAMES), 0);
    assert_int_equal(stack_table_intern_path(table, nodes[2], pcs + 3, 2, scratch), nodes[4]);
    assert_int_equal(stack_table_intern_path(table, nodes[2], NULL, 0, NULL), nodes[2]);
    assert_int_equal(stack_table_count(table), FRAMES);
    free(table);
}

static void many_nodes_stay_found_while_the_index_grows(void **state)
{
    (void)state;
    struct stack_table *table = new_table();
    uint32_t *nodes = malloc(MANY * sizeof(*nodes));
    assert_non_null(nodes);
    for (uint32_t i = 0; i < MANY; i++) {
        nodes[i] = stack_table_intern(table, i ? nodes[i / 2] : 0, 0x400000 + i * 5);
        assert_int_equal(nodes[i], i + 1);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t parent;
        uintptr_t pc;
        assert_int_equal(stack_table_intern(table, i ? nodes[i / 2] : 0, 0x400000 + i * 5), i + 1);
        assert_true(stack_table_node(table, nodes[i], &parent, &pc));
        assert_true(parent < nodes[i]);
        assert_int_equal(pc, 0x400000 + i * 5);
    }
    assert_int_equal(stack_table_count(table), MANY);
    free(nodes);
    free(table);
}

struct worker {
    struct stack_table *table;
    uint32_t *nodes;
    unsigned number;
};

/* Every thread interns the same keys, each in an order of its own. */
static void *intern_all(void *data)
{
    struct worker *worker = data;
    for (uint32_t i = 0; i < SHARED_KEYS; i++) {
        uint32_t key = worker->number % 2 ? SHARED_KEYS - 1 - i : i;
        key = (key + worker->number / 2 * 1009) % SHARED_KEYS;
        worker->nodes[key] = stack_table_intern(worker->table, 0, 0x1000 + key);
    }
    return NULL;
}

static void threads_agree_on_every_node(void **state)
{
    (void)state;
    struct stack_table *table = new_table();
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){table, malloc(SHARED_KEYS * sizeof(uint32_t)), i};
        assert_non_null(workers[i].nodes);
        assert_int_equal(pthread_create(&threads[i], NULL, intern_all, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_memory_equal(workers[i].nodes, workers[0].nodes, SHARED_KEYS * sizeof(uint32_t));
        assert_int_not_equal(workers[i].nodes[SHARED_KEYS / 2], 0);
        if (i)
            free(workers[i].nodes);
    }
    free(workers[0].nodes);
    free(table);
}

/* Stacks of 8 frames that share their outer halves with 15 others: 5 nodes in 8 are new. */
static void make_path(uint32_t number, uintptr_t *ret_pcs)
{
    for (uint32_t i = 0; i < PATH; i++)
        ret_pcs[i] = 0x400000 + (i < PATH / 2 ? number / 16 * 64 + i * 7 : number * 64 + i * 5);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint32_t intern_paths(struct stack_table *table, uint32_t from, uint32_t to, uint32_t *nodes)
{
    uint32_t path_nodes[PATH];
    uintptr_t pcs[PATH];
    double begin = seconds();
    for (uint32_t i = from; i < to; i++) {
        make_path(i, pcs);
        assert_true(stack_table_intern_path(table, 0, pcs, PATH, path_nodes));
        nodes[i] = path_nodes[PATH - 1];
    }
    print_message("%u stacks from %u on: %.0f ns each, %u nodes\n", to - from, from,
                  (seconds() - begin) * 1e9 / (to - from), stack_table_count(table));
    return stack_table_count(table);
}

/* And every stack is still found, as the same. */
static void ten_million_nodes(void **state)
{
    (void)state;
    struct stack_table *table = new_table();
    uint32_t *nodes = malloc(PATHS * sizeof(*nodes)), *again = malloc(PATHS * sizeof(*again));
    assert_true(nodes && again);
    intern_paths(table, 0, 800000, nodes);
    intern_paths(table, 0, 800000, again);
    uint32_t count = intern_paths(table, 800000, PATHS, nodes);
    assert_true(count >= 10000000);
    assert_int_equal(intern_paths(table, 0, PATHS, again), count);
    assert_memory_equal(nodes, again, PATHS * sizeof(*nodes));
    for (uint32_t i = 0; i < PATHS; i += 997) {
        uintptr_t pcs[PATH], pc;
        uint32_t node = nodes[i];
        make_path(i, pcs);
        for (unsigned frame = PATH; frame-- > 0;) {
            assert_true(stack_table_node(table, node, &node, &pc));
            assert_int_equal(pc, pcs[frame]);
        }
        assert_int_equal(node, 0);
    }
    free(nodes);
    free(again);
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_key_gives_the_same_node),
        cmocka_unit_test(a_node_says_what_it_stands_for),
        cmocka_unit_test(a_path_is_its_frames),
        cmocka_unit_test(many_nodes_stay_found_while_the_index_grows),
        cmocka_unit_test(threads_agree_on_every_node),
        cmocka_unit_test(ten_million_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
