#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/words.h"

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    assert_string_equal(words_cut("session", 7).s, "session");
    assert_string_equal(words_cut("session", 6).s, "sessi…");
    assert_string_equal(words_cut("Grüße", 4).s, "Grü…");
    assert_string_equal(words_cut("", 4).s, "");
}

static void what_a_terminal_would_obey_is_replaced(void **state)
{
    (void)state;
    assert_string_equal(words_cut("\033[31mred", 60).s, "�[31mred");
    assert_string_equal(words_cut("a\nb", 60).s, "a�b");
}

static void no_text_is_too_long(void **state)
{
    (void)state;
    size_t bytes = 1 << 24;
    char *text = malloc(bytes + 1);
    memset(text, 'x', bytes);
    text[bytes] = '\0';
    assert_int_equal(strlen(words_cut(text, 60).s), 59 + strlen("…"));
    assert_true(strlen(words_cut(text, 100000).s) < sizeof(struct phrase));
    free(text);
}

static void names_of_cxx_are_as_people_write_them(void **state)
{
    (void)state;
    assert_string_equal(words_cxx("Holder<std::__cxx11::basic_string<char, std::char_traits<char>, "
                                  "std::allocator<char> >, 4>",
                                  60)
                            .s,
                        "Holder<std::string, 4>");
    assert_string_equal(
        words_cxx("std::map<int, a::B<int (*)(char)>, std::less<int>, "
                  "std::allocator<std::pair<int const, a::B<int (*)(char)> > > >::insert",
                  60)
            .s,
        "std::map<int, a::B<int (*)(char)>>::insert");
    assert_string_equal(words_cxx("std::vector<int, my::allocator<int>>", 60).s,
                        "std::vector<int, my::allocator<int>>");
    assert_string_equal(words_cxx("f<int, std::allocator", 60).s, "f<int, std::allocator");
    assert_string_equal(words_cxx("f<int, std::allocator<int", 60).s, "f<int");
    assert_string_equal(words_cxx("operator>", 60).s, "operator>");
    assert_string_equal(words_cxx("cache::by_name[abi:cxx11]", 60).s, "cache::by_name");
    assert_string_equal(words_cxx("plain", 4).s, "pla…");
}

/* The code before a function's first line has a function and a file. */
static void a_python_frame_without_a_line_has_its_file(void **state)
{
    (void)state;
    const struct frame frame = {.function = "leak", .file = "/srv/app.py", .python = true};
    assert_string_equal(words_place(&frame).s, "app.py");
}

static void a_path_is_no_option(void **state)
{
    (void)state;
    char *path = words_path("-x y");
    assert_string_equal(path, "'./-x y'");
    free(path);
    path = words_path("a-x");
    assert_string_equal(path, "a-x");
    free(path);
}

static void quotes(const char *path, const char *expected)
{
    char *word = words_quoted(path);
    assert_string_equal(word, expected);
    free(word);
}

static void paths_are_shell_words(void **state)
{
    (void)state;
    quotes("/tmp/caulk.4711.1.dump", "/tmp/caulk.4711.1.dump");
    quotes("a b", "'a b'");
    quotes("it's", "'it'\\''s'");
    quotes("", "''");
    quotes("$(x)", "'$(x)'");
    quotes("a\nb", "$'a\\x0ab'");
    quotes("\033'\\", "$'\\x1b\\x27\\x5c'");
}

static struct call_stack stack_of(struct frame *frames, size_t count, size_t user_begin)
{
    return (struct call_stack){
        .frame = frames, .count = count, .user_begin = user_begin, .user_end = count};
}

static void the_library_call_is_named_without_its_arguments(void **state)
{
    (void)state;
    struct frame frames[] = {{.function = "std::make_shared<Session, int>"}, {.function = "main"}};
    struct call_stack stack = stack_of(frames, 2, 1);
    assert_string_equal(words_through(&stack).s, "make_shared");
    frames[0].function = "strdup";
    assert_string_equal(words_through(&stack).s, "strdup");
    frames[0].interpreter = true;
    assert_string_equal(words_through(&stack).s, "");
    frames[0] = (struct frame){.function = NULL};
    assert_string_equal(words_through(&stack).s, "");
    stack = stack_of(frames, 2, 0);
    assert_string_equal(words_through(&stack).s, "");
}

