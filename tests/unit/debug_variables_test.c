/* Variables' types and members, in what each compiler and each kind of debug information says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "libcaulk/debug_info.h"
#include "libcaulk/debug_variables.h"
#include "tests/support/compiled.h"

#define ADDRESS_END 0x100000u

static const char *const compilers[] = {
    "g++ -x c++ -gdwarf-5",
    "g++ -x c++ -gdwarf-4 -fdebug-types-section",
    "g++ -x c++ -gdwarf-5 -O2 -gz",
    "g++ -x c++ -gdwarf-5 -gsplit-dwarf",
    "clang++ -x c++ -g",
};

static const char cxx_text[] =
    "#include <map>\n#include <unordered_map>\n"
    "extern \"C\" {\n"
    "struct Peer { long id; Peer *next; };\n"
    "struct Table { long size; std::map<int, Peer> index_; Peer *rows_[4]; };\n"
    "Table g_table; Table *g_pointer; Peer g_peers[3]; const Peer *const *g_const[2];\n"
    "std::unordered_map<int, Peer> g_map; void *g_void; typedef Peer *Reference; Reference "
    "g_named;\n"
    "struct { Peer *one; } g_unnamed; extern Peer g_declared; Peer g_declared;\n"
    "void *use() { static Table s_inner; { static Peer *volatile s_deeper; s_deeper = "
    "s_inner.rows_[0]; "
    "g_named = s_deeper; }\n"
    "    return &s_inner; } }\n"
    "namespace app { class Owner { static Peer *s_member; }; Peer *Owner::s_member; }\n";

static struct debug_info *open_compiled(const char *compiler, const char *text)
{
    struct debug_info *info;
    const char *path = compiled(compiler, text, NULL);
    if (!path)
        return NULL;
    assert_int_equal(debug_info_open(&(struct debug_search){0}, path, "", UINT64_MAX, &info),
                     DEBUG_INFO_FULL);
    return info;
}

/* Where the variable lies whose symbol has that in its name; _ZGV… is what guards its start. */
static uint64_t address_of(struct debug_info *info, const char *name)
{
    uint64_t offset, bytes;
    for (uint64_t address = 0; address < ADDRESS_END; address += sizeof(void *)) {
        const char *found = debug_info_variable(info, address, &offset, &bytes);
        if (found && strstr(found, name) && strncmp(found, "_ZGV", 4) != 0)
            return address - offset;
    }
    fail_msg("no %s", name);
    return 0;
}

/* NULL where nothing is to be known. */
static void expect(struct debug_info *info, const char *name, const char *type, uint64_t offset,
                   const char *member)
{
    struct debug_variables *variables = debug_info_variables(info);
    uint64_t address = address_of(info, name);
    char text[64];
    bool found = debug_variables_type(variables, address, text, sizeof(text));
    if (found != (type != NULL) || (found && strcmp(text, type) != 0))
        fail_msg("%s is %s, not %s", name, found ? text : "unknown", type ? type : "unknown");
    found = debug_variables_member(variables, address, offset, text, sizeof(text));
    if (found != (member != NULL) || (found && strcmp(text, member) != 0))
        fail_msg("%s +%d: %s, not %s", name, (int)offset, found ? text : "none",
                 member ? member : "none");
}

static void expect_all(struct debug_info *info)
{
    expect(info, "g_table", "Table", 24, ".index_");
    expect(info, "g_table", "Table", 64, ".rows_[1]");
    expect(info, "g_table", "Table", 88, NULL);
    expect(info, "g_pointer", "Table *", 0, NULL);
    expect(info, "g_peers", "Peer[]", 40, "[2].next");
    expect(info, "g_const", "Peer **[]", 8, "[1]");
    expect(info, "g_map", "unordered_map", 16, NULL);
    expect(info, "g_void", "void *", 0, NULL);
    expect(info, "g_named", "Reference", 0, NULL);
    expect(info, "g_unnamed", NULL, 0, ".one");
    expect(info, "g_declared", "Peer", 8, ".next");
    expect(info, "s_inner", "Table", 56, ".rows_[0]");
    expect(info, "s_deeper", "Peer *", 0, NULL);
    expect(info, "s_member", "Peer *", 0, NULL);
}

static void types_and_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(compilers) / sizeof(*compilers); i++) {
        struct debug_info *info = open_compiled(compilers[i], cxx_text);
        print_message("%s%s\n", compilers[i], info ? "" : ": not here");
        if (info)
            expect_all(info);
        debug_info_close(info);
    }
}

static void names_without_room_are_none(void **state)
{
    (void)state;
    char text[8];
    struct debug_info *info = open_compiled(
        "gcc -x c -g", "struct s { void *a, *long_name; } short_type; struct long_one *pointer;");
    struct debug_variables *variables = debug_info_variables(info);
    uint64_t address = address_of(info, "short_type");
    assert_true(debug_variables_type(variables, address, text, sizeof(text)));
    assert_string_equal(text, "s");
    assert_true(debug_variables_member(variables, address, 0, text, sizeof(text)));
    assert_string_equal(text, ".a");
    assert_false(debug_variables_member(variables, address, 8, text, sizeof(text)));
    assert_false(debug_variables_type(variables, address_of(info, "pointer"), text, sizeof(text)));
    debug_info_close(info);
}

static void without_debug_information_nothing_is_known(void **state)
{
    (void)state;
    char text[8];
    struct debug_variables *variables = debug_variables_create(NULL, 0);
    assert_false(debug_variables_type(variables, 0, text, sizeof(text)));
    assert_false(debug_variables_member(variables, 0, 0, text, sizeof(text)));
    debug_variables_destroy(variables);
    debug_variables_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_and_members),
        cmocka_unit_test(names_without_room_are_none),
        cmocka_unit_test(without_debug_information_nothing_is_known),
    };
    return cmocka_run_group_tests_name("debug_variables", tests, compiled_start, compiled_finish);
}
