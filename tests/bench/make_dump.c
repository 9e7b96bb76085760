/*
 * Makes dumps of any size, without a traced program: for benchmarks, and for tests of commands.
 *
 *     make_dump SHAPE BLOCKS FILE
 *     make_dump graph LINE FILE       a heap in the notation of tests/support/dump_builder.h
 *
 * Either may be followed by FIELD=NUMBER for what the process was like: pid, uptime (in seconds),
 * rss, in_use, free, tracker, stacks (in MiB), sampled (the mean bytes between two stacks).
 *
 * The same arguments always make the same file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dump_builder.h"

#define FIRST_BLOCK UINT64_C(0x7f0000001010)
#define BLOCK_DISTANCE 80u
#define LEAST_BYTES 40u
#define BYTES_SPREAD 32u
#define STACK_NODES 30000u
#define ROOT_REFS_ONE_IN 1000u
#define NEAR 64u

struct heap {
    struct dump_builder *builder;
    uint32_t blocks;
    uint32_t root;
    uint64_t random;
};

/* xorshift64: Marsaglia, Xorshift RNGs, 2003. */
static uint64_t next_random(struct heap *heap)
{
    heap->random ^= heap->random << 13;
    heap->random ^= heap->random >> 7;
    heap->random ^= heap->random << 17;
    return heap->random;
}

/* Stacks of about ten frames whose outer ones are common to many. */
static void add_stacks(struct heap *heap)
{
    for (uint32_t i = 0; i < STACK_NODES; i++)
        dump_builder_add_stack_node(heap->builder, i / 3, 0x400000 + next_random(heap) % 0xf0000);
}

static void add_blocks(struct heap *heap)
{
    for (uint32_t i = 0; i < heap->blocks; i++) {
        uint64_t random = next_random(heap);
        uint32_t spread = (uint32_t)(random >> 40) % STACK_NODES;
        const struct builder_block block = {
            .address = FIRST_BLOCK + (uint64_t)i * BLOCK_DISTANCE,
            .bytes = LEAST_BYTES + random % BYTES_SPREAD,
            .stack = 1 + (random & 1 ? spread : spread % 100),
            .birth = (uint32_t)((uint64_t)i * 1000 / heap->blocks),
        };
        dump_builder_add_block(heap->builder, &block);
    }
}

static void point(struct heap *heap, uint64_t source, unsigned word, uint64_t target)
{
    const struct builder_pointer edge = {
        .source = (uint32_t)source, .target = (uint32_t)target, .offset = word * 8};
    dump_builder_add_edge(heap->builder, &edge);
}

static void keep(struct heap *heap, uint64_t word, uint64_t block)
{
    const struct builder_pointer ref = {
        .source = heap->root, .target = (uint32_t)block, .offset = word * 8};
    dump_builder_add_ref(heap->builder, &ref);
}

static void shape_list(struct heap *heap)
{
    for (uint64_t i = 0; i + 1 < heap->blocks; i++)
        point(heap, i, 0, i + 1);
}

static void shape_ring(struct heap *heap)
{
    shape_list(heap);
    point(heap, heap->blocks - 1u, 0, 0);
}

static void shape_kept_list(struct heap *heap)
{
    shape_list(heap);
    keep(heap, 0, 0);
}

static void shape_doubly_linked(struct heap *heap)
{
    for (uint64_t i = 0; i < heap->blocks; i++) {
        point(heap, i, 0, (i + 1) % heap->blocks);
        point(heap, i, 1, (i + heap->blocks - 1) % heap->blocks);
    }
}

static void shape_tree(struct heap *heap)
{
    keep(heap, 0, 0);
    for (uint64_t i = 1; i < heap->blocks; i++)
        point(heap, (i - 1) / 2, (unsigned)((i - 1) % 2), i);
}

static void keep_some(struct heap *heap)
{
    for (uint64_t i = 0; i < heap->blocks; i += ROOT_REFS_ONE_IN)
        keep(heap, i / ROOT_REFS_ONE_IN, i);
}

/* Three pointers in each block, to anywhere. */
static void shape_random(struct heap *heap)
{
    for (uint64_t i = 0; i < heap->blocks; i++) {
        for (unsigned word = 0; word < 3; word++)
            point(heap, i, word, next_random(heap) % heap->blocks);
    }
    keep_some(heap);
}

