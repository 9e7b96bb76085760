/* Suppressions as LeakSanitizer and Valgrind take them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libcaulk/suppressions.h"

static struct frame frames[] = {
    {.function = "make_node", .file = "src/tree.c", .module = "/usr/lib/libtree.so.1"},
    {.function = "Session::open", .file = "src/session.cpp", .module = "/usr/bin/relayd"},
    {.function = NULL, .module = "/usr/bin/relayd"},
    {.function = "main", .file = "src/main.c", .module = "/usr/bin/relayd"}};
static const struct call_stack stack = {.frame = frames, .count = 4, .user_end = 4};

static bool read_text(const char *text, struct suppressions *ret_suppressions, struct error *err)
{
    char path[] = "/tmp/caulk-suppressions.XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    bool done = suppressions_read(path, ret_suppressions, err);
    unlink(path);
    return done;
}

static bool suppresses(const char *text)
{
    struct suppressions suppressions;
    struct error err;
    assert_true(read_text(text, &suppressions, &err));
    bool matched = suppressions_match(&suppressions, &stack);
    suppressions_finish(&suppressions);
    return matched;
}

static void globs(void **state)
{
    (void)state;
    assert_true(suppressions_glob("", "", true));
    assert_true(suppressions_glob("*", "", true));
    assert_true(suppressions_glob("a*c*e", "abcde", true));
    assert_true(suppressions_glob("*ab", "aab", true));
    assert_true(suppressions_glob("a?c", "abc", true));
    assert_false(suppressions_glob("a?c", "abc", false));
    assert_false(suppressions_glob("a*d", "abc", true));
    assert_false(suppressions_glob("abc", "ab", true));
}

static void leak_sanitizers(void **state)
{
    (void)state;
    assert_true(suppresses("leak:make_node\n"));
    assert_true(suppresses("# why\n\n  leak:^make_node$  \n"));
    assert_true(suppresses("leak:Session::*\n"));
    assert_true(suppresses("leak:libtree.so\n"));
    assert_true(suppresses("leak:session.cpp"));
    assert_true(suppresses("leak:other\nleak:m*in\n"));
    assert_false(suppresses("leak:^node\n"));
    assert_false(suppresses("leak:make$\n"));
    assert_false(suppresses("leak:other\n"));
    assert_false(suppresses("# leak:make_node\n"));
}

#define BLOCK(frames) "{\n   name\n   Memcheck:Leak\n" frames "}\n"

static void valgrinds(void **state)
{
    (void)state;
    assert_true(suppresses(BLOCK("fun:malloc\nfun:make_node\n")));
    assert_true(suppresses(BLOCK("fun:*alloc\nfun:make_*\nobj:*/relayd\n")));
    assert_true(suppresses(BLOCK("fun:_Znwm\nfun:make_node\nfun:_ZN7Session4openEi\n")));
    assert_true(suppresses(BLOCK("...\nfun:main\n")));
    assert_true(suppresses(BLOCK("fun:malloc\n...\nobj:*relayd\nfun:main\n")));
    assert_true(suppresses(BLOCK("match-leak-kinds: definite\nfun:make_node\n")));
    assert_true(suppresses(BLOCK("src:*tree.c\n")));
    assert_false(suppresses(BLOCK("fun:malloc\nfun:main\n")));
    assert_false(suppresses(BLOCK("match-leak-kinds: reachable\nfun:make_node\n")));
    assert_false(suppresses("{\nname\nMemcheck:Cond\nfun:make_node\n}\n"));
    assert_false(suppresses("{\nname\nMemcheck:Param\nwrite(buf)\n...\n}\n"));
    assert_false(suppresses(BLOCK("...\nfun:main\nfun:_start\n")));
}

