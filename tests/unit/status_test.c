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
static void answers_stay_while_others_follow(void **state)
{
    (void)state;
    status_start(1, "/tmp/%p.dump", false);
    answer(5, "/asked");
    answer(0, "/by signal");
    assert_int_equal(caulk_status.dumps_made, 2);
    answer(6, "/asked again");
    assert_int_equal(caulk_status.replies[0].cookie, 5);
    assert_string_equal(caulk_status.replies[0].path, "/asked");
    assert_int_equal(caulk_status.replies[1].cookie, 6);
    assert_string_equal(caulk_status.replies[1].path, "/asked again");
    for (unsigned i = 2; i < STATUS_REPLIES; i++)
        answer(5 + i, "/more");
    assert_string_equal(caulk_status.replies[0].path, "/asked");
    answer(100, "/newest");
    assert_string_equal(caulk_status.replies[0].path, "/newest");
    assert_string_equal(caulk_status.replies[1].path, "/asked again");
    assert_int_equal(caulk_status.lock % 2, 0);
}

static void whose_the_dump_signal_is_outlives_a_fork(void **state)
{
    (void)state;
    status_dump_signal(10, true);
    status_start(1, "/tmp/%p.dump", false);
    assert_int_equal(caulk_status.dump_signal, 10);
    assert_int_equal(caulk_status.dump_signal_taken, 1);
    status_dump_signal(10, false);
    assert_int_equal(caulk_status.dump_signal_taken, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_stay_while_others_follow),
        cmocka_unit_test(whose_the_dump_signal_is_outlives_a_fork),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