/* Three pointers in each block, to blocks not far from it: what heaps look like. */
static void shape_local(struct heap *heap)
{
    for (uint64_t i = 0; i < heap->blocks; i++) {
        for (unsigned word = 0; word < 3; word++)
            point(heap, i, word,
                  (i + heap->blocks - NEAR / 2 + next_random(heap) % NEAR) % heap->blocks);
    }
    keep_some(heap);
}

/* Thousands of equal lost pairs. */
static void shape_pairs(struct heap *heap)
{
    for (uint64_t i = 0; i + 1 < heap->blocks; i += 2) {
        point(heap, i, 0, i + 1);
        point(heap, i + 1, 0, i);
    }
}

static void shape_single(struct heap *heap)
{
    (void)heap;
}

static const struct shape {
    const char *name;
    void (*make)(struct heap *heap);
    const char *what;
} shapes[] = {
    {"doubly", shape_doubly_linked, "one lost ring, linked both ways"},
    {"keptlist", shape_kept_list, "one list that a global points to"},
    {"list", shape_list, "one lost list"},
    {"local", shape_local, "3 pointers a block, to near ones; 1 in 1000 kept by a global"},
    {"pairs", shape_pairs, "lost pairs that hold each other"},
    {"random", shape_random, "3 pointers a block, to any; 1 in 1000 kept by a global"},
    {"ring", shape_ring, "one lost ring"},
    {"single", shape_single, "lost blocks without pointers"},
    {"tree", shape_tree, "a binary tree that a global points to"},
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static void usage(void)
{
    fprintf(stderr, "usage: make_dump SHAPE BLOCKS FILE [FIELD=NUMBER…]\n"
                    "       make_dump graph LINE FILE [FIELD=NUMBER…]\n");
    for (size_t i = 0; i < SHAPES; i++)
        fprintf(stderr, "  %-10s %s\n", shapes[i].name, shapes[i].what);
    exit(2);
}

static void make_shape(struct dump_builder *builder, const char *name, const char *count)
{
    size_t i = 0;
    while (i < SHAPES && strcmp(shapes[i].name, name))
        i++;
    struct heap heap = {.builder = builder,
                        .blocks = (uint32_t)strtoul(count, NULL, 10),
                        .random = 88172645463325252};
    if (i == SHAPES || !heap.blocks)
        usage();
    const struct dump_root root = {
        .kind = DUMP_ROOT_GLOBAL, .start = 0x600000, .bytes = (uint64_t)heap.blocks * 8};
    heap.root = dump_builder_add_root(builder, &root, "");
    add_stacks(&heap);
    add_blocks(&heap);
    shapes[i].make(&heap);
}

#define SECOND UINT64_C(1000000000)
#define MIB (UINT64_C(1) << 20)

static void set_field(struct dump_process *process, const char *name, uint64_t number)
{
    const struct {
        const char *name;
        uint64_t *field, unit;
    } fields[] = {
        {"uptime", &process->uptime_ns, SECOND},       {"rss", &process->rss_bytes, MIB},
        {"in_use", &process->in_use_bytes, MIB},       {"stacks", &process->stacks_bytes, MIB},
        {"free", &process->allocator_free_bytes, MIB}, {"tracker", &process->tracker_bytes, MIB},
    };
    if (strcmp(name, "pid") == 0) {
        process->pid = (uint32_t)number;
        return;
    }
    if (strcmp(name, "sampled") == 0) {
        process->stacks_mode = DUMP_STACKS_SAMPLED;
        process->sample_bytes = number;
        return;
    }
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (strcmp(name, fields[i].name) == 0) {
            *fields[i].field = number * fields[i].unit;
            return;
        }
    usage();
}

static void set_fields(struct dump_process *process, char **words)
{
    for (; *words; words++) {
        char *number = strchr(*words, '=');
        if (!number)
            usage();
        *number = '\0';
        set_field(process, *words, strtoull(number + 1, NULL, 10));
    }
}

int main(int argc, char **argv)
{
    if (argc < 4)
        usage();
    struct dump_builder *builder = dump_builder_create();
    if (!strcmp(argv[1], "graph"))
        dump_builder_add_graph(builder, argv[2]);
    else
        make_shape(builder, argv[1], argv[2]);
    struct dump_process *process = dump_builder_process(builder);
    set_fields(process, argv + 4);
    process->tick = (uint32_t)(process->uptime_ns / process->tick_ns);
    struct dump_image image = dump_builder_image(builder);
    dump_builder_destroy(builder);
    dump_image_write(&image, argv[3]);
    free(image.bytes);
    return 0;
}