static void mangled_names(void **state)
{
    (void)state;
    static struct frame mangled[] = {{.function = "app::Session::open"}, {.function = "main"}};
    const struct call_stack of_cxx = {.frame = mangled, .count = 2, .user_end = 2};
    static const struct {
        const char *frames;
        bool matches;
    } cases[] = {
        {"fun:_ZN3app7Session4openEi", true},
        {"fun:_ZN3app7Session4openE*", true},
        {"fun:_ZN3app7Session4open*", true},
        {"fun:_ZN3app7Session*\nfun:main", true},
        {"fun:_ZN3app*", true},
        {"fun:_Znw*\nfun:_ZN3app*", true},
        {"fun:_Zna*\nfun:_ZN3app*", true},
        {"fun:_Znwm\nfun:_ZN3app*", true},
        {"fun:_ZN3app7Session5close*", false},
        {"fun:_ZN3lib*", false},
        {"fun:_ZN*7Session4openEi", false},
        {"fun:_Z4mainv", false},
        {"fun:_Z3app*", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[200];
        struct suppressions suppressions;
        struct error err;
        snprintf(text, sizeof(text), "{\nx\nMemcheck:Leak\n%s\n}\n", cases[i].frames);
        assert_true(read_text(text, &suppressions, &err));
        if (suppressions_match(&suppressions, &of_cxx) != cases[i].matches)
            fail_msg("%s", cases[i].frames);
        suppressions_finish(&suppressions);
    }
}

static void several_tools(void **state)
{
    (void)state;
    assert_true(suppresses("{\nx\nAddrcheck,Memcheck:Leak\nfun:make_node\n}\n"));
    assert_true(suppresses("{\nx\nMemcheck,Helgrind:Leak\nfun:make_node\n}\n"));
    assert_false(suppresses("{\nx\nHelgrind,DRD:Leak\nfun:make_node\n}\n"));
    assert_false(suppresses("{\nx\nNotMemcheck:Leak\nfun:make_node\n}\n"));
}

static void what_is_used_is_counted(void **state)
{
    (void)state;
    struct suppressions suppressions;
    assert_true(
        read_text("leak:other\nleak:make_node\nleak:mains\nleak:main\n", &suppressions, NULL));
    assert_int_equal(suppressions.count, 4);
    assert_true(suppressions_match(&suppressions, &stack));
    assert_int_equal(suppressions.suppression[0].used, 0);
    assert_int_equal(suppressions.suppression[1].used, 1);
    assert_int_equal(suppressions.suppression[1].line, 2);
    assert_int_equal(suppressions.suppression[2].used, 0);
    assert_int_equal(suppressions.suppression[3].used, 1);
    suppressions_finish(&suppressions);
}

static void assert_refused(const char *text, const char *message)
{
    struct suppressions suppressions;
    struct error err;
    assert_false(read_text(text, &suppressions, &err));
    assert_non_null(strstr(err.message, message));
}

/* In front of a frame that is not there each `...` could take any number of frames, in every
 * combination; and each could be a call within the one before. */
static void any_number_of_any_frames(void **state)
{
    (void)state;
    static const char head[] = "{\nname\nMemcheck:Leak\n", line[] = "...\nfun:make*\n";
    const size_t lines = 200000;
    char *text = malloc(sizeof(head) + lines * sizeof(line) + 8), *at = stpcpy(text, head);
    for (size_t i = 0; i < lines; i++)
        at = stpcpy(at, i < lines / 2 ? "...\n" : line);
    strcpy(at, "}\n");
    assert_false(suppresses(text));
    strcpy(text + sizeof(head) - 1 + lines / 2 * 4, "fun:main\n}\n");
    assert_true(suppresses(text));
    free(text);
}

static void faults_have_a_line(void **state)
{
    (void)state;
    struct suppressions suppressions;
    struct error err;
    assert_refused("leak:a\nrace:b\n", "line 2");
    assert_refused("leak:\n", "line 1");
    assert_refused("\n{\nname\nMemcheck:Leak\nfun:a\n", "ends inside");
    assert_refused(BLOCK("function:a\n"), "line 4");
    assert_false(suppressions_read("/nonexistent/file", &suppressions, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs),
        cmocka_unit_test(leak_sanitizers),
        cmocka_unit_test(valgrinds),
        cmocka_unit_test(mangled_names),
        cmocka_unit_test(several_tools),
        cmocka_unit_test(what_is_used_is_counted),
        cmocka_unit_test(any_number_of_any_frames),
        cmocka_unit_test(faults_have_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
