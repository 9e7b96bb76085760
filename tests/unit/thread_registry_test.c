#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/thread_registry.h"

static void *start(void *argument)
{
    return argument;
}

static size_t count(enum thread_entry_state state)
{
    size_t found = 0;
    const struct thread_entry *entry;
    for (size_t cursor = 0; (entry = thread_registry_next(&cursor));)
        found += entry->state == state;
    return found;
}

static struct thread_entry *running(pthread_t thread)
{
    struct thread_entry *entry = thread_registry_add(start, &entry);
    assert_non_null(entry);
    thread_registry_begin(entry, thread, 0x1000, 0x2000);
    return entry;
}

static int forget_all(void **state)
{
    (void)state;
    thread_registry_keep_only(NULL);
    return 0;
}

static void a_life_from_creation_to_join(void **state)
{
    (void)state;
    struct thread_entry *entry = thread_registry_add(start, state);
    assert_int_equal(entry->state, THREAD_ENTRY_CREATED);
    assert_ptr_equal(entry->argument, state);
    thread_registry_begin(entry, 77, 0x1000, 0x2000);
    assert_int_equal(entry->state, THREAD_ENTRY_RUNNING);
    assert_int_equal(entry->tid, gettid());
    thread_registry_end(entry);
    assert_int_equal(entry->state, THREAD_ENTRY_ENDED);
    thread_registry_joined(78);
    assert_int_equal(entry->state, THREAD_ENTRY_ENDED);
    thread_registry_joined(77);
    assert_int_equal(entry->state, THREAD_ENTRY_JOINED);
}

static void a_detached_thread_needs_no_join(void **state)
{
    (void)state;
    struct thread_entry *before = running(1), *after = running(2);
    thread_registry_detach(1);
    thread_registry_end(before);
    assert_int_equal(before->state, THREAD_ENTRY_JOINED);
    thread_registry_end(after);
    thread_registry_detach(2);
    assert_int_equal(after->state, THREAD_ENTRY_JOINED);
}

static void a_successor_takes_the_control_block_over(void **state)
{
    (void)state;
    struct thread_entry *first = running(5);
    thread_registry_end(first);
    thread_registry_joined(5);
    struct thread_entry *second = running(5);
    assert_int_equal(count(THREAD_ENTRY_JOINED), 0);
    assert_int_equal(count(THREAD_ENTRY_RUNNING), 1);
    thread_registry_end(second);
    thread_registry_joined(5);
    assert_int_equal(count(THREAD_ENTRY_JOINED), 1);
}

static void a_thread_that_was_not_created_leaves_nothing(void **state)
{
    (void)state;
    thread_registry_drop(thread_registry_add(start, NULL));
    assert_int_equal(count(THREAD_ENTRY_CREATED), 0);
}

static void a_forked_child_has_its_own_thread_only(void **state)
{
    (void)state;
    for (pthread_t i = 1; i < 1000; i++)
        running(i);
    struct thread_entry *own = running(1000);
    thread_registry_keep_only(own);
    assert_int_equal(count(THREAD_ENTRY_RUNNING), 1);
    assert_int_equal(own->state, THREAD_ENTRY_RUNNING);
}

static void detached_before_it_began(void **state)
{
    (void)state;
    struct thread_entry *first = thread_registry_add(start, NULL);
    struct thread_entry *second = thread_registry_add(start, NULL);
    thread_registry_detach(20);
    thread_registry_begin(second, 21, 0, 0);
    thread_registry_begin(first, 20, 0, 0);
    thread_registry_end(first);
    thread_registry_end(second);
    assert_int_equal(first->state, THREAD_ENTRY_JOINED);
    assert_int_equal(second->state, THREAD_ENTRY_ENDED);
    struct thread_entry *successor = running(20); /* is not detached for that */
    thread_registry_end(successor);
    assert_int_equal(successor->state, THREAD_ENTRY_ENDED);
}

static void a_stranger_is_not_remembered(void **state)
{
    (void)state;
    thread_registry_detach(30); /* nobody was created */
    struct thread_entry *entry = running(30);
    thread_registry_end(entry);
    assert_int_equal(entry->state, THREAD_ENTRY_ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_life_from_creation_to_join, forget_all),
        cmocka_unit_test_teardown(a_detached_thread_needs_no_join, forget_all),
        cmocka_unit_test_teardown(a_successor_takes_the_control_block_over, forget_all),
        cmocka_unit_test_teardown(a_thread_that_was_not_created_leaves_nothing, forget_all),
        cmocka_unit_test_teardown(a_forked_child_has_its_own_thread_only, forget_all),
        cmocka_unit_test_teardown(detached_before_it_began, forget_all),
        cmocka_unit_test_teardown(a_stranger_is_not_remembered, forget_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
