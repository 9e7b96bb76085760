/* Members by offset, in what each compiler and each kind of debug information says of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/debug_info.h"
#include "libcaulk/debug_types.h"
#include "tests/support/compiled.h"

static const char *const cxx_compilers[] = {
    "g++ -x c++ -gdwarf-5",
    "g++ -x c++ -gdwarf-4 -fdebug-types-section",
    "g++ -x c++ -gdwarf-5 -fdebug-types-section -gz",
    "g++ -x c++ -gdwarf-5 -gsplit-dwarf",
    "clang++ -x c++ -g",
};

static const char cxx_text[] =
    "#include <atomic>\n#include <map>\n#include <memory>\n#include <vector>\n"
    "namespace app {\n"
    "struct Peer { long id; };\n"
    "struct Queue { long length; char *head; };\n"
    "struct Empty {};\n"
    "struct Named { virtual ~Named(); char *name_; };\n"
    "inline Named::~Named() {}\n"
    "struct Virtual { char *far_; };\n"
    "template <typename T, unsigned long N> struct Table {\n"
    "    T rows_[N]; struct Row { long key; T value; }; Row *first_; };\n"
    "struct Session : Empty, Named, std::enable_shared_from_this<Session> {\n"
    "    Queue inbox_;                              /* 32 */\n"
    "    std::shared_ptr<Peer> peer_;               /* 48 */\n"
    "    void *slots_[2][3];                        /* 64 */\n"
    "    Queue queues_[2];                          /* 112 */\n"
    "    std::vector<char> inbuf_;                  /* 144 */\n"
    "    std::map<int, int> index_;                 /* 168 */\n"
    "    std::atomic<Peer *> next_;                 /* 216 */\n"
    "    union { long number; char *text; };        /* 224 */\n"
    "    union { long count; Peer *one; } either_;  /* 232 */\n"
    "    std::pair<long, Peer *> both_;             /* 240 */\n"
    "    static Peer *shared_; };                   /* 256 */\n"
    "union Two { Peer *one; void *two; char *text[1]; };\n"
    "struct Unions { Two two_; union { long a; struct { long b; void *c; } in; } deep_; };\n"
    "struct Smart { std::weak_ptr<Peer> weak_; std::shared_ptr<Peer> shared_[2]; Peer *plain_; };\n"
    "struct Window { struct Parts; Parts *parts_; };\n"
    "struct Window::Parts { char *title_, *icon_; };\n"
    "struct Far : virtual Virtual { char *near_; };\n"
    "namespace { struct Hidden { long number; Peer *peer; }; }\n"
    "Session *session; Table<char const *, 3ul> *table; Table<char const *, 3ul>::Row *row;\n"
    "Unions *unions; Smart *smart;\n"
    "Hidden *hidden; Far *far_one; Window *window;\n"
    "void use() { session = new Session; table = new Table<char const *, 3ul>;\n"
    "    unions = new Unions; smart = new Smart(); row = table->first_ = new Table<char const *, "
    "3ul>::Row; hidden = "
    "new Hidden; \n"
    "    far_one = new Far; window = new Window{new Window::Parts}; } }\n";

static struct debug_info *open_compiled(const char *compiler, const char *one, const char *two)
{
    struct debug_info *info;
    const char *path = compiled(compiler, one, two);
    if (!path)
        return NULL;
    assert_int_equal(debug_info_open(&(struct debug_search){0}, path, "", UINT64_MAX, &info),
                     DEBUG_INFO_FULL);
    return info;
}

static void expect_size(struct debug_info *info, const char *type, uint64_t bytes)
{
    uint64_t found;
    if (!debug_types_size(debug_info_types(info), type, &found))
        fail_msg("no %s", type);
    assert_int_equal(found, bytes);
}

/* member: NULL where none is to be found. */
static void expect_member(struct debug_info *info, const char *type, uint64_t offset,
                          const char *member)
{
    char path[64];
    enum smart_pointer smart;
    bool found =
        debug_types_member(debug_info_types(info), type, offset, path, sizeof(path), &smart);
    if (found != (member != NULL) || (found && strcmp(path, member) != 0))
        fail_msg("%s +%d: %s, not %s", type, (int)offset, found ? path : "none",
                 member ? member : "none");
}

