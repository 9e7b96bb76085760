/* Blocks and modules by address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/support/dump_builder.h"

#define NOWHERE UINT32_MAX

static uint32_t find(const struct dump *dump, uint64_t address)
{
    uint32_t block = NOWHERE;
    return dump_find_block(dump, address, &block) ? block : NOWHERE;
}

static void block_limits(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0:10 1:0 2:4096 3:16");
    assert_int_equal(find(dump, 0), NOWHERE);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(0) - 1), NOWHERE);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(0)), 0);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(0) + 9), 0);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(0) + 10), NOWHERE);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(1)), 1);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(1) + 1), NOWHERE);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(3) - 1), 2);
    assert_int_equal(find(dump, DUMP_BUILDER_ADDRESS(3)), 3);
    assert_int_equal(find(dump, UINT64_MAX), NOWHERE);
    dump_close(dump);
}

static void empty_heap(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("");
    assert_int_equal(find(dump, 0x1000), NOWHERE);
    dump_close(dump);
}

/* Block 0 holds 1 and 2, block 2 holds 3; 4 is one past 0. */
static void blocks_in_blocks(void **state)
{
    (void)state;
    static const struct builder_block blocks[] = {
        {.address = 1000, .bytes = 1000, .flags = DUMP_BLOCK_POOL},
        {.address = 1100, .bytes = 10},
        {.address = 1200, .bytes = 100, .flags = DUMP_BLOCK_POOL},
        {.address = 1210, .bytes = 10},
        {.address = 2000, .bytes = 10},
    };
    struct dump_builder *builder = dump_builder_create();
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
        dump_builder_add_block(builder, &blocks[i]);
    struct dump *dump = dump_builder_open(builder);
    assert_int_equal(find(dump, 1050), 0);
    assert_int_equal(find(dump, 1105), 1);
    assert_int_equal(find(dump, 1110), 0);
    assert_int_equal(find(dump, 1205), 2);
    assert_int_equal(find(dump, 1215), 3);
    assert_int_equal(find(dump, 1299), 2);
    assert_int_equal(find(dump, 1300), 0);
    assert_int_equal(find(dump, 1999), 0);
    assert_int_equal(find(dump, 2010), NOWHERE);
    dump_close(dump);
}

static const char *module_path(const struct dump *dump, uint64_t address, uint32_t tick)
{
    const struct module *module = dump_find_module(dump, address, tick);
    return module ? module->path : "";
}

static void add_module(struct dump_builder *builder, uint64_t start, uint32_t loaded_tick,
                       uint32_t unloaded_tick, const char *path)
{
    const struct dump_module module = {.start = start,
                                       .end = start + 0x1000,
                                       .loaded_tick = loaded_tick,
                                       .unloaded_tick = unloaded_tick};
    dump_builder_add_module(builder, &module, path, "");
}

/* Two modules used the same addresses, one after the other. */
static void modules_in_time(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    add_module(builder, 0x600000, 10, 20, "a");
    add_module(builder, 0x600800, 30, 0, "b");
    add_module(builder, 0x700000, 0, 0, "c");
    struct dump *dump = dump_builder_open(builder);
    assert_string_equal(module_path(dump, 0x600900, 10), "a");
    assert_string_equal(module_path(dump, 0x600900, 20), "a");
    assert_string_equal(module_path(dump, 0x600900, 25), "b");
    assert_string_equal(module_path(dump, 0x600900, 30), "b");
    assert_string_equal(module_path(dump, 0x600900, 1000), "b");
    assert_string_equal(module_path(dump, 0x600100, 22), "");
    assert_string_equal(module_path(dump, 0x600fff, 15), "a");
    assert_string_equal(module_path(dump, 0x601000, 15), "b");
    assert_string_equal(module_path(dump, 0x601800, 15), "");
    assert_string_equal(module_path(dump, 0x700000, 0), "c");
    assert_string_equal(module_path(dump, 0x701000, 0), "");
    assert_string_equal(module_path(dump, 0, 0), "");
    dump_close(dump);
}

