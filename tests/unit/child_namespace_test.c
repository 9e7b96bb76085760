/* Before and after a thread's next child belongs to a namespace of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/child_namespace.h"

enum { CANNOT_UNSHARE = 1, BEFORE = 2, AFTER = 4, WITH_CHILD = 8 };

static int look(void)
{
    int seen = child_namespace_is_empty() ? BEFORE : 0;
    if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
        return CANNOT_UNSHARE;
    seen |= child_namespace_is_empty() ? AFTER : 0;
    pid_t first = fork();
    if (first == 0)
        pause();
    seen |= child_namespace_is_empty() ? WITH_CHILD : 0;
    kill(first, SIGKILL);
    waitpid(first, NULL, 0);
    return seen;
}

static void only_until_the_first_child(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(look());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CANNOT_UNSHARE)
        skip();
    assert_int_equal(WEXITSTATUS(status), AFTER);
}

static void *look_in_thread(void *ret_seen)
{
    *(int *)ret_seen = look();
    return NULL;
}

/* Each thread has its own. */
static void another_threads_is_its_own(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        int seen = -1;
        pthread_create(&thread, NULL, look_in_thread, &seen);
        pthread_join(thread, NULL);
        _exit(child_namespace_is_empty() ? -1 : seen);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CANNOT_UNSHARE)
        skip();
    assert_int_equal(WEXITSTATUS(status), AFTER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_until_the_first_child),
        cmocka_unit_test(another_threads_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
