/* What blocks are taken for, by their first words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "preload/fault_guard.h"
#include "preload/types.h"
#include "tests/support/fake_memory.h"

#define READY (1ul << 12)
#define COLLECTED (1ul << 14)
#define METATYPE (1ul << 31 | READY | COLLECTED)

static struct fake_memory memory;
static struct dump_strings strings;
static struct types types;
static struct gobject gobject;
static const struct talloc talloc = {.loaded = true};
static uintptr_t session, peer_control, number, dictionary;

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    session = fake_class(&memory, "7Session");
    peer_control = fake_class(&memory, "St23_Sp_counted_ptr_inplaceI4PeerE");
    uintptr_t type = fake_python_type(&memory, "type", METATYPE, 400, 0);
    number = fake_python_type(&memory, "int", READY, 24, type);
    dictionary = fake_python_type(&memory, "dict", READY | COLLECTED, 48, type);
    bool ready = dump_strings_init(&strings) &&
                 types_init(&types, &memory.maps, &strings, &gobject, &talloc);
    types.python.type_type = type;
    return ready ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    types_finish(&types);
    dump_strings_finish(&strings);
    fake_memory_finish(&memory);
    return 0;
}

static struct block_type found;

static const char *type_of(const uint64_t *words, size_t bytes)
{
    uintptr_t at = fake_variables(&memory, words, (bytes + 7) / 8);
    if (!types_of_block(&types, at, bytes, &found))
        return "nothing";
    return strings.text + types.records[found.number].name;
}

static uint32_t kind(void)
{
    return types_kind(&types, found.number);
}

#define TYPE_OF(...) type_of((uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}))

static void objects_of_classes(void **state)
{
    (void)state;
    assert_string_equal(TYPE_OF(session, 1), "7Session");
    assert_int_equal(kind(), DUMP_TYPE_CXX);
    uint32_t first = found.number;
    assert_string_equal(TYPE_OF(session), "7Session");
    assert_int_equal(found.number, first);
    assert_string_equal(TYPE_OF(1, session), "nothing");
    assert_string_equal(type_of((uint64_t[]){session}, 7), "nothing");
}

static void counts_of_shared_ptr(void **state)
{
    (void)state;
    assert_string_equal(TYPE_OF(peer_control, 2ull << 32 | 3, 0),
                        "St23_Sp_counted_ptr_inplaceI4PeerE");
    assert_int_equal(kind(), DUMP_TYPE_CXX_COUNTED);
    assert_int_equal(types.records[found.number].object_offset, 16);
    assert_int_equal(found.uses, 3);
    assert_int_equal(found.weak, 2);
    assert_string_equal(TYPE_OF(peer_control), "nothing");
}

static void arrays(void **state)
{
    (void)state;
    assert_string_equal(TYPE_OF(2, session, 0, session, 0), "7Session");
    assert_int_equal(kind(), DUMP_TYPE_CXX_ARRAY);
    assert_int_equal(types.records[found.number].object_offset, 8);
    assert_string_equal(TYPE_OF(1, session, 0), "nothing");
    assert_string_equal(TYPE_OF(2, session, 0, peer_control, 0), "nothing");
    assert_string_equal(TYPE_OF(3, session, 0, session, 0), "nothing");
    assert_string_equal(TYPE_OF(UINT64_MAX, session, 0, session, 0), "nothing");
}

static void objects_of_python(void **state)
{
    (void)state;
    assert_string_equal(TYPE_OF(5, number, 0, 0), "int");
    assert_int_equal(kind(), DUMP_TYPE_PYTHON);
    assert_int_equal(found.uses, 5);
    assert_string_equal(TYPE_OF(0, 0, 7, dictionary, 0, 0, 0, 0), "dict");
    assert_int_equal(kind(), DUMP_TYPE_PYTHON_GC);
    assert_int_equal(found.uses, 7);
}

/* A class of the program's may derive from theirs. */
static void weak_references_of_python(void **state)
{
    (void)state;
    uint64_t *derived = (uint64_t *)fake_python_type(&memory, "KeyedRef", READY | COLLECTED, 16,
                                                     types.python.type_type);
    assert_string_equal(TYPE_OF(0, 0, 7, (uintptr_t)derived, 0, 0, 0, 0), "KeyedRef");
    assert_int_equal(kind(), DUMP_TYPE_PYTHON_GC);
    derived = (uint64_t *)fake_python_type(&memory, "KeyedRef", READY | COLLECTED, 16,
                                           types.python.type_type);
    derived[32] = dictionary;
    types.python.weak_types[1] = dictionary;
    assert_string_equal(TYPE_OF(0, 0, 7, (uintptr_t)derived, 0, 0, 0, 0), "KeyedRef");
    assert_int_equal(kind(), DUMP_TYPE_PYTHON_WEAK);
    types.python.weak_types[1] = 0;
}

