/* Pointers as edges: their classes and offsets, with what the program declared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/heap_graph.h"
#include "tests/support/dump_builder.h"

/* A block's edges as "e1@8 i2@16 …": class, target, offset ('=': unknown). */
static void assert_edges(struct dump *dump, uint32_t block, const char *expected)
{
    static const char letters[] = "nieP";
    char text[256] = "";
    size_t length = 0;
    struct heap_graph heap;
    assert_true(heap_graph_init(&heap, dump, NULL));
    for (uint64_t e = heap.graph.begin[block]; e < heap.graph.begin[block + 1]; e++) {
        uint64_t offset = heap_graph_offset(&heap, block, e);
        length +=
            (size_t)snprintf(text + length, sizeof(text) - length, "%s%c%u", length ? " " : "",
                             letters[heap.edge_class[e]], heap.graph.target[e]);
        length += (size_t)snprintf(text + length, sizeof(text) - length,
                                   offset == OFFSET_UNKNOWN ? "=" : "@%u", (unsigned)offset);
    }
    assert_string_equal(text, expected);
    heap_graph_finish(&heap);
    dump_close(dump);
}

static void pointers_have_classes(void **state)
{
    (void)state;
    assert_edges(dump_from_graph("0>1 0@16>2+8 0>3+8m 0>0 0>0+8 0>0+16s"), 0,
                 "e1@0 i2@16 e3@24 e0@32 n0@40 n0@48");
}

static void declared_edges_come_last(void **state)
{
    (void)state;
    assert_edges(dump_from_graph("0=2 0=1 0>1+8 1>2 2=0"), 0, "i1@0 e1= e2=");
    assert_edges(dump_from_graph("0=2 0=1 0>1+8 1>2 2=0"), 1, "e2@0");
    assert_edges(dump_from_graph("0=2 0=1 0>1+8 1>2 2=0"), 2, "e0=");
}

static void offsets_count_from_the_blocks_start(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0>1 0@8>1 1");
    dump_builder_block(builder, 0)->address += 3; /* its first aligned address is 5 bytes in */
    assert_edges(dump_builder_open(builder), 0, "e1@5 e1@13");
}

static void blocks_in_a_pool_keep_it(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0!pool 1 2!pool 3 4 2>4");
    dump_builder_block(builder, 0)->bytes = 0x3800;
    dump_builder_block(builder, 2)->bytes = 0x1800;
    struct dump *dump = dump_builder_open(builder);
    struct heap_graph heap;
    assert_true(heap_graph_init(&heap, dump, NULL));
    assert_true(heap.has_inside_edges);
    assert_false(heap_graph_counts(&heap, 0));
    assert_true(heap_graph_counts(&heap, 1));
    assert_false(heap_graph_counts(&heap, 2));
    assert_true(heap_graph_counts(&heap, 4));
    heap_graph_finish(&heap);
    assert_edges(dump, 3, "P2=");

    builder = dump_builder_create();
    dump_builder_add_graph(builder, "0!pool 1 2!pool 3 4 2>4");
    dump_builder_block(builder, 0)->bytes = 0x3800;
    dump_builder_block(builder, 2)->bytes = 0x1800;
    assert_edges(dump_builder_open(builder), 2, "e4@0 P0=");
}

static void references_have_classes(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("r>0 r>1+8 r@24>1+8l");
    struct heap_graph heap;
    const uint8_t expected[] = {EDGE_EXACT, EDGE_INTERIOR, EDGE_EXACT};
    assert_true(heap_graph_init(&heap, dump, NULL));
    assert_memory_equal(heap.ref_class, expected, sizeof(expected));
    assert_int_equal(heap_graph_ref_offset(&heap, &dump->roots[0], 2), 24);
    heap_graph_finish(&heap);
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointers_have_classes),
        cmocka_unit_test(declared_edges_come_last),
        cmocka_unit_test(offsets_count_from_the_blocks_start),
        cmocka_unit_test(blocks_in_a_pool_keep_it),
        cmocka_unit_test(references_have_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
