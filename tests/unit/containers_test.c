/* Nodes of containers by their links, and blocks whose links only look like those. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/containers.h"
#include "preload/fault_guard.h"
#include "preload/pages.h"
#include "tests/support/fake_memory.h"

#define NODE_BYTES 48u
#define NODE_WORDS (NODE_BYTES / 8)
#define NODES 3u

enum { RED, BLACK };
enum { PARENT = 1, LEFT, RIGHT, COUNT };
enum { NEXT, PREVIOUS, LIST_COUNT };

static struct fake_memory memory;
static struct block_table table;
static struct heap_blocks heap;
static struct containers containers;
static uint64_t *node[NODES], *header;

static int start(void **state)
{
    const uint64_t none[NODE_WORDS] = {0};
    (void)state;
    fault_guard_init();
    fake_memory_init(&memory);
    if (!block_table_init(&table, 4, false))
        return -1;
    for (unsigned i = 0; i < NODES; i++) {
        node[i] = (uint64_t *)fake_variables(&memory, none, NODE_WORDS);
        const struct block block = {.address = (uintptr_t)node[i], .bytes = NODE_BYTES};
        block_table_insert(&table, &block);
    }
    header = (uint64_t *)fake_variables(&memory, none, NODE_WORDS);
    return heap_blocks_init(&heap, &table, &(struct ranges){0}) ? 0 : -1;
}

static int end(void **state)
{
    struct block block, gone;
    (void)state;
    for (uintptr_t cursor = 0; block_table_next(&table, &cursor, &block);)
        block_table_remove(&table, block.address, &gone);
    fake_memory_finish(&memory);
    return 0;
}

static uint64_t address(const uint64_t *words)
{
    return (uintptr_t)words;
}

/* Node 0 with 1 to the left and 2 to the right. */
static void link_tree(void)
{
    const uint64_t root[] = {BLACK, address(header), address(node[1]), address(node[2])};
    const uint64_t leaf[] = {RED, address(node[0]), 0, 0};
    const uint64_t ends[] = {RED, address(node[0]), address(node[1]), address(node[2]), NODES};
    memcpy(node[0], root, sizeof(root));
    memcpy(node[1], leaf, sizeof(leaf));
    memcpy(node[2], leaf, sizeof(leaf));
    memcpy(header, ends, sizeof(ends));
}

static void link_list(void)
{
    uint64_t *ring[] = {header, node[0], node[1], node[2]};
    for (unsigned i = 0; i < 4; i++) {
        ring[i][NEXT] = address(ring[(i + 1) % 4]);
        ring[i][PREVIOUS] = address(ring[(i + 3) % 4]);
    }
    header[LIST_COUNT] = NODES;
}

/* What the nodes are, asked for anew: "tree tree tree". */
static void expect(enum container_node expected)
{
    containers =
        (struct containers){.maps = &memory.maps, .heap = &heap, .known = pages_map(NODES)};
    for (unsigned i = NODES; i-- > 0;)
        assert_int_equal(containers_node(&containers, address(node[i]), NODE_BYTES), expected);
    containers_finish(&containers);
}

static void trees(void **state)
{
    (void)state;
    link_tree();
    expect(CONTAINER_TREE);
    node[1][0] |= 0xabcdul << 32; /* what a node had before, beside its colour */
    expect(CONTAINER_TREE);
    assert_int_equal(containers_node(&(struct containers){0}, address(node[0]), NODE_BYTES),
                     CONTAINER_NONE);
}

/* Trees of C programs have no such header, or none that counts. */
static void trees_of_another_kind(void **state)
{
    (void)state;
    uint64_t *const words[] = {&header[COUNT],  &header[0],       &header[PARENT],  &header[LEFT],
                               &header[RIGHT],  &node[0][0],      &node[0][PARENT], &node[0][LEFT],
                               &node[0][RIGHT], &node[1][PARENT], &node[2][PARENT], &node[1][LEFT]};
    const uint64_t stray[] = {2, 8, 24, UINT64_MAX - 7, address(node[2]) + 8};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        for (size_t s = 0; s < sizeof(stray) / sizeof(stray[0]); s++) {
            link_tree();
            *words[i] = stray[s];
            expect(CONTAINER_NONE);
        }
    link_tree();
    node[1][LEFT] = node[1][RIGHT] = address(node[0]); /* round and round */
    expect(CONTAINER_NONE);
}

static void lists(void **state)
{
    (void)state;
    link_list();
    expect(CONTAINER_LIST);
}

static void rings_of_another_kind(void **state)
{
    (void)state;
    link_list();
    header[LIST_COUNT] = NODES + 1;
    expect(CONTAINER_NONE);
    link_list();
    node[2][NEXT] = address(node[0]), node[0][PREVIOUS] = address(node[2]); /* without a header */
    expect(CONTAINER_NONE);
    const uint64_t stray[] = {8, 24, UINT64_MAX - 7, address(node[1]) + 8, address(node[2])};
    for (size_t i = 0; i < 2 * NODES; i++)
        for (size_t s = 0; s < sizeof(stray) / sizeof(stray[0]); s++) {
            link_list();
            if (node[i / 2][i % 2] == stray[s])
                continue;
            node[i / 2][i % 2] = stray[s];
            expect(CONTAINER_NONE);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(trees, start, end),
        cmocka_unit_test_setup_teardown(trees_of_another_kind, start, end),
        cmocka_unit_test_setup_teardown(lists, start, end),
        cmocka_unit_test_setup_teardown(rings_of_another_kind, start, end),
    };
    return cmocka_run_group_tests_name("containers", tests, NULL, NULL);
}
