#include "libcaulk/status_format.h"
#include "preload/dump_wants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_many_signals_are_one_dump(void **state)
{
    (void)state;
    struct dump_wants wants = {0};
    uint64_t cookie = 5;
    assert_false(dump_wants_any(&wants) || dump_wants_take(&wants, &cookie));
    assert_int_equal(cookie, 5);
    dump_wants_add(&wants, 0);
    dump_wants_add(&wants, 0);
    assert_true(dump_wants_any(&wants) && dump_wants_take(&wants, &cookie));
    assert_int_equal(cookie, 0);
    assert_false(dump_wants_any(&wants) || dump_wants_take(&wants, &cookie));
}

static void test_each_cookie_is_served(void **state)
{
    (void)state;
    struct dump_wants wants = {0};
    uint64_t cookie;
    for (uint64_t i = 1; i <= WANTED_COOKIES_MAX; i++)
        assert_true(dump_wants_add(&wants, i));
    assert_false(dump_wants_add(&wants, WANTED_COOKIES_MAX + 1));
    assert_true(dump_wants_add(&wants, 0));
    for (uint64_t i = 1; i <= WANTED_COOKIES_MAX; i++) {
        assert_true(dump_wants_take(&wants, &cookie));
        assert_int_equal(cookie, i);
    }
    assert_false(dump_wants_any(&wants));
}

static void test_a_request_serves_the_signal_too(void **state)
{
    (void)state;
    struct dump_wants wants = {0};
    uint64_t cookie;
    dump_wants_add(&wants, 0);
    dump_wants_add(&wants, 7);
    assert_true(dump_wants_take(&wants, &cookie));
    assert_int_equal(cookie, 7);
    assert_false(dump_wants_any(&wants));
}

static void test_one_for_a_detail_does_not(void **state)
{
    (void)state;
    struct dump_wants wants = {0};
    uint64_t cookie;
    dump_wants_add(&wants, 0);
    dump_wants_add(&wants, STATUS_COOKIE_LOST | 7);
    assert_true(dump_wants_take(&wants, &cookie));
    assert_true(cookie == (STATUS_COOKIE_LOST | 7));
    assert_true(dump_wants_take(&wants, &cookie));
    assert_int_equal(cookie, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_signals_are_one_dump),
        cmocka_unit_test(test_each_cookie_is_served),
        cmocka_unit_test(test_a_request_serves_the_signal_too),
        cmocka_unit_test(test_one_for_a_detail_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
