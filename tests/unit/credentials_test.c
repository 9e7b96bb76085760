/* What mode bits allow to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libcaulk/credentials.h"

static const struct stat file = {.st_mode = S_IFREG | 0640, .st_uid = 10, .st_gid = 20};

static void the_owner_the_group_and_others_have_their_own_bits(void **state)
{
    (void)state;
    gid_t groups[] = {7, 20};
    const struct credentials owner = {.uid = 10, .gid = 1}, other = {.uid = 11, .gid = 1};
    const struct credentials member = {.uid = 11, .gid = 1, .groups = groups, .group_count = 2};
    assert_true(credentials_allow(&owner, &file, R_OK | W_OK));
    assert_true(credentials_allow(&member, &file, R_OK));
    assert_false(credentials_allow(&member, &file, R_OK | W_OK));
    assert_false(credentials_allow(&other, &file, R_OK));
}

/* As the kernel does: who owns a file is never helped by the others' bits. */
static void the_first_class_that_fits_decides(void **state)
{
    (void)state;
    const struct credentials owner = {.uid = 10, .gid = 20};
    const struct stat closed = {.st_mode = S_IFREG | 0077, .st_uid = 10, .st_gid = 20};
    assert_false(credentials_allow(&owner, &closed, R_OK));
}

static void the_capability_opens_all_but_what_nobody_executes(void **state)
{
    (void)state;
    const struct credentials root = {.overrides = true};
    const struct stat folder = {.st_mode = S_IFDIR, .st_uid = 10};
    assert_true(credentials_allow(&root, &file, R_OK | W_OK));
    assert_false(credentials_allow(&root, &file, X_OK));
    assert_true(credentials_allow(&root, &folder, W_OK | X_OK));
}

static void a_process_has_its_own(void **state)
{
    (void)state;
    struct credentials mine;
    assert_true(credentials_read(getpid(), &mine));
    assert_int_equal(mine.real_uid, getuid());
    assert_int_equal(mine.uid, geteuid());
    assert_int_equal(mine.gid, getegid());
    assert_int_equal((int)mine.group_count, getgroups(0, NULL));
    credentials_finish(&mine);
    assert_false(credentials_read(INT32_MAX, &mine));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_owner_the_group_and_others_have_their_own_bits),
        cmocka_unit_test(the_first_class_that_fits_decides),
        cmocka_unit_test(the_capability_opens_all_but_what_nobody_executes),
        cmocka_unit_test(a_process_has_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
