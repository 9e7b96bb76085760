#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/annotations.h"
#include "tests/support/own_dump.h"

static void test_blocks_and_their_stacks(void **state)
{
    (void)state;
    char *block = tracked(100);
    struct dump *dump = take_dump();
    uint32_t number = number_of(dump, block);
    assert_int_equal(dump->block_bytes[number], 100);
    assert_int_equal(dump->block_birth[number], OWN_DUMP_BIRTH);
    uint32_t stack = dump->block_stack[number];
    assert_int_equal(dump->stack_pc[stack], own_dump_site());
    assert_int_equal(dump->stack_pc[dump->stack_parent[stack]], OWN_DUMP_CALLER);
    assert_int_equal(dump->process.pid, getpid());
    assert_false(dump->process.partial_roots || dump->process.no_proc);
    dump_close(dump);
    drop(block);
}

static void test_edges(void **state)
{
    (void)state;
    void **from = tracked(64), *to = tracked(40);
    from[0] = to;
    from[3] = (char *)to + 8;
    from[5] = (char *)from + 16; /* into itself: no edge */
    from[6] = from;              /* to itself: an edge */
    from[7] = (char *)to + 40;   /* past the end: none */
    struct dump *dump = take_dump();
    uint32_t source = number_of(dump, from), target = number_of(dump, to);
    uint64_t first = dump->edges.begin[source];
    assert_int_equal(dump->edges.begin[source + 1] - first, 3);
    assert_int_equal(dump->edges.target[first], target);
    assert_int_equal(dump->edges.source_words[first], 0);
    assert_int_equal(dump->edges.target_offset[first], 0);
    assert_int_equal(dump->edges.target[first + 1], target);
    assert_int_equal(dump->edges.source_words[first + 1], 3);
    assert_int_equal(dump->edges.target_offset[first + 1], 8);
    assert_int_equal(dump->edges.target[first + 2], source);
    dump_close(dump);
    drop(from), drop(to);
}

static void annotate(enum annotation_kind kind, void *address, size_t bytes, void *other)
{
    struct annotation annotation = {
        .kind = kind,
        .address = (uintptr_t)address,
        .other = (uintptr_t)other,
        .bytes = bytes,
        .text = "name",
    };
    assert_true(annotations_add(&annotation));
}

static void test_pools(void **state)
{
    (void)state;
    void **pool = tracked(256), *target = tracked(16);
    void **inner = pool + 4;
    pool[1] = target;  /* the pool's own */
    inner[1] = target; /* the inner block's */
    pool[20] = target; /* freed by the custom allocator */
    annotate(ANNOTATION_CUSTOM, inner, 64, NULL);
    annotate(ANNOTATION_FREED, pool + 16, 64, NULL);
    annotate(ANNOTATION_LABEL, target, 0, NULL);
    annotate(ANNOTATION_OWN, target, 0, inner);
    struct dump *dump = take_dump();
    uint32_t outside = number_of(dump, pool), inside = outside + 1;
    assert_int_equal(dump->block_address[inside], (uintptr_t)inner);
    assert_true(dump->block_flags[outside] & BLOCK_POOL);
    assert_true(dump->block_flags[inside] & BLOCK_CUSTOM);
    assert_int_equal(dump->edges.begin[outside + 1] - dump->edges.begin[outside], 1);
    assert_int_equal(dump->edges.begin[inside + 1] - dump->edges.begin[inside], 1);
    assert_int_equal(dump->declared_count, 2);
    assert_string_equal(dump->block_label[number_of(dump, target)], "name");
    dump_close(dump);
    annotations_forget((uintptr_t)pool, 256);
    annotations_forget((uintptr_t)target, 16);
    drop(pool), drop(target);
}

/* The first object lies where the pool does, and takes its place; the others are not lost by it. */
static void test_pool_without_a_header(void **state)
{
    (void)state;
    char *pool = tracked(256);
    annotate(ANNOTATION_CUSTOM, pool, 64, NULL);
    annotate(ANNOTATION_CUSTOM, pool + 64, 64, NULL);
    struct dump *dump = take_dump();
    uint32_t first = number_of(dump, pool);
    assert_int_equal(dump->block_bytes[first], 64);
    assert_int_equal(dump->block_address[first + 1], (uintptr_t)pool + 64);
    assert_true(dump->block_flags[first] & dump->block_flags[first + 1] & BLOCK_CUSTOM);
    dump_close(dump);
    annotations_forget((uintptr_t)pool, 256);
    drop(pool);
}

/* More edges than fit the buffer that they are counted in. */
static void test_a_block_of_millions_of_pointers(void **state)
{
    (void)state;
    enum { COUNT = 5000000, TARGETS = 1000 };
    void **table = tracked(COUNT * sizeof(*table));
    static char *targets[TARGETS];
    for (size_t i = 0; i < TARGETS; i++)
        targets[i] = tracked(16);
    for (size_t i = 0; i < COUNT; i += 2)
        table[i] = targets[i / 2 % TARGETS];
    struct dump *dump = take_dump();
    uint32_t source = number_of(dump, table);
    uint64_t first = dump->edges.begin[source];
    assert_int_equal(dump->edges.begin[source + 1] - first, COUNT / 2);
    for (uint64_t i = 0; i < COUNT / 2; i++) {
        assert_int_equal(dump->edges.source_words[first + i], 2 * i);
        assert_int_equal(dump->block_address[dump->edges.target[first + i]],
                         (uintptr_t)targets[i % TARGETS]);
    }
    dump_close(dump);
    for (size_t i = 0; i < TARGETS; i++)
        drop(targets[i]);
    drop(table);
}

static void test_memory_adds_up(void **state)
{
    (void)state;
    size_t bytes = 64u << 20;
    char *block = tracked(bytes);
    memset(block, 1, bytes / 2); /* the other half is never touched */
    struct dump *dump = take_dump();
    assert_in_range(dump->process.in_use_bytes, bytes / 2, bytes / 2 + (1 << 20));
    assert_in_range(dump->process.stacks_bytes, 4096, 8 << 20);
    dump_close(dump);
    drop(block);
}

static void test_modules(void **state)
{
    (void)state;
    struct dump *dump = take_dump();
    const struct module *self = dump_find_module(dump, own_dump_site(), OWN_DUMP_TICK);
    assert_non_null(self);
    assert_true(self->is_main);
    assert_int_equal(self->path[0], '/');
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_and_their_stacks),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_pools),
        cmocka_unit_test(test_pool_without_a_header),
        cmocka_unit_test(test_a_block_of_millions_of_pointers),
        cmocka_unit_test(test_memory_adds_up),
        cmocka_unit_test(test_modules),
    };
    return cmocka_run_group_tests(tests, own_dump_start, NULL);
}
