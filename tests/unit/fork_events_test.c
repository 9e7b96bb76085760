/* Which requests ask to be told of forks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

#include "preload/fork_events.h"

static void only_the_first_request_with_that_feature(void **state)
{
    (void)state;
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_EVENT_REMOVE};
    assert_false(fork_events_would(UFFDIO_API, &api));
    api.features |= UFFD_FEATURE_EVENT_FORK;
    assert_true(fork_events_would(UFFDIO_API, &api));
    assert_false(fork_events_would(UFFDIO_COPY, &api));
    assert_false(fork_events_would(UFFDIO_API, NULL));
}

static void it_stays_so(void **state)
{
    (void)state;
    assert_false(fork_events_asked());
    fork_events_note();
    assert_true(fork_events_asked());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_first_request_with_that_feature),
        cmocka_unit_test(it_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
