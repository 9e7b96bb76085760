#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "preload/block_regions.h"
#include "preload/block_slot.h"
#include "preload/pagemap.h"
#include "preload/pages.h"
#include "preload/proc.h"

#define FIRST ((uintptr_t)0x500000000000) /* a region starts here */

static struct block_table make(unsigned granule_bits, bool low)
{
    struct block_table table;
    assert_true(block_table_init(&table, granule_bits, low));
    return table;
}

static void insert(struct block_table *table, uintptr_t address, size_t bytes)
{
    assert_true(block_table_insert(table, &(struct block){address, bytes, 1, 1}));
}

static void remove_block(struct block_table *table, uintptr_t address)
{
    struct block block;
    assert_true(block_table_remove(table, address, &block));
}

static bool is_there(const struct block_table *table, uintptr_t address, size_t bytes)
{
    struct block block;
    return block_table_find(table, address, &block) && block.bytes == bytes;
}

static bool is_mapped(const struct block_table *table, unsigned plane, uintptr_t address)
{
    return block_region_at(table, plane, address) != NULL;
}

/* Between them the program may do what it likes. */
static struct block_regions_empty begin_dump(struct block_table *table)
{
    struct block_regions_empty empty = {{0}};
    block_regions_wake_all(table);
    block_regions_find_empty(table, &empty);
    block_regions_rest(table);
    return empty;
}

static void dump(struct block_table *table)
{
    struct block_regions_empty empty = begin_dump(table);
    block_regions_give_back(table, &empty);
}

static void what_is_empty_goes_and_comes_again(void **state)
{
    (void)state;
    for (unsigned low = 0; low < 2; low++) {
        struct block_table table = make(5, low);
        insert(&table, FIRST + 64, 100);
        insert(&table, FIRST + BLOCK_REGION_BYTES, 20);
        dump(&table);
        remove_block(&table, FIRST + 64);
        assert_true(is_mapped(&table, 0, FIRST));
        dump(&table);
        assert_false(is_mapped(&table, 0, FIRST));
        assert_true(is_there(&table, FIRST + BLOCK_REGION_BYTES, 20));
        insert(&table, FIRST + 64, 30);
        dump(&table);
        assert_true(is_there(&table, FIRST + 64, 30));
    }
}

static void what_is_needed_meanwhile_stays(void **state)
{
    (void)state;
    struct block_table table = make(4, false);
    insert(&table, FIRST, 10);
    insert(&table, FIRST + 8, 5); /* in the other plane */
    insert(&table, FIRST + BLOCK_REGION_BYTES, 500);
    remove_block(&table, FIRST);
    remove_block(&table, FIRST + 8);
    struct block_regions_empty empty = begin_dump(&table);
    assert_false(is_mapped(&table, 0, FIRST));
    insert(&table, FIRST + 32, 77);
    assert_true(is_there(&table, FIRST + BLOCK_REGION_BYTES, 500));
    remove_block(&table, FIRST + BLOCK_REGION_BYTES);
    block_regions_give_back(&table, &empty);
    assert_true(is_there(&table, FIRST + 32, 77));
    assert_false(is_mapped(&table, 1, FIRST));
    assert_false(is_there(&table, FIRST + BLOCK_REGION_BYTES, 500));
}

/* A dump that fails finds nothing empty. */
static void what_was_not_looked_at_stays(void **state)
{
    (void)state;
    struct block_table table = make(5, false);
    insert(&table, FIRST, 10);
    remove_block(&table, FIRST);
    block_regions_rest(&table);
    block_regions_give_back(&table, &(struct block_regions_empty){{0}});
    assert_true(is_mapped(&table, 0, FIRST));
}

/* The last block of one region has its size in the next. */
static void a_size_keeps_its_region(void **state)
{
    (void)state;
    for (unsigned low = 0; low < 2; low++) {
        const uintptr_t last = FIRST + BLOCK_REGION_BYTES - 32;
        const size_t bytes = (size_t)5 << 32;
        struct block_table table = make(5, low);
        insert(&table, last, bytes);
        dump(&table);
        assert_true(is_there(&table, last, bytes));
        remove_block(&table, last);
        dump(&table);
        assert_false(is_mapped(&table, 0, FIRST));
        assert_false(is_mapped(&table, 0, FIRST + BLOCK_REGION_BYTES));
    }
}

static void memory_is_given_back(void **state)
{
    (void)state;
    static struct page_range ranges[70000];
    struct block_table table = make(5, false);
    size_t before = pages_ranges(ranges, 70000);
    for (unsigned round = 0; round < 3; round++) {
        for (uintptr_t i = 0; i < 8; i++)
            insert(&table, FIRST + i * BLOCK_REGION_BYTES, 10);
        assert_int_equal(pages_ranges(ranges, 70000), before + 8);
        for (uintptr_t i = 0; i < 8; i++)
            remove_block(&table, FIRST + i * BLOCK_REGION_BYTES);
        dump(&table);
        assert_int_equal(pages_ranges(ranges, 70000), before);
    }
}

