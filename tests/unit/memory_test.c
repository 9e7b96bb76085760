#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "libcaulk/memory.h"

static void test_memory_is_zeroed_and_there_even_for_nothing(void **state)
{
    (void)state;
    char *bytes = allocate(3, 2), *none = allocate(0, 8);
    assert_memory_equal(bytes, "\0\0\0\0\0\0", 6);
    assert_non_null(none);
    free(bytes);
    free(none);
}

static void test_what_is_there_is_given_back(void **state)
{
    (void)state;
    int thing;
    assert_ptr_equal(need_memory(&thing), &thing);
}

static void test_an_array_grows_with_what_is_in_it(void **state)
{
    (void)state;
    int *numbers = NULL;
    for (int i = 0; i < 100; i++) {
        numbers = need_room(numbers, (size_t)i, sizeof(*numbers));
        numbers[i] = i;
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(numbers[i], i);
    free(numbers);
}

static void test_a_text_is_as_long_as_it_needs_to_be(void **state)
{
    (void)state;
    char *text = format_text("%0*d", 1000, 7);
    assert_int_equal(strlen(text), 1000);
    free(text);
}

static void test_no_memory_is_the_end_in_one_line(void **state)
{
    (void)state;
    int line[2], status;
    char text[64] = "";
    assert_int_equal(pipe(line), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(line[1], STDERR_FILENO);
        need_memory(NULL);
        _exit(0);
    }
    close(line[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(read(line[0], text, sizeof(text) - 1) > 0);
    close(line[0]);
    assert_string_equal(text, "caulk: out of memory\n");
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_and_there_even_for_nothing),
        cmocka_unit_test(test_what_is_there_is_given_back),
        cmocka_unit_test(test_an_array_grows_with_what_is_in_it),
        cmocka_unit_test(test_a_text_is_as_long_as_it_needs_to_be),
        cmocka_unit_test(test_no_memory_is_the_end_in_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
