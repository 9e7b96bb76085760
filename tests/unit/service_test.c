/* Control groups as systemd names them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/service.h"

static void a_group_tells_the_unit(void **state)
{
    (void)state;
    struct service service;
    assert_true(service_of_group("/system.slice/relayd.service", &service));
    assert_string_equal(service.unit, "relayd.service");
    assert_false(service.of_user);
    assert_true(service_of_group("/system.slice/system-relayd.slice/relayd@3.service", &service));
    assert_string_equal(service.unit, "relayd@3.service");
    assert_true(service_of_group("/system.slice/relayd.service/workers", &service));
    assert_string_equal(service.unit, "relayd.service");
}

static void a_user_s_manager_has_services_of_its_own(void **state)
{
    (void)state;
    struct service service;
    assert_true(service_of_group(
        "/user.slice/user-1000.slice/user@1000.service/app.slice/relayd.service", &service));
    assert_string_equal(service.unit, "relayd.service");
    assert_true(service.of_user);
    assert_false(
        service_of_group("/user.slice/user-1000.slice/user@1000.service/init.scope", &service));
}

static void other_groups_are_no_service_s(void **state)
{
    (void)state;
    struct service service;
    assert_false(service_of_group("/", &service));
    assert_false(service_of_group("", &service));
    assert_false(service_of_group("/user.slice/user-0.slice/session-1.scope", &service));
    assert_false(service_of_group("/system.slice/docker-0123.scope", &service));
    assert_false(service_of_group("/system.slice/.service", &service));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_tells_the_unit),
        cmocka_unit_test(a_user_s_manager_has_services_of_its_own),
        cmocka_unit_test(other_groups_are_no_service_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
