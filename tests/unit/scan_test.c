#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "libcaulk/dump_format.h"
#include "preload/fault_guard.h"
#include "preload/scan.h"

#define BLOCK_WORDS 16

static struct block_table table;
static struct heap_blocks heap;
static struct maps maps;
static struct pagemap pagemap;
static uint64_t *first, *second; /* the blocks that pointers are sought to */
static char found[512];

static void note(void *context, const struct reference *reference)
{
    char one[64];
    snprintf(one, sizeof(one), "%tu:%u%s%.0lu ", reference->source - (uintptr_t)context,
             reference->target, reference->interior ? "+" : "", reference->target_offset);
    strcat(found, one);
}

static struct scan scan_of(void *memory)
{
    found[0] = '\0';
    static const struct ranges none;
    return (struct scan){
        .stale = &none,
        .heap = &heap,
        .maps = &maps,
        .pagemap = &pagemap,
        .found = note,
        .context = memory,
    };
}

static int start(void **state)
{
    (void)state;
    struct ranges none = {0};
    uint64_t *blocks = aligned_alloc(64, 2 * BLOCK_WORDS * sizeof(*blocks));
    first = memset(blocks, 0, 2 * BLOCK_WORDS * sizeof(*blocks));
    second = first + BLOCK_WORDS;
    struct block block = {.address = (uintptr_t)first, .bytes = BLOCK_WORDS * 8};
    block_table_init(&table, 4, false);
    block_table_insert(&table, &block);
    block.address = (uintptr_t)second;
    block_table_insert(&table, &block);
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    pagemap_init(&pagemap, proc);
    bool ready = heap_blocks_init(&heap, &table, &none) && maps_read(proc, &maps) == 0;
    close(proc);
    return ready ? 0 : -1;
}

static void test_exact_interior_and_neither(void **state)
{
    (void)state;
    uint64_t words[8] = {0};
    words[1] = (uintptr_t)first;
    words[2] = (uintptr_t)second + 16;
    words[3] = (uintptr_t)second + BLOCK_WORDS * 8; /* past the end */
    words[4] = (uintptr_t)first | 1ull << 63;
    words[5] = (uintptr_t)second;
    struct scan scan = scan_of(words);
    scan_range(&scan, (uintptr_t)words, (uintptr_t)(words + 8), SCAN_ALL);
    assert_string_equal(found, "8:0 16:1+16 40:1 ");
    assert_false(scan.partial);
}

static void test_only_whole_aligned_words(void **state)
{
    (void)state;
    uint64_t words[3] = {(uintptr_t)first, (uintptr_t)second, (uintptr_t)first};
    struct scan scan = scan_of(words);
    scan_range(&scan, (uintptr_t)words + 1, (uintptr_t)words + 23, SCAN_ALL);
    assert_string_equal(found, "8:1 ");
}

static void test_marked_pointers(void **state)
{
    (void)state;
    uint64_t words[1] = {(uintptr_t)first | 1};
    struct scan scan = scan_of(words);
    scan.untag = true;
    scan_range(&scan, (uintptr_t)words, (uintptr_t)(words + 1), SCAN_ALL);
    assert_string_equal(found, "0:0 ");
}

