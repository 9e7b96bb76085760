/* What the status block tells who asks from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "preload/status.h"

extern struct tracker_status caulk_status;

static void answer(uint64_t cookie, const char *path)
{
    status_answer(&(struct status_answer){
        .cookie = cookie, .result = STATUS_WRITTEN, .path = path, .reason = ""});
}

/* Who asked looks now and then; dumps that nobody asked for by a cookie may follow at once. */
static void an_answer_stays_until_the_next_one(void **state)
{
    (void)state;
    status_start(1, "/tmp/%p.dump");
    answer(5, "/asked");
    answer(0, "/by signal");
    assert_int_equal(caulk_status.dumps_made, 2);
    assert_int_equal(caulk_status.last_cookie, 5);
    assert_string_equal(caulk_status.last_path, "/asked");
    answer(6, "/asked again");
    assert_int_equal(caulk_status.last_cookie, 6);
    assert_string_equal(caulk_status.last_path, "/asked again");
    assert_int_equal(caulk_status.lock % 2, 0);
}

static void whose_the_dump_signal_is_outlives_a_fork(void **state)
{
    (void)state;
    status_dump_signal(10, true);
    status_start(1, "/tmp/%p.dump");
    assert_int_equal(caulk_status.dump_signal, 10);
    assert_int_equal(caulk_status.dump_signal_taken, 1);
    status_dump_signal(10, false);
    assert_int_equal(caulk_status.dump_signal_taken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_stays_until_the_next_one),
        cmocka_unit_test(whose_the_dump_signal_is_outlives_a_fork),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
