/* Verdicts: tables of one-line heaps, and random heaps against the definitions read literally. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/verdicts.h"
#include "tests/support/dump_builder.h"
#include "tests/support/judged_heap.h"

/* One letter a block: d i p r s. */
static void kinds_of(const char *line, char *ret_kinds, size_t size)
{
    struct judged_heap heap;
    judged_heap_of(&heap, line);
    struct dump *dump = heap.dump;
    assert_true(dump->block_count < size);
    for (uint32_t b = 0; b < dump->block_count; b++)
        ret_kinds[b] = block_kind_name(verdicts_kind(&heap.verdicts, b))[0];
    ret_kinds[dump->block_count] = '\0';
    judged_heap_finish(&heap);
}

struct expectation {
    const char *line, *kinds;
};

static void check(const struct expectation *table, size_t count)
{
    char kinds[256];
    for (size_t i = 0; i < count; i++) {
        kinds_of(table[i].line, kinds, sizeof(kinds));
        if (strcmp(kinds, table[i].kinds) != 0)
            fail_msg("%s: %s instead of %s", table[i].line, kinds, table[i].kinds);
    }
}
#define CHECK(table) check(table, sizeof(table) / sizeof(*(table)))

/* Memcheck's manual, "Memory leak detection": blocks A and B are 0 and 1; -?-> is interior. */
static void valgrinds_nine_cases(void **state)
{
    (void)state;
    static const struct expectation table[] = {
        {"r>0", "r"},        {"r>0 0>1", "rr"},     {"0", "d"},
        {"0>1", "di"},       {"r>0+8", "p"},        {"r>0 0>1+8", "rp"},
        {"r>0+8 0>1", "pp"}, {"r>0+8 0>1+8", "pp"}, {"0>1+8", "di"},
    };
    CHECK(table);
}

static void chains_from_roots(void **state)
{
    (void)state;
    static const struct expectation table[] = {
        {"stack>0 0>1 1>2", "rrr"},
        {"r>0+8 r>0", "r"},                      /* one exact chain is enough */
        {"r>0 0>1+8 0>2 2>1", "rrr"},            /* also where another is shorter */
        {"r>0 0>1+8 1>2 2>0 2>3", "rppp"},       /* an exact pointer behind an interior one */
        {"r>0+64", "p"},                         /* the last byte */
        {"r>0+8s r>1+8l r>2+8n r>3+8m", "rrrr"}, /* witnesses */
        {"r>0 0=1 1>2", "rrr"},                  /* declared */
        {"0!runtime 0>1 0>2+8", "rrp"},
    };
    CHECK(table);
}

static void lost_blocks(void **state)
{
    (void)state;
    static const struct expectation table[] = {
        {"0>1 1>2", "dii"},
        {"0>1 1>0", "dd"},
        {"0>1 1>2 2>1", "dii"},          /* a cycle that a head owns */
        {"0>1 1>0 1>2", "ddi"},          /* a cycle with a tail */
        {"0>1 1>0 2>3 3>2 0>2", "ddii"}, /* a cycle owned by a cycle */
        {"0>0", "d"},
        {"0>0+8", "d"},
        {"0>1+8 1>0+8", "dd"}, /* interior pointers count alike here */
        {"0=1", "di"},
        {"r>0 1>0", "rd"}, /* to point at what is reachable holds nobody */
    };
    CHECK(table);
}

static void ignored_blocks(void **state)
{
    (void)state;
    static const struct expectation table[] = {
        {"0!ignored", "s"},
        {"0!ignored r>0", "r"},
        {"0!ignored r>0+8", "p"},
        {"0!ignored 0>1 1>2", "sss"},
        {"0!ignored 0>2 1>2", "sdi"},     /* another owner */
        {"0!ignored 1>0 0>2", "sds"},     /* ignored and owned */
        {"0!ignored 0>1 1>0", "ss"},      /* in a cycle */
        {"0!ignored 0>1 1>0 2>1", "sid"}, /* … that another enters beside it */
        {"0!ignored 0>1 1>2 2>1", "sss"}, /* a cycle that it owns */
    };
    CHECK(table);
}

