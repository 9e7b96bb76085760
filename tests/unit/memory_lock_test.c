#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "preload/memory_lock.h"
#include "preload/pages.h"

/* AddressSanitizer's shadow is as large as the address space: nothing to be locked. */
#ifdef __SANITIZE_ADDRESS__
#define CAN_LOCK false
#else
#define CAN_LOCK true
#endif

#define TABLE_BYTES ((size_t)256 << 20)

static size_t locked_kilobytes(void)
{
    char line[256];
    size_t kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    assert_non_null(status);
    while (fgets(line, sizeof(line), status))
        sscanf(line, "VmLck: %zu", &kilobytes);
    fclose(status);
    return kilobytes;
}

static void the_program_is_locked_and_the_tracker_is_not(void **state)
{
    (void)state;
    bool tried = false;
    if (!CAN_LOCK)
        skip();
    char *table = pages_map(TABLE_BYTES);
    assert_non_null(table);
    int error = memory_lock_current(0, &tried);
    assert_true(tried);
    if (error == ENOMEM || error == EPERM) /* not privileged, and the limit is small */
        skip();
    assert_int_equal(error, 0);
    assert_true(locked_kilobytes() > 0);
    assert_true(locked_kilobytes() < TABLE_BYTES / 1024);
    munlockall();
    pages_unmap(table, TABLE_BYTES);
}

/* In a child without the privilege: as the kernel's mlockall, all or nothing. */
static int try_within(rlim_t limit)
{
    bool tried = false;
    struct rlimit lock = {limit, limit};
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_MEMLOCK, &lock);
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(99);
        int error = memory_lock_current(0, &tried);
        _exit(!tried || locked_kilobytes() != 0 ? 99 : error);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void a_limit_too_small_locks_nothing(void **state)
{
    (void)state;
    assert_int_equal(try_within(65536), ENOMEM);
    assert_int_equal(try_within(0), EPERM);
}

static void a_reserve_serves_later_mappings(void **state)
{
    (void)state;
    assert_true(pages_reserve(1 << 20));
    char *first = pages_map(4096), *second = pages_map(4096), *large = pages_map(2 << 20);
    assert_ptr_equal(second, first + 4096);
    assert_true(large >= first + (1 << 20) || large + (2 << 20) <= first);
    first[0] = second[4095] = large[0] = 1;
    pages_unmap(first, 4096);
    pages_unmap(second, 4096);
    pages_unmap(large, 2 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_is_locked_and_the_tracker_is_not),
        cmocka_unit_test(a_limit_too_small_locks_nothing),
        cmocka_unit_test(a_reserve_serves_later_mappings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
