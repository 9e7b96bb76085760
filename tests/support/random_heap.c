#include "tests/support/random_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "preload/annotations.h"
#include "preload/tracker.h"
#include "tests/support/own_dump.h"

#define BLOCKS RANDOM_HEAP_BLOCKS
#define ROOTS RANDOM_HEAP_ROOTS
#define SINGLE_ROOTS (sizeof(single_root) / sizeof(single_root[0]))

static void *hidden[BLOCKS]; /* hide()n */
static size_t bytes_of[BLOCKS];
static void *roots[ROOTS];
static void *first_root, *second_root, *third_root, *fourth_root;
static void **const single_root[] = {&first_root, &second_root, &third_root, &fourth_root};
static uint32_t random_state, sites;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(random_state >> 8) * limit >> 24);
}

static char *block_of(uint32_t number)
{
    return hide(hidden[number]);
}

static uint32_t site_of(uint32_t number)
{
    return stack_table_intern(&tracker.stacks,
                              stack_table_intern(&tracker.stacks, 0, OWN_DUMP_CALLER),
                              0x2000 + number % sites * 16);
}

static void create(uint32_t number)
{
    size_t bytes = random_below(10) ? 80 + random_below(100) : random_below(80);
    struct block record = {
        .address = (uintptr_t)calloc(1, bytes),
        .bytes = bytes,
        .stack = site_of(number),
        .birth = random_below(OWN_DUMP_TICK),
    };
    assert_true(block_table_insert(&tracker.blocks, &record));
    hidden[number] = hide((void *)record.address);
    bytes_of[number] = bytes;
}

/* Of site 1 nearly all pointers are to offset 16; those to others are exact or anywhere. */
static void *pointer_to(uint32_t number)
{
    char *block = block_of(number);
    if (number % sites == 1)
        return block + (random_below(30) || bytes_of[number] < 32 ? 16 : 24);
    return random_below(3) || bytes_of[number] < 64 ? block : block + 8 + random_below(40);
}

static void connect(uint32_t from, uint32_t to)
{
    size_t words = bytes_of[from] / sizeof(void *);
    if (words)
        ((void **)block_of(from))[random_below((uint32_t)words)] = pointer_to(to);
}

static void annotate(enum annotation_kind kind, uint32_t number, uint32_t other)
{
    struct annotation annotation = {
        .kind = kind,
        .address = (uintptr_t)block_of(number),
        .other = (uintptr_t)block_of(other),
        .text = number % 2 ? "odd" : "even",
    };
    assert_true(annotations_add(&annotation));
}

static void carve(uint32_t pool)
{
    struct annotation inner = {
        .kind = ANNOTATION_CUSTOM,
        .address = (uintptr_t)block_of(pool) + 32,
        .bytes = 40,
        .stack = site_of(pool),
    };
    if (bytes_of[pool] >= 80)
        assert_true(annotations_add(&inner));
}

__attribute__((noinline)) void random_heap_build(const struct random_heap *heap)
{
    random_state = heap->seed;
    sites = heap->sites;
    for (uint32_t i = 0; i < BLOCKS; i++)
        create(i);
    for (uint32_t i = 0; i < heap->edges; i++)
        connect(random_below(BLOCKS), random_below(BLOCKS));
    for (uint32_t i = 0; i < ROOTS; i++)
        roots[i] = random_below(2) ? pointer_to(random_below(BLOCKS)) : NULL;
    for (uint32_t i = 0; i < SINGLE_ROOTS; i++)
        *single_root[i] = pointer_to(random_below(BLOCKS));
    for (uint32_t i = 0; i < heap->annotations; i++) {
        annotate(ANNOTATION_LABEL, random_below(BLOCKS), 0);
        annotate(ANNOTATION_IGNORE, random_below(BLOCKS), 0);
        annotate(ANNOTATION_OWN, random_below(BLOCKS), random_below(BLOCKS));
        carve(random_below(BLOCKS));
    }
}

void random_heap_clear(void)
{
    memset(roots, 0, sizeof(roots));
    for (uint32_t i = 0; i < SINGLE_ROOTS; i++)
        *single_root[i] = NULL;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        if (annotations_any())
            annotations_forget((uintptr_t)block_of(i), bytes_of[i] ? bytes_of[i] : 1);
        drop(block_of(i));
    }
}