static uint64_t *map_pages(size_t count, int flags, int fd)
{
    void *pages =
        mmap(NULL, count * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | flags, fd, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    return pages;
}

static void test_pages_that_were_closed_are_opened(void **state)
{
    (void)state;
    fault_guard_init();
    uint64_t *words = map_pages(3, MAP_ANONYMOUS, -1);
    words[PAGE_BYTES / 8 - 1] = (uintptr_t)first;
    words[PAGE_BYTES / 8 + 1] = (uintptr_t)second;
    words[2 * PAGE_BYTES / 8] = (uintptr_t)first;
    mprotect((char *)words + PAGE_BYTES, PAGE_BYTES, PROT_NONE);
    struct scan scan = scan_of(words);
    scan_range(&scan, (uintptr_t)words, (uintptr_t)words + 3 * PAGE_BYTES, SCAN_ALL);
    assert_string_equal(found, "4088:0 4104:1 8192:0 ");
    assert_false(scan.partial);
    munmap(words, 3 * PAGE_BYTES);
}

/* A file that was cut short under its mapping. */
static void test_unreadable_pages_are_stepped_over(void **state)
{
    (void)state;
    fault_guard_init();
    int file = memfd_create("short", 0);
    assert_int_equal(ftruncate(file, 3 * PAGE_BYTES), 0);
    uint64_t *words = map_pages(3, 0, file);
    words[PAGE_BYTES / 8 - 1] = (uintptr_t)first;
    assert_int_equal(ftruncate(file, 2 * PAGE_BYTES), 0);
    words[PAGE_BYTES / 8 + 1] = (uintptr_t)second;
    close(file);
    struct scan scan = scan_of(words);
    scan_range(&scan, (uintptr_t)words, (uintptr_t)words + 3 * PAGE_BYTES, SCAN_ALL);
    assert_string_equal(found, "4088:0 4104:1 ");
    assert_true(scan.partial);
    munmap(words, 3 * PAGE_BYTES);
}

static void put(char *at, const void *pointer)
{
    memcpy(at, &pointer, sizeof(pointer));
}

/* Operands begin anywhere, and may end where the memory does. */
static void test_operands_of_code(void **state)
{
    (void)state;
    fault_guard_init();
    int file = memfd_create("short", 0);
    assert_int_equal(ftruncate(file, 3 * PAGE_BYTES), 0);
    char *code = (char *)map_pages(3, 0, file);
    put(code + 3, first);
    put(code + 11, second);
    put(code + 21, (char *)second + 1);
    put(code + PAGE_BYTES - 3, first);
    put(code + 2 * PAGE_BYTES - 8, second);
    assert_int_equal(ftruncate(file, 2 * PAGE_BYTES), 0);
    close(file);
    struct scan scan = scan_of(code);
    scan.code = true;
    scan_range(&scan, (uintptr_t)code, (uintptr_t)code + 2 * PAGE_BYTES, SCAN_ALL);
    const char *all = "0:0 8:1 16:1+1 4088:0 8184:1 ";
    assert_string_equal(found, all);
    assert_false(scan.partial);
    found[0] = '\0';
    scan_range(&scan, (uintptr_t)code, (uintptr_t)code + 3 * PAGE_BYTES, SCAN_ALL);
    assert_string_equal(found, all);
    assert_true(scan.partial);
    munmap(code, 3 * PAGE_BYTES);
}

static void test_untouched_pages_stay_untouched(void **state)
{
    (void)state;
    fault_guard_init();
    uint64_t *words = map_pages(2, MAP_ANONYMOUS, -1);
    uintptr_t pages = (uintptr_t)words;
    words[1] = (uintptr_t)first;
    struct scan scan = scan_of(words);
    scan_range(&scan, pages, pages + 2 * PAGE_BYTES, SCAN_TOUCHED);
    assert_string_equal(found, "8:0 ");
    pagemap.pages = 0; /* look anew */
    assert_int_equal(pagemap_resident(&pagemap, pages, pages + 2 * PAGE_BYTES), PAGE_BYTES);
    munmap(words, 2 * PAGE_BYTES);
}

static unsigned witnesses_of(size_t offset)
{
    struct scan scan = scan_of(NULL);
    struct reference reference;
    assert_true(scan_word(&scan, (uintptr_t)first + offset, 0, &reference));
    assert_true(reference.interior);
    return reference.witnesses;
}

static void test_witnesses(void **state)
{
    (void)state;
    size_t bytes = BLOCK_WORDS * 8;
    first[0] = 0;
    assert_int_equal(witnesses_of(8), 0);
    first[0] = bytes - 8;
    assert_int_equal(witnesses_of(8), DUMP_WITNESS_LENGTH64 | DUMP_WITNESS_NEWARRAY);
    first[0] = 3;
    assert_int_equal(witnesses_of(8), DUMP_WITNESS_NEWARRAY);
    first[0] = 7;
    assert_int_equal(witnesses_of(8), 0);
    first[0] = 10, first[1] = bytes - 25;
    assert_int_equal(witnesses_of(24), DUMP_WITNESS_STDSTRING);
    first[0] = bytes;
    assert_int_equal(witnesses_of(24), 0);
}

static void *const virtual_table[] = {0, 0, (void *)&note};

static void test_second_base(void **state)
{
    (void)state;
    first[0] = first[2] = (uintptr_t)&virtual_table;
    assert_int_equal(witnesses_of(16), DUMP_WITNESS_MULTIPLE_INHERITANCE);
    first[2] = (uintptr_t)second;
    assert_int_equal(witnesses_of(16), 0);
}

static void clear(void)
{
    memset(first, 0, BLOCK_WORDS * sizeof(*first));
}

static void test_own_start_beside_the_place(void **state)
{
    (void)state;
    clear();
    first[7] = (uintptr_t)first;
    assert_int_equal(witnesses_of(64), DUMP_WITNESS_CONTENTS);
    assert_int_equal(witnesses_of(8 * 15), DUMP_WITNESS_CONTENTS);
    assert_int_equal(witnesses_of(8), DUMP_WITNESS_CONTENTS);
    first[7] = (uintptr_t)first + 8;
    assert_int_equal(witnesses_of(64), 0);
    first[2] = (uintptr_t)first;
    assert_int_equal(witnesses_of(80), DUMP_WITNESS_CONTENTS);
    assert_int_equal(witnesses_of(88), 0);
}

static void test_heads_of_empty_lists(void **state)
{
    (void)state;
    clear();
    first[0] = first[1] = (uintptr_t)first; /* first and last, or next and previous */
    assert_int_equal(witnesses_of(32), 0);
    first[0] = 0; /* no first; where the next one is to be noted */
    assert_int_equal(witnesses_of(32), 0);
    first[0] = 64; /* a chunk's bytes, and its block */
    assert_int_equal(witnesses_of(32), DUMP_WITNESS_CONTENTS);
}

static void test_length_before_the_place(void **state)
{
    (void)state;
    clear();
    first[0] = 42, first[1] = BLOCK_WORDS * 8 - 16;
    assert_int_equal(witnesses_of(16), DUMP_WITNESS_CONTENTS);
    assert_int_equal(witnesses_of(24), 0);
    first[1] = 0, first[2] = BLOCK_WORDS * 8 - 80;
    assert_int_equal(witnesses_of(80), DUMP_WITNESS_CONTENTS);
    first[1] = BLOCK_WORDS * 8 - 80, first[2] = 0; /* too far before it */
    assert_int_equal(witnesses_of(80), 0);
}

/* As hashbrown has them: the states of 16 slots or more at `offset`, every third one taken. */
static void fill_states(size_t offset, size_t slots)
{
    uint8_t *states = (uint8_t *)first + offset;
    clear();
    memset(states, 0xff, slots + 16);
    for (size_t i = 0; i < slots; i += 3)
        states[i] = (uint8_t)i;
    memcpy(states + slots, states, 16);
}

static void test_hash_tables(void **state)
{
    (void)state;
    fill_states(80, 32);
    assert_int_equal(witnesses_of(80), DUMP_WITNESS_CONTENTS);
    assert_int_equal(witnesses_of(96), 0);
    ((uint8_t *)first)[80 + 32] ^= 1; /* not the same once more */
    assert_int_equal(witnesses_of(80), 0);
    memset((uint8_t *)first + 80, 0, 48); /* no slot is free */
    assert_int_equal(witnesses_of(80), 0);
    fill_states(96, 16);
    assert_int_equal(witnesses_of(96), DUMP_WITNESS_CONTENTS);
    clear();
    assert_int_equal(witnesses_of(112), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_interior_and_neither),
        cmocka_unit_test(test_only_whole_aligned_words),
        cmocka_unit_test(test_marked_pointers),
        cmocka_unit_test(test_pages_that_were_closed_are_opened),
        cmocka_unit_test(test_unreadable_pages_are_stepped_over),
        cmocka_unit_test(test_operands_of_code),
        cmocka_unit_test(test_untouched_pages_stay_untouched),
        cmocka_unit_test(test_witnesses),
        cmocka_unit_test(test_second_base),
        cmocka_unit_test(test_own_start_beside_the_place),
        cmocka_unit_test(test_heads_of_empty_lists),
        cmocka_unit_test(test_length_before_the_place),
        cmocka_unit_test(test_hash_tables),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