/* Block 1 lies in block 0: their addresses are set by hand. */
static char pool_kinds[8];
static void judge_pool(const char *line, uint32_t inner)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, line);
    dump_builder_block(builder, 0)->bytes = 0x1000 * (uint64_t)inner + 0x800;
    struct dump *dump = dump_builder_open(builder);
    struct judged_heap heap;
    judged_heap_init(&heap, dump);
    for (uint32_t b = 0; b < dump->block_count; b++)
        pool_kinds[b] = heap_graph_counts(&heap.graph, b)
                            ? block_kind_name(verdicts_kind(&heap.verdicts, b))[0]
                            : '-';
    pool_kinds[dump->block_count] = '\0';
    judged_heap_finish(&heap);
}

static void pools(void **state)
{
    (void)state;
    judge_pool("0!pool 1!custom 2", 1);
    assert_string_equal(pool_kinds, "-dd");
    judge_pool("0!pool 1!custom r>0 0>2", 1); /* pointers through the pool count */
    assert_string_equal(pool_kinds, "-dr");
    judge_pool("0!pool 1!custom r>1 0>2", 1); /* a block in use keeps its pool in use */
    assert_string_equal(pool_kinds, "-rr");
    judge_pool("0!pool 1!custom 0>1 0>2", 1); /* a lost pool is one with the blocks that hold it */
    assert_string_equal(pool_kinds, "-di");
    judge_pool("0!pool 1!custom 2!custom 0>1", 2);
    assert_string_equal(pool_kinds, "-id");
    judge_pool("0!pool 1", 0); /* empty, it is a block like others */
    assert_string_equal(pool_kinds, "dd");
}

static void assert_weak(struct dump *dump, uint64_t blocks)
{
    struct judged_heap heap;
    judged_heap_init(&heap, dump);
    assert_int_equal(heap.verdicts.weak.blocks, blocks);
    judged_heap_finish(&heap);
}

static void weak_witnesses(void **state)
{
    (void)state;
    assert_weak(dump_from_graph("registers>0 0>1 stack>2 r>3+8"), 2);
    assert_weak(dump_from_graph("registers>0 0>1 stack>1"), 1);
    assert_weak(dump_from_graph("registers>0+8"), 0); /* possible, and counted there */
    struct dump *dump = dump_from_graph("stack>0 0>1 tls>2");
    dump->threads[0].state = THREAD_UNPARKED;
    assert_weak(dump, 2);
}

/* 0, with 1 behind it, is from the place that 2 was lost from. */
static void words_that_look_stale(void **state)
{
    (void)state;
    assert_weak(dump_from_graph("stack>0 0>1 0#1 2#1"), 2);
    assert_weak(dump_from_graph("stack>0 0>1 0#1 2#2"), 0);        /* nothing is alike */
    assert_weak(dump_from_graph("stack>0 stack@64>0 0#1 2#1"), 0); /* two words */
    assert_weak(dump_from_graph("stack>0 r>0 0#1 2#1"), 0);        /* a global too */
    assert_weak(dump_from_graph("stack>0 r>3 3>0 0#1 2#1"), 0);    /* a block that is held */
    assert_weak(dump_from_graph("stack>0 0>1 r>1 0#1 2#1"), 1);    /* 1 is held by a global */
    assert_weak(dump_from_graph("stack>0+8 0#1 2#1"), 0);          /* possible */
    assert_weak(dump_from_graph("stack>0 registers>1 0#1 2#1 1#3"), 2);
    assert_weak(dump_from_graph("stack>0 registers>0 0#1 2#1"), 1);
}

static void sources_are_the_lowest_that_reach(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("1>4 2>3 3>4 3>5 6>7 7>6 7>8 r>0");
    const uint32_t source_of[] = {1, 2, 2, 1, 2, 6, 7, 6}; /* of 1 to 8 */
    struct judged_heap heap;
    judged_heap_init(&heap, dump);
    for (uint32_t v = 0; v < 8; v++)
        assert_int_equal(heap.verdicts.lost.node[heap.verdicts.source[v]], source_of[v]);
    judged_heap_finish(&heap);
}