static void expect_smart(struct debug_info *info, uint64_t offset, enum smart_pointer expected)
{
    char path[64];
    enum smart_pointer smart;
    assert_true(debug_types_member(debug_info_types(info), "app::Smart", offset, path, sizeof(path),
                                   &smart));
    assert_int_equal(smart, expected);
}

static void expect_cxx(struct debug_info *info)
{
    static const struct {
        uint64_t offset;
        const char *member;
    } session[] = {
        {8, "::name_"},
        {16, NULL},
        {40, "::inbox_.head"},
        {48, "::peer_"},
        {56, "::peer_"},
        {64, "::slots_[0][0]"},
        {104, "::slots_[1][2]"},
        {136, "::queues_[1].head"},
        {144, "::inbuf_"},
        {192, "::index_"},
        {216, "::next_"},
        {224, "::text"},
        {232, "::either_.one"},
        {248, "::both_.second"},
        {256, NULL},
        {UINT64_MAX, NULL},
    };
    expect_size(info, "app::Session", 256);
    for (size_t i = 0; i < sizeof(session) / sizeof(*session); i++)
        expect_member(info, "app::Session", session[i].offset, session[i].member);
    expect_member(info, "app::Table<char const*, 3ul>", 16, "::rows_[2]");
    expect_member(info, "app::Table<char const*, 3ul>", 24, "::first_");
    expect_member(info, "app::Table<char const*, 3ul>::Row", 8, "::value");
    expect_member(info, "app::(anonymous namespace)::Hidden", 8, "::peer");
    expect_member(info, "app::Window", 0, "::parts_");
    expect_member(info, "app::Window::Parts", 8, "::icon_");
    expect_smart(info, 8, SMART_WEAK);
    expect_smart(info, 32, SMART_SHARED);
    expect_smart(info, 48, SMART_UNKNOWN);
    expect_member(info, "app::Unions", 0, "::two_");
    expect_member(info, "app::Unions", 16, "::deep_.in.c");
    expect_member(info, "app::Two", 0, NULL);
    expect_member(info, "app::Far", 8, "::near_");
    expect_member(info, "app::Far", 16, NULL);
    expect_member(info, "app::Table<char const*, 4ul>", 16, NULL);
    expect_member(info, "app::Session::Row", 8, NULL);
    expect_member(info, "Session", 40, NULL);
}

static void members_of_classes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cxx_compilers) / sizeof(*cxx_compilers); i++) {
        struct debug_info *info = open_compiled(cxx_compilers[i], cxx_text, NULL);
        print_message("%s%s\n", cxx_compilers[i], info ? "" : ": not here");
        if (info)
            expect_cxx(info);
        debug_info_close(info);
    }
}

static const char local_text[] =
    "namespace app {\n"
    "template <class T> void *run(T) { struct One { long x; T *p; }; One *made = new One; return "
    "made; }\n"
    "struct Server { void *go(int) const; };\n"
    "void *Server::go(int) const { struct Two { long x; void *q; }; Two *made = new Two; return "
    "made; }\n"
    "static void *still(int, const char *) { struct Three { void *r; }; Three *made = new Three; "
    "return made; }\n"
    "inline void *inlined(long n) { if (n) { struct Four { void *s;\n"
    "    struct In { long x; void *t; }; }; Four *four = new Four; Four::In *made = new Four::In; "
    "return made; } return 0; }\n"
    "void *twice(int) { struct Six { void *u; }; Six *made = new Six; return made; }\n"
    "void *twice(long) { struct Six { long x; void *u; }; Six *made = new Six; return made; } }\n"
    "int main() { struct Five { void *v; }; app::run(3); app::Server().go(1); app::still(1, 0);\n"
    "    app::inlined(2); app::twice(1); app::twice(1l); Five *made = new Five; return made == 0; "
    "}\n";

