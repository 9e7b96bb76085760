/* From a block and an offset to a member: which types count, and where in the block objects are. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "libcaulk/fields.h"
#include "libcaulk/heap_graph.h"
#include "tests/support/compiled.h"

#define TEXT(...) #__VA_ARGS__
static const char text[] = TEXT(
    struct Peer {
        long id;
        void *session;
    };
    namespace app {
        struct Session {
            void *first;
            Peer *peer;
            Peer *slots[2];
            int end;
        };
    } app::Session *
    session;
    Peer * peer;);

enum { MADE, TOO_LARGE, BESIDE, PLAIN, ARRAY, LABELLED, UNKNOWN, PYTHON, MISLABELLED, UNTYPED };

static struct type types[] = {
    {"St23_Sp_counted_ptr_inplaceIN3app7SessionESaIvELN9__gnu_cxx12_Lock_policyE2EE",
     TYPE_CXX_COUNTED, 16},
    {"St15_Sp_counted_ptrIP4PeerLN9__gnu_cxx12_Lock_policyE2EE", TYPE_CXX_COUNTED, 0},
    {"N3app7SessionE", TYPE_CXX, 0},
    {"4Peer", TYPE_CXX_ARRAY, 8},
    {"7Unknown", TYPE_CXX, 0},
    {"Peer", TYPE_PYTHON, 0},
};
static struct typed_block typed[] = {{MADE, 0, 1, 0},   {TOO_LARGE, 0, 1, 0},  {BESIDE, 1, 1, 0},
                                     {PLAIN, 2, 0, 0},  {ARRAY, 3, 0, 0},      {UNKNOWN, 4, 0, 0},
                                     {PYTHON, 5, 1, 0}, {MISLABELLED, 2, 0, 0}};
static uint64_t bytes[] = {16 + 40, 16 + 48, 24, 40, 8 + 3 * 16, 16, 16, 16, 40, 40};
static const char *labels[] = {NULL,          NULL, NULL, NULL,           NULL,
                               "struct Peer", NULL, NULL, "the main one", NULL};

struct fixture {
    struct dump dump;
    struct module modules[2];
    struct symbolizer *symbolizer;
    struct fields *fields;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    const char *path = compiled("g++ -x c++ -g", text, NULL);
    fixture.modules[0] = (struct module){.path = "/nonexistent", .build_id = ""};
    fixture.modules[1] = (struct module){.path = path, .build_id = "", .is_main = true};
    fixture.dump = (struct dump){.modules = fixture.modules,
                                 .module_count = 2,
                                 .process.time_ns = UINT64_MAX,
                                 .block_count = UNTYPED + 1,
                                 .block_bytes = bytes,
                                 .block_label = labels,
                                 .types = types,
                                 .type_count = sizeof(types) / sizeof(*types),
                                 .typed = typed,
                                 .typed_count = sizeof(typed) / sizeof(*typed)};
    fixture.symbolizer = symbolizer_create(&fixture.dump, NULL);
    fixture.fields = fields_create(&fixture.dump, fixture.symbolizer);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    fields_destroy(fixture->fields);
    symbolizer_destroy(fixture->symbolizer);
    return 0;
}

static void expect(struct fixture *fixture, uint32_t block, uint64_t offset, const char *name)
{
    struct field field;
    char found[64] = "none";
    if (fields_find(fixture->fields, block, offset, &field))
        snprintf(found, sizeof(found), "%s%s", field.type, field.member);
    assert_string_equal(found, name);
}

static void an_object_begins_where_its_block_does(void **state)
{
    expect(*state, PLAIN, 8, "app::Session::peer");
    expect(*state, PLAIN, 24, "app::Session::slots[1]");
    expect(*state, PLAIN, 8, "app::Session::peer");
    expect(*state, PLAIN, 40, "none");
    expect(*state, PLAIN, OFFSET_UNKNOWN, "none");
}

static void or_behind_the_counts(void **state)
{
    expect(*state, MADE, 16 + 8, "app::Session::peer");
    expect(*state, MADE, 8, "none");
    expect(*state, BESIDE, 16, "none");
}

/* Something lies between the counts and the object. */
static void unless_the_block_has_more_room(void **state)
{
    expect(*state, TOO_LARGE, 16 + 8, "none");
}

static void elements_have_numbers(void **state)
{
    expect(*state, ARRAY, 8 + 2 * 16 + 8, "Peer[2]::session");
    expect(*state, ARRAY, 8 + 8, "Peer[0]::session");
    expect(*state, ARRAY, 0, "none");
}

static void a_label_names_a_type_or_nothing(void **state)
{
    expect(*state, LABELLED, 8, "struct Peer::session");
    expect(*state, MISLABELLED, 8, "app::Session::peer");
}

static void of_other_blocks_nothing_is_known(void **state)
{
    expect(*state, UNKNOWN, 8, "none");
    expect(*state, PYTHON, 8, "none");
    expect(*state, UNTYPED, 8, "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_object_begins_where_its_block_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(or_behind_the_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unless_the_block_has_more_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(elements_have_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_label_names_a_type_or_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_other_blocks_nothing_is_known, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, compiled_start, compiled_finish);
}
