/* The shortest ring of a small graph, against one found by trying every path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/ring.h"

/* "0>1 1>0": edges; expected: the ring's nodes, "" for none. */
static void assert_ring(const char *edges, const char *expected)
{
    uint64_t successors[RING_NODES_MAX] = {0};
    uint32_t ring[RING_NODES_MAX], count = 0, from, to;
    char text[256] = "";
    int read, length = 0;
    for (; sscanf(edges, "%u>%u %n", &from, &to, &read) == 2; edges += read) {
        successors[from] |= UINT64_C(1) << to;
        count = from >= count ? from + 1 : count;
        count = to >= count ? to + 1 : count;
    }
    uint32_t found = ring_find(successors, count, ring);
    for (uint32_t i = 0; i < found; i++)
        length += sprintf(text + length, "%s%u", i ? " " : "", ring[i]);
    assert_string_equal(text, expected);
}

static void rings_are_told_in_the_order_of_their_edges(void **state)
{
    (void)state;
    assert_ring("0>1 1>0", "0 1");
    assert_ring("0>2 2>1 1>0", "0 2 1");
    assert_ring("0>2 2>1 1>0 1>2", "1 2");
    assert_ring("0>1 1>2 2>3 3>0 1>4 4>0", "0 1 4");
    assert_ring("0>1 1>2 2>3 3>1", "1 2 3");
    assert_ring("63>0 0>63", "0 63");
}

static void a_node_alone_is_no_ring(void **state)
{
    (void)state;
    assert_ring("", "");
    assert_ring("0>0", "");
    assert_ring("0>1 1>2 0>2", "");
}

/* The length of the shortest cycle by powers of the adjacency relation. */
static uint32_t shortest_by_steps(const uint64_t *successors, uint32_t count)
{
    uint64_t reach[RING_NODES_MAX];
    for (uint32_t n = 0; n < count; n++)
        reach[n] = successors[n];
    for (uint32_t length = 2; length <= count; length++) {
        for (uint32_t n = 0; n < count; n++) {
            uint64_t next = 0;
            for (uint32_t m = 0; m < count; m++)
                if (reach[n] >> m & 1)
                    next |= successors[m];
            reach[n] = next;
        }
        for (uint32_t n = 0; n < count; n++)
            if (reach[n] >> n & 1)
                return length;
    }
    return 0;
}

static void random_graphs(void **state)
{
    (void)state;
    srandom(7);
    for (int round = 0; round < 2000; round++) {
        uint32_t count = 1 + (uint32_t)random() % 12, ring[RING_NODES_MAX];
        uint64_t successors[RING_NODES_MAX] = {0};
        for (uint32_t e = 0; e < count + count / 2; e++) {
            uint32_t from = (uint32_t)random() % count, to = (uint32_t)random() % count;
            if (from != to)
                successors[from] |= UINT64_C(1) << to;
        }
        uint32_t found = ring_find(successors, count, ring);
        assert_int_equal(found, shortest_by_steps(successors, count));
        for (uint32_t i = 0; i < found; i++)
            assert_true(successors[ring[i]] >> ring[(i + 1) % found] & 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rings_are_told_in_the_order_of_their_edges),
        cmocka_unit_test(a_node_alone_is_no_ring),
        cmocka_unit_test(random_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