/* Free lists keep objects with their types, and whatever they pointed to. */
static void dead_objects_of_python(void **state)
{
    (void)state;
    assert_string_equal(TYPE_OF(0, 1, 0, dictionary, 0, 0, 0, 0), "dict");
    assert_int_equal(found.uses, 0);
    assert_string_equal(TYPE_OF(dictionary, 0, 0, dictionary, 0, 0, 0, 0), "nothing");
    assert_string_equal(TYPE_OF(0, dictionary, 0, dictionary, 0, 0, 0, 0), "nothing");
}

static void what_only_looks_like_python(void **state)
{
    (void)state;
    assert_string_equal(TYPE_OF(5, number), "nothing");                       /* too short */
    assert_string_equal(TYPE_OF(5, dictionary, 0, 0, 0, 0, 0, 0), "nothing"); /* begins elsewhere */
    assert_string_equal(TYPE_OF(number, number, number, dictionary, 0, 0, 0, 0), "nothing");
    uintptr_t object = fake_variables(&memory, (uint64_t[]){5, number, 0}, 3);
    assert_string_equal(TYPE_OF(object, number, object), "nothing"); /* a list's elements */
    assert_string_equal(TYPE_OF(object, object, object, object, object, dictionary, 0, 0, 0),
                        "nothing");
    assert_string_equal(TYPE_OF(0, number, 0, 0), "nothing");
    assert_string_equal(TYPE_OF(number, 0), "nothing"); /* a pointer to a type is no class */
    assert_string_equal(TYPE_OF(5, session, 0, 0), "nothing");
}

static void blocks_that_point_anywhere(void **state)
{
    (void)state;
    const uint64_t stray[] = {0,
                              1,
                              8,
                              UINT64_MAX,
                              UINT64_MAX - 7,
                              (uintptr_t)memory.constants,
                              (uintptr_t)memory.variables,
                              (uintptr_t)memory.variables + FAKE_BYTES - 8,
                              (uintptr_t)memory.constants + FAKE_BYTES};
    size_t count = sizeof(stray) / sizeof(stray[0]);
    for (size_t i = 0; i < count * count; i++)
        assert_string_equal(
            TYPE_OF(stray[i % count], stray[i / count], 1, stray[i % count], 1, stray[i / count]),
            "nothing");
}

static void blocks_that_cannot_be_read(void **state)
{
    (void)state;
    fault_guard_init(); /* cmocka has handlers of its own for each test */
    uintptr_t closed = (uintptr_t)memory.variables + FAKE_BYTES;
    assert_false(types_of_block(&types, closed, 64, &found));
    assert_false(types_of_block(&types, closed - 8, 64, &found));
    assert_false(types_of_block(&types, (uintptr_t)memory.variables + 4, 64, &found));
}

/* A name where the program writes is a text of its own, and stays out. */
static void chunks_of_talloc(void **state)
{
    (void)state;
    uint64_t chunk[13] = {[0] = 0x24e969a0, [7] = fake_text(&memory, "struct thing"), [8] = 8};
    assert_string_equal(type_of(chunk, sizeof(chunk)), "struct thing");
    assert_int_equal(types.records[found.number].object_offset, TALLOC_CHUNK_BYTES);
    chunk[8] = 0;
    assert_string_equal(type_of(chunk, TALLOC_CHUNK_BYTES), "struct thing");
    assert_int_equal(types.records[found.number].object_offset, 0);
    const uint64_t secret = 0x746572636573; /* "secret" */
    chunk[7] = fake_variables(&memory, &secret, 1);
    assert_string_equal(type_of(chunk, TALLOC_CHUNK_BYTES), "talloc chunk");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_of_classes),
        cmocka_unit_test(counts_of_shared_ptr),
        cmocka_unit_test(arrays),
        cmocka_unit_test(objects_of_python),
        cmocka_unit_test(weak_references_of_python),
        cmocka_unit_test(dead_objects_of_python),
        cmocka_unit_test(what_only_looks_like_python),
        cmocka_unit_test(blocks_that_point_anywhere),
        cmocka_unit_test(blocks_that_cannot_be_read),
        cmocka_unit_test(chunks_of_talloc),
    };
    return cmocka_run_group_tests_name("types", tests, start, end);
}
