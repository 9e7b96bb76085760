/* GObject's types in memory as GLib keeps them, and in memory that only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <elf.h>
#include <cmocka.h>

#include "preload/fault_guard.h"
#include "preload/gobject.h"
#include "tests/support/fake_memory.h"

#define CLASSED_WITH_INSTANCES (3u << 17)
#define PARAMETER_NAME 5u
#define OBJECT_NAME 7u
#define VIEW_NAME 3u
#define PRIVATE_BYTES 32u
#define OBJECT_BYTES 24u

static struct fake_memory memory;
static struct gobject gobject;
static uint64_t *view_node, *view_data;
static uintptr_t view_class;
static struct module_segment segment;

static uint64_t *node(uint64_t type, uint64_t above, uint32_t name)
{
    uint64_t words[] = {1, 0, 0, 0, 0, name, 0, 0, 0, type, above, 0};
    uint64_t *at = (uint64_t *)fake_variables(&memory, words, 12);
    at[2] = (uint64_t)(CLASSED_WITH_INSTANCES | (above != 0)) << 32;
    return at;
}

static void add_view(uint64_t *object)
{
    view_node = node(0, 80, VIEW_NAME);
    view_node[9] = (uintptr_t)view_node;
    const uint64_t child = (uintptr_t)view_node, class[] = {child, 0};
    object[2] += 1;
    object[3] = fake_variables(&memory, &child, 1);
    view_class = fake_variables(&memory, class, 2);
    const uint64_t data[9] = {[7] = view_class, [8] = PRIVATE_BYTES << 16 | OBJECT_BYTES};
    view_data = (uint64_t *)fake_variables(&memory, data, 9);
    view_node[4] = (uintptr_t)view_data;
}

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    const uint64_t names[] = {0, 0,
                              0, fake_text(&memory, "DemoView"),
                              0, fake_text(&memory, "GParam"),
                              0, fake_text(&memory, "GObject")};
    uint64_t fundamentals[256] = {[19] = (uintptr_t)node(76, 0, PARAMETER_NAME)};
    uint64_t *object = node(80, 0, OBJECT_NAME);
    fundamentals[20] = (uintptr_t)object;
    add_view(object);
    fake_variables(&memory, fundamentals, 256);
    const uint64_t pointer = fake_variables(&memory, names, 8);
    fake_variables(&memory, &pointer, 1);
    uintptr_t from = (uintptr_t)memory.variables;
    segment = (struct module_segment){from, from + FAKE_BYTES, PF_R | PF_W};
    return 0;
}

static int end(void **state)
{
    (void)state;
    gobject_finish(&gobject);
    fake_memory_finish(&memory);
    return 0;
}

static void read_types(void)
{
    const struct loaded_module module = {.segments = &segment, .segment_count = 1};
    fault_guard_init(); /* cmocka has handlers of its own for each test */
    gobject_finish(&gobject);
    assert_true(gobject_read(&gobject, &memory.maps, &module, &module));
}

static const struct gobject_class *class_of(const uint64_t *words, size_t bytes)
{
    return gobject_class_of(&gobject, fake_variables(&memory, words, bytes / 8), bytes);
}

static void objects(void **state)
{
    (void)state;
    read_types();
    assert_int_equal(gobject.class_count, 1);
    const uint64_t words[] = {1, 2, 3, 4, view_class, 5, 6};
    const struct gobject_class *class = class_of(words, sizeof(words));
    assert_non_null(class);
    assert_int_equal(class->offset, PRIVATE_BYTES);
    assert_string_equal((const char *)class->name, "DemoView");
    assert_int_equal(gobject_references(class, fake_variables(&memory, words, 7)), 5);
}

static void blocks_that_are_no_objects(void **state)
{
    (void)state;
    read_types();
    assert_null(class_of((uint64_t[]){view_class, 1, 1, 1, 1, 1, 1}, 56));
    assert_null(class_of((uint64_t[]){0, 0, 0, 0, view_class, 5, 6, 0}, 64));
    assert_null(class_of((uint64_t[]){0, 0, 0, 0, (uintptr_t)view_node, 5, 6}, 56));
    assert_null(gobject_class_of(&gobject, 8, 56));
    assert_null(gobject_class_of(&gobject, (uintptr_t)memory.variables, SIZE_MAX));
}

/* An object of the class itself, without what derives from it, and without private data. */
static void classes_that_have_no_instances(void **state)
{
    (void)state;
    view_data[7] = 0;
    read_types();
    assert_int_equal(gobject.class_count, 0);
    view_data[7] = view_class;
    view_node[2] = 1ul << 32; /* an interface, say, whose data end before sizes of objects */
    read_types();
    assert_int_equal(gobject.class_count, 0);
}

/* Lists of children that lead back up, or are longer than any. */
static void types_that_derive_from_themselves(void **state)
{
    (void)state;
    view_node[2] += 1;
    const uint64_t child = (uintptr_t)view_node;
    view_node[3] = fake_variables(&memory, &child, 1);
    read_types();
    assert_int_equal(gobject.class_count, 1);
    view_node[2] |= UINT32_MAX;
    read_types();
    assert_int_equal(gobject.class_count, 1);
}

/* Whatever a word is replaced by, nothing breaks, and no block that is none becomes an object. */
static void words_that_point_anywhere(void **state)
{
    (void)state;
    uintptr_t from = (uintptr_t)memory.variables;
    const uint64_t stray[] = {1, 8, UINT64_MAX, from, from + FAKE_BYTES - 8, (uintptr_t)view_node};
    size_t used = memory.variables_used;
    for (size_t word = 0; word < used; word++) {
        uint64_t was = memory.variables[word];
        for (size_t i = 0; was != 0 && i < sizeof(stray) / sizeof(stray[0]); i++) {
            memory.variables[word] = stray[i];
            read_types();
            for (uint32_t c = 0; c < gobject.class_count; c++)
                assert_true(gobject.classes[c].class == view_class);
        }
        memory.variables[word] = was;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(objects, start, end),
        cmocka_unit_test_setup_teardown(blocks_that_are_no_objects, start, end),
        cmocka_unit_test_setup_teardown(classes_that_have_no_instances, start, end),
        cmocka_unit_test_setup_teardown(types_that_derive_from_themselves, start, end),
        cmocka_unit_test_setup_teardown(words_that_point_anywhere, start, end),
    };
    return cmocka_run_group_tests_name("gobject", tests, NULL, NULL);
}