static void wrappers_of_the_allocator_name_nothing(void **state)
{
    (void)state;
    struct frame frames[] = {{.function = "malloc"},
                             {.function = "zmalloc"},
                             {.function = "dictAdd"},
                             {.function = "main"}};
    struct call_stack stack = stack_of(frames, 4, 1);
    assert_string_equal(words_own_frame(&stack)->function, "dictAdd");
    stack = stack_of(frames, 2, 1);
    assert_string_equal(words_own_frame(&stack)->function, "zmalloc");
    frames[1].function = NULL;
    stack = stack_of(frames, 4, 1);
    assert_null(words_own_frame(&stack)->function);
    stack = stack_of(frames, 0, 0);
    assert_null(words_own_frame(&stack));
}

static struct phrase ages_of(const char *tenths)
{
    struct age_profile ages = {0};
    for (int i = 0; i < AGE_BUCKETS; i++) {
        ages.bytes[i] = 1000 * (uint64_t)(tenths[i] - '0');
        ages.all.bytes += ages.bytes[i];
    }
    return words_ages(&ages);
}

static void ages_are_bars_around_their_mean(void **state)
{
    (void)state;
    assert_string_equal(ages_of("5555555555").s, "▄▄▄▄▄▄▄▄▄▄");
    assert_string_equal(ages_of("9000000000").s, "█▁▁▁▁▁▁▁▁▁");
    assert_string_equal(ages_of("0000000000").s, "▁▁▁▁▁▁▁▁▁▁");
    assert_string_equal(ages_of("1111111119").s, "▃▃▃▃▃▃▃▃▃█");
    assert_string_equal(ages_of("9999999991").s, "▄▄▄▄▄▄▄▄▄▂");
}

static void rates_are_by_what_was_seen(void **state)
{
    (void)state;
    assert_string_equal(words_rate(66000 * 76.0, 76 * 3600.0).s, "66,000/h");
    assert_string_equal(words_rate(600, 600).s, "60/min");
    assert_string_equal(words_rate(5, 10).s, "0.5/s");
    assert_string_equal(words_rate_of_bytes(10 * 1024.0, 10).s, "1 KiB/s");
}

static void what_is_not_known_has_the_next_best_name(void **state)
{
    (void)state;
    struct frame frame = {.address = 0x7f0000001234,
                          .file_address = 0x1234,
                          .module = "/usr/lib/libfoo.so",
                          .function = "foo_open",
                          .file = "/src/foo/open.c",
                          .line = 12};
    assert_string_equal(words_function(&frame).s, "foo_open");
    assert_string_equal(words_place(&frame).s, "open.c:12");
    frame.line = 0;
    assert_string_equal(words_place(&frame).s, "libfoo.so");
    frame.function = NULL;
    assert_string_equal(words_function(&frame).s, "libfoo.so+0x1234");
    assert_string_equal(words_place(&frame).s, "");
    frame.module = NULL;
    assert_string_equal(words_function(&frame).s, "?");
}

static void a_program_is_called_by_what_was_executed(void **state)
{
    (void)state;
    struct process process = {.program = "/usr/bin/redis-check-rdb", .started_as = "redis-server"};
    assert_string_equal(words_program(&process).s, "redis-server");
    assert_false(words_has_its_name(&process));
    process.started_as = "./redis-check-rdb";
    assert_string_equal(words_program(&process).s, "redis-check-rdb");
    assert_true(words_has_its_name(&process));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_cxx_are_as_people_write_them),
        cmocka_unit_test(a_python_frame_without_a_line_has_its_file),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(what_a_terminal_would_obey_is_replaced),
        cmocka_unit_test(no_text_is_too_long),
        cmocka_unit_test(a_path_is_no_option),
        cmocka_unit_test(paths_are_shell_words),
        cmocka_unit_test(the_library_call_is_named_without_its_arguments),
        cmocka_unit_test(wrappers_of_the_allocator_name_nothing),
        cmocka_unit_test(ages_are_bars_around_their_mean),
        cmocka_unit_test(rates_are_by_what_was_seen),
        cmocka_unit_test(a_program_is_called_by_what_was_executed),
        cmocka_unit_test(what_is_not_known_has_the_next_best_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