/* A library's blocks may be older than the tick at which it was noticed. */
static void modules_noticed_late(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    add_module(builder, 0x600000, 21, 30, "b");
    add_module(builder, 0x600000, 10, 20, "a");
    struct dump *dump = dump_builder_open(builder);
    assert_string_equal(module_path(dump, 0x600000, 0), "a");
    assert_string_equal(module_path(dump, 0x600000, 20), "a");
    assert_string_equal(module_path(dump, 0x600000, 21), "b");
    assert_string_equal(module_path(dump, 0x600000, 31), "b");
    assert_string_equal(module_path(dump, 0x600000, 32), "");
    dump_close(dump);
}

/* Apache loads its modules, drops them and loads them elsewhere, in one tick. */
static void modules_in_one_tick(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    add_module(builder, 0x600000, 3, 4, "a");
    add_module(builder, 0x600800, 3, 0, "b");
    add_module(builder, 0x700000, 3, 0, "d");
    add_module(builder, 0x700800, 3, 4, "c");
    add_module(builder, 0x800000, 3, 4, "e");
    add_module(builder, 0x800800, 3, 5, "f");
    struct dump *dump = dump_builder_open(builder);
    for (uint32_t tick = 2; tick < 5; tick++) {
        assert_string_equal(module_path(dump, 0x600900, tick), "b");
        assert_string_equal(module_path(dump, 0x600700, tick), "a");
        assert_string_equal(module_path(dump, 0x700900, tick), "d");
        assert_string_equal(module_path(dump, 0x800900, tick), "f");
    }
    dump_close(dump);
}

static void modules_without_births(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->flags = DUMP_PROCESS_NO_BIRTHS;
    add_module(builder, 0x600000, 10, 20, "a");
    add_module(builder, 0x600000, 30, 40, "b");
    struct dump *dump = dump_builder_open(builder);
    assert_true(dump->process.no_births);
    assert_string_equal(module_path(dump, 0x600000, 0), "b");
    dump_close(dump);
}

static void root_kinds(void **state)
{
    (void)state;
    assert_string_equal(root_kind_name(ROOT_GLOBAL), "global");
    assert_string_equal(root_kind_name(ROOT_RUNTIME), "runtime");
    for (enum root_kind kind = 0; kind < ROOT_KIND_END; kind++)
        assert_non_null(root_kind_name(kind));
}

static void names_of_words(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0 1.16peer 1.40view 1.8__dict__ 2");
    dump_builder_name_words(builder, 1, 3, dump_builder_add_layout(builder, 1, "later"));
    const struct builder_block odd = {.address = DUMP_BUILDER_ADDRESS(3) + 5, .bytes = 64};
    uint32_t last = dump_builder_add_block(builder, &odd);
    dump_builder_name_words(builder, last, 1, 0);
    struct dump *dump = dump_builder_open(builder);
    assert_string_equal(dump_find_attribute(dump, 1, 16), "peer");
    assert_string_equal(dump_find_attribute(dump, 1, 40), "view");
    assert_string_equal(dump_find_attribute(dump, 1, 8), ATTRIBUTE_DICTIONARY);
    assert_string_equal(dump_find_attribute(dump, 1, 32), "later");
    assert_null(dump_find_attribute(dump, 1, 24));
    assert_null(dump_find_attribute(dump, 1, 20));
    assert_null(dump_find_attribute(dump, 1, UINT64_MAX));
    assert_null(dump_find_attribute(dump, 0, 16));
    assert_null(dump_find_attribute(dump, 2, 16));
    assert_string_equal(dump_find_attribute(dump, last, 11), "peer");
    assert_null(dump_find_attribute(dump, last, 8));
    assert_null(dump_find_attribute(dump, last, 0));
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(block_limits),         cmocka_unit_test(empty_heap),
        cmocka_unit_test(blocks_in_blocks),     cmocka_unit_test(modules_in_time),
        cmocka_unit_test(modules_noticed_late), cmocka_unit_test(modules_without_births),
        cmocka_unit_test(modules_in_one_tick),  cmocka_unit_test(root_kinds),
        cmocka_unit_test(names_of_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
