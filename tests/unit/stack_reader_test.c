#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "preload/seccomp.h"
#include "preload/stack_reader.h"

#define PAGE 4096u

/* Below whatever the caller has on its stack: inlined, it would be above the caller's variables. */
__attribute__((noinline)) static uintptr_t here(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

static char *map_pages(size_t count)
{
    char *pages =
        mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    return pages;
}

static void owns_the_stack_from_sp_upwards(void **state)
{
    (void)state;
    struct stack_reader reader = {0};
    uintptr_t local = 42, word;
    stack_reader_begin(&reader, here());
    assert_true(stack_reader_owns(&reader, (uintptr_t)&local));
    assert_true(stack_reader_owns(&reader, here()));
    assert_true(stack_reader_word(&reader, (uintptr_t)&local, STACK_BY_GUESS, &word));
    assert_int_equal(word, 42);
}

/* Wherever the page's end comes to lie in the frame. */
static void does_so_at_every_place_in_a_page(void **state)
{
    for (unsigned bytes = 16; bytes <= PAGE; bytes += 16) {
        volatile char *room = __builtin_alloca(16);
        room[0] = 1;
        owns_the_stack_from_sp_upwards(state);
    }
}

/* Deeper, and then back: what is owned only grows. */
__attribute__((noinline)) static void go_deeper(struct stack_reader *reader, unsigned depth)
{
    volatile char room[2000];
    room[0] = 1;
    stack_reader_begin(reader, (uintptr_t)room);
    assert_true(stack_reader_owns(reader, (uintptr_t)room));
    if (depth)
        go_deeper(reader, depth - 1);
    room[1] = room[0];
}

static void follows_the_stack_down(void **state)
{
    (void)state;
    struct stack_reader reader = {0};
    go_deeper(&reader, 100);
    assert_true(reader.own_end - reader.own_start > 100 * 2000);
}

static void *in_a_thread(void *data)
{
    owns_the_stack_from_sp_upwards(NULL);
    follows_the_stack_down(NULL);
    return data;
}

static void knows_a_threads_stack(void **state)
{
    (void)state;
    pthread_t thread;
    void *result;
    assert_int_equal(pthread_create(&thread, NULL, in_a_thread, &result), 0);
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_ptr_equal(result, &result);
}

static void refuses_what_cannot_be_read(void **state)
{
    (void)state;
    struct stack_reader reader = {0};
    uintptr_t word = 7;
    char *pages = map_pages(2);
    assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
    stack_reader_begin(&reader, here());
    assert_true(stack_reader_word(&reader, (uintptr_t)pages, STACK_BY_TABLES, &word));
    assert_int_equal(word, 0);
    word = 7;
    errno = 0;
    assert_false(stack_reader_word(&reader, (uintptr_t)pages + PAGE, STACK_BY_TABLES, &word));
    assert_false(stack_reader_word(&reader, (uintptr_t)pages + 4, STACK_BY_TABLES, &word));
    assert_false(stack_reader_word(&reader, 0, STACK_BY_TABLES, &word));
    assert_false(stack_reader_word(&reader, UINTPTR_MAX - 7, STACK_BY_GUESS, &word));
    assert_false(stack_reader_word(&reader, (uintptr_t)1 << 63, STACK_BY_GUESS, &word));
    assert_int_equal(word, 7);
    assert_int_equal(errno, 0);
    munmap(pages, 2 * PAGE);
}

/* A guess may lead anywhere, and what could be read a moment ago may be gone. */
static void a_guess_is_tested_each_time(void **state)
{
    (void)state;
    struct stack_reader reader = {0};
    uintptr_t word;
    char *page = map_pages(1);
    assert_true(stack_reader_word(&reader, (uintptr_t)page, STACK_BY_GUESS, &word));
    munmap(page, PAGE);
    assert_false(stack_reader_word(&reader, (uintptr_t)page, STACK_BY_GUESS, &word));
}

/* Beyond a coroutine's stack, where nothing marks its end, there may be another mapping, for a
 * while. */
static void a_page_found_in_an_earlier_walk_is_tested_again(void **state)
{
    (void)state;
    struct stack_reader reader = {0};
    uintptr_t word;
    char *pages = map_pages(2);
    stack_reader_begin(&reader, here());
    stack_reader_begin(&reader, (uintptr_t)pages + 64);
    assert_true(stack_reader_word(&reader, (uintptr_t)pages + PAGE, STACK_BY_TABLES, &word));
    munmap(pages + PAGE, PAGE);
    stack_reader_begin(&reader, (uintptr_t)pages + 64);
    assert_true(stack_reader_word(&reader, (uintptr_t)pages + 64, STACK_BY_TABLES, &word));
    assert_false(stack_reader_word(&reader, (uintptr_t)pages + PAGE, STACK_BY_TABLES, &word));
    munmap(pages, PAGE);
}

static void another_stack_is_not_its_own(void **state)
{
    (void)state;
    struct stack_reader reader = {0};
    char *pages = map_pages(4);
    stack_reader_begin(&reader, here());
    uintptr_t start = reader.own_start, end = reader.own_end;
    stack_reader_begin(&reader, (uintptr_t)pages + 2 * PAGE);
    assert_false(stack_reader_owns(&reader, (uintptr_t)pages + 2 * PAGE));
    assert_int_equal(reader.own_start, start);
    assert_int_equal(reader.own_end, end);
    munmap(pages, 4 * PAGE);
}

static void nothing_is_tested_where_a_filter_kills_for_it(void **state)
{
    (void)state;
    struct stack_reader reader = {0};
    uintptr_t word;
    char *page = map_pages(1);
    uint64_t added = seccomp_add(seccomp_judge_strict());
    assert_false(stack_reader_word(&reader, (uintptr_t)page, STACK_BY_TABLES, &word));
    seccomp_drop(added);
    assert_true(stack_reader_word(&reader, (uintptr_t)page, STACK_BY_TABLES, &word));
    munmap(page, PAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(owns_the_stack_from_sp_upwards),
        cmocka_unit_test(does_so_at_every_place_in_a_page),
        cmocka_unit_test(follows_the_stack_down),
        cmocka_unit_test(knows_a_threads_stack),
        cmocka_unit_test(refuses_what_cannot_be_read),
        cmocka_unit_test(a_guess_is_tested_each_time),
        cmocka_unit_test(a_page_found_in_an_earlier_walk_is_tested_again),
        cmocka_unit_test(another_stack_is_not_its_own),
        cmocka_unit_test(nothing_is_tested_where_a_filter_kills_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