/* More than there are records for: those beyond stay, and lose nothing. */
static void too_many_regions_stay(void **state)
{
    (void)state;
    struct block_table table = make(5, true);
    const uintptr_t beyond = FIRST + (uintptr_t)BLOCK_REGIONS_MAX * BLOCK_REGION_BYTES;
    for (uintptr_t i = 0; i < BLOCK_REGIONS_MAX; i++)
        insert(&table, FIRST + i * BLOCK_REGION_BYTES, 10);
    insert(&table, beyond, 11);
    dump(&table);
    assert_true(is_there(&table, FIRST, 10));
    assert_true(is_there(&table, beyond, 11));
    remove_block(&table, beyond);
    dump(&table);
    assert_true(is_mapped(&table, 0, beyond));
}

/* The slots' memory that the kernel has given, by the page. */
static uint64_t resident(const struct block_table *table, uintptr_t address)
{
    struct pagemap pagemap;
    uintptr_t slots = (uintptr_t)block_region_at(table, 0, address);
    int proc = proc_open_self();
    pagemap_init(&pagemap, proc);
    uint64_t bytes = pagemap_resident(&pagemap, slots, slots + block_region_slots_bytes(table));
    close(pagemap.fd);
    close(proc);
    return bytes;
}

static void what_was_never_touched_is_not_read(void **state)
{
    (void)state;
    const uintptr_t places[] = {FIRST + 4096, FIRST + BLOCK_REGION_BYTES / 2 - 32,
                                FIRST + BLOCK_REGION_BYTES - 32, FIRST + 5 * BLOCK_REGION_BYTES};
    enum { PLACES = sizeof(places) / sizeof(places[0]) };
    for (unsigned low = 0; low < 2; low++) {
        struct block_table table = make(4, low);
        struct pagemap pagemap;
        struct block block;
        uintptr_t cursor = 0;
        int proc = proc_open_self();
        for (unsigned i = 0; i < PLACES; i++)
            insert(&table, places[i], 20);
        pagemap_init(&pagemap, proc);
        block_regions_note_untouched(&table, &pagemap);
        close(pagemap.fd);
        close(proc);
        for (unsigned i = 0; i < PLACES; i++) {
            assert_true(block_table_next(&table, &cursor, &block));
            assert_int_equal(block.address, places[i]);
        }
        assert_false(block_table_next(&table, &cursor, &block));
        assert_in_range(resident(&table, FIRST), 1, 3 * BLOCK_PAGE_BYTES);
    }
}

#define THREADS 3
#define ROUNDS 5000u

struct worker {
    struct block_table *table;
    pthread_rwlock_t *stopped;
    unsigned number;
};

/* Blocks of its own in regions that all threads use; none may be lost. Holds the lock for reading
 * where a thread is inside the tracker. */
static void *work(void *data)
{
    struct worker *worker = data;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uintptr_t address = FIRST + i % 2 * BLOCK_REGION_BYTES + worker->number * 4096;
        pthread_rwlock_rdlock(worker->stopped);
        insert(worker->table, address, i);
        pthread_rwlock_unlock(worker->stopped);
        pthread_rwlock_rdlock(worker->stopped);
        assert_true(is_there(worker->table, address, i));
        remove_block(worker->table, address);
        pthread_rwlock_unlock(worker->stopped);
    }
    return NULL;
}

static void threads_lose_nothing(void **state)
{
    (void)state;
    struct block_table table = make(5, false);
    pthread_rwlock_t stopped;
    pthread_rwlockattr_t writers_first;
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    pthread_rwlockattr_init(&writers_first);
    pthread_rwlockattr_setkind_np(&writers_first, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&stopped, &writers_first);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){&table, &stopped, i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < 40; i++) {
        pthread_rwlock_wrlock(&stopped);
        struct block_regions_empty empty = begin_dump(&table);
        pthread_rwlock_unlock(&stopped);
        block_regions_give_back(&table, &empty);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_empty_goes_and_comes_again),
        cmocka_unit_test(what_is_needed_meanwhile_stays),
        cmocka_unit_test(what_was_not_looked_at_stays),
        cmocka_unit_test(a_size_keeps_its_region),
        cmocka_unit_test(memory_is_given_back),
        cmocka_unit_test(too_many_regions_stay),
        cmocka_unit_test(what_was_never_touched_is_not_read),
        cmocka_unit_test(threads_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