static void expect_local(struct debug_info *info)
{
    expect_member(info, "app::run<int>(int)::One", 8, "::p");
    expect_member(info, "app::Server::go(int) const::Two", 8, "::q");
    expect_member(info, "app::still(int, char const*)::Three", 0, "::r");
    expect_member(info, "app::inlined(long)::Four", 0, "::s");
    expect_member(info, "app::inlined(long)::Four::In", 8, "::t");
    expect_member(info, "main::Five", 0, "::v");
    expect_member(info, "app::twice(int)::Six", 0, NULL);
    expect_member(info, "app::Server::go(int) const::One", 8, NULL);
}

static void members_of_local_classes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cxx_compilers) / sizeof(*cxx_compilers); i++) {
        struct debug_info *info = open_compiled(cxx_compilers[i], local_text, NULL);
        if (info)
            expect_local(info);
        debug_info_close(info);
    }
}

static void members_of_structs(void **state)
{
    (void)state;
    static const char text[] =
        "struct item { long key; void *value; };\n"
        "struct table { const struct item *last; struct { char *path; }; int mode;\n"
        "               struct item items[]; } *table;\n"
        "typedef struct { long id; char *text; } node_t; node_t *node;\n"
        "void f(void) { struct local { void *p; } local; }\n";
    struct debug_info *info = open_compiled("gcc -x c -g", text, NULL);
    expect_size(info, "table", 24);
    expect_member(info, "table", 0, ".last");
    expect_member(info, "struct table", 8, ".path");
    expect_member(info, "table", 24 + 5 * 16 + 8, ".items[5].value");
    expect_member(info, "node_t", 8, ".text");
    expect_member(info, "node", 8, NULL);
    expect_member(info, "local", 0, NULL);
    debug_info_close(info);
}

/* What compilers say of the later ones: C17 and C23. */
static void every_c_has_no_scopes(void **state)
{
    (void)state;
    static const char *const languages[] = {"0x2c", "0x3e"};
    for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++) {
        char compiler[256];
        snprintf(compiler, sizeof(compiler),
                 "sh -c 'gcc -x c -std=gnu11 -g -dA -S -o - a | sed /DW_AT_language$/s/0x1d/%s/ | "
                 "gcc \"$1\" \"$2\" \"$3\" \"$4\" -x assembler -' sh",
                 languages[i]);
        struct debug_info *info = open_compiled(compiler, "struct s { void *a; } *s;", NULL);
        expect_member(info, "s", 0, ".a");
        debug_info_close(info);
    }
}

static void a_name_for_two_types_is_none(void **state)
{
    (void)state;
    static const char one[] = "namespace { struct Twin { long x; void *y; }; } Twin *one;\n"
                              "struct Same { void *x, *y; }; Same *same;\n";
    static const char two[] = "\n namespace { struct Twin { void *y, *x; }; } Twin *two;\n"
                              "#line 2\nstruct Same { void *x, *y; }; Same *other;\n";
    struct debug_info *info = open_compiled("g++ -x c++ -g", one, two);
    expect_member(info, "(anonymous namespace)::Twin", 8, NULL);
    expect_member(info, "Same", 8, "::y");
    debug_info_close(info);
}

static void a_path_without_room_is_none(void **state)
{
    (void)state;
    char path[8];
    enum smart_pointer smart;
    static const char text[] = "struct s { void *a, *long_name; } *s;";
    struct debug_info *info = open_compiled("gcc -x c -g", text, NULL);
    struct debug_types *types = debug_info_types(info);
    assert_true(debug_types_member(types, "s", 0, path, sizeof(path), &smart));
    assert_string_equal(path, ".a");
    assert_false(debug_types_member(types, "s", 8, path, sizeof(path), &smart));
    debug_info_close(info);
}

static void without_debug_information_nothing_is_known(void **state)
{
    (void)state;
    uint64_t bytes;
    struct debug_types *types = debug_types_create(NULL);
    assert_false(debug_types_size(types, "s", &bytes));
    debug_types_destroy(types);
    debug_types_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_of_classes),
        cmocka_unit_test(members_of_local_classes),
        cmocka_unit_test(members_of_structs),
        cmocka_unit_test(every_c_has_no_scopes),
        cmocka_unit_test(a_name_for_two_types_is_none),
        cmocka_unit_test(a_path_without_room_is_none),
        cmocka_unit_test(without_debug_information_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, compiled_start, compiled_finish);
}