/* Random heaps against the definitions, with reachability as a matrix. */
enum { MOST = 10 };

struct small_heap {
    uint32_t count;
    char edge[MOST][MOST]; /* 0, 'e'xact, 'i'nterior */
    char root[MOST];
};

static void randomize(struct small_heap *small, uint32_t seed, char *ret_line, size_t size)
{
    size_t length = 0;
    *small = (struct small_heap){.count = 1 + seed % MOST};
    for (uint32_t b = 0; b < small->count; b++)
        length += (size_t)snprintf(ret_line + length, size - length, "%u ", b);
    for (uint32_t n = 0; n < seed % (2 * MOST); n++) {
        uint32_t from = (uint32_t)rand_r(&seed) % (small->count + 1);
        uint32_t to = (uint32_t)rand_r(&seed) % small->count;
        bool interior = rand_r(&seed) % 3 == 0;
        char source[16];
        if (!from && n % 3)
            continue; /* fewer roots, more lost blocks */
        char *cell = from ? &small->edge[from - 1][to] : &small->root[to];
        if (!interior || (!*cell && from != to + 1))
            *cell = interior ? 'i' : 'e';
        snprintf(source, sizeof(source), from ? "%u" : "r", from - 1);
        length += (size_t)snprintf(ret_line + length, size - length, "%s>%u%s ", source, to,
                                   interior ? "+8" : "");
    }
}

static void close_over(const struct small_heap *small, bool exact_only, bool reaches[MOST][MOST])
{
    for (uint32_t a = 0; a < small->count; a++)
        for (uint32_t b = 0; b < small->count; b++)
            reaches[a][b] =
                a == b || small->edge[a][b] == 'e' || (small->edge[a][b] && !exact_only);
    for (uint32_t k = 0; k < small->count; k++)
        for (uint32_t a = 0; a < small->count; a++)
            for (uint32_t b = 0; b < small->count; b++)
                reaches[a][b] |= reaches[a][k] && reaches[k][b];
}

static void judge_literally(const struct small_heap *small, char *ret_kinds)
{
    bool exact[MOST][MOST], any[MOST][MOST];
    close_over(small, true, exact);
    close_over(small, false, any);
    for (uint32_t b = 0; b < small->count; b++) {
        ret_kinds[b] = 'l';
        for (uint32_t a = 0; a < small->count; a++) {
            if (small->root[a] == 'e' && exact[a][b])
                ret_kinds[b] = 'r';
            else if (small->root[a] && any[a][b] && ret_kinds[b] == 'l')
                ret_kinds[b] = 'p';
        }
    }
    for (uint32_t b = 0; b < small->count; b++) {
        bool held = false; /* by a lost block that it does not lead back to */
        for (uint32_t a = 0; a < small->count; a++)
            held |= strchr("ldi", ret_kinds[a]) && any[a][b] && !any[b][a];
        if (ret_kinds[b] == 'l')
            ret_kinds[b] = held ? 'i' : 'd';
    }
    ret_kinds[small->count] = '\0';
}

static void random_heaps(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3000; seed++) {
        struct small_heap small;
        char line[1024], expected[MOST + 1];
        randomize(&small, seed, line, sizeof(line));
        judge_literally(&small, expected);
        const struct expectation table[] = {{line, expected}};
        CHECK(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valgrinds_nine_cases),
        cmocka_unit_test(chains_from_roots),
        cmocka_unit_test(lost_blocks),
        cmocka_unit_test(ignored_blocks),
        cmocka_unit_test(pools),
        cmocka_unit_test(weak_witnesses),
        cmocka_unit_test(words_that_look_stale),
        cmocka_unit_test(sources_are_the_lowest_that_reach),
        cmocka_unit_test(random_heaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
