/*
 * Three ways lead to one helper that allocates: of 20 blocks 14 come through often(), 5 through
 * sometimes(), 1 through rarely(). Of 400,000 a quarter is lost, each of these with another behind
 * it, and the others are kept in a list. Then 2,000 pairs are lost that hold each other.
 */
#include "tests/e2e/programs/gate.h"

#define BLOCKS 400000
#define PAIRS 2000
#define LOST_BYTES 64
#define KEPT_BYTES 48

struct block {
    struct block *next;
};

static struct block *kept;

__attribute__((noinline)) static void *allocate(size_t bytes)
{
    struct block *block = malloc(bytes);

    if (!block)
        _exit(98);
    memset(block, 0, bytes);
    return block;
}

/* Each a frame of its own, outside the helper's. */
#define WAY(name)                                                                                  \
    __attribute__((noinline)) static struct block *name(size_t bytes)                              \
    {                                                                                              \
        struct block *block = allocate(bytes);                                                     \
        __asm__ volatile("" : "+r"(block));                                                        \
        return block;                                                                              \
    }

WAY(often)
WAY(sometimes)
WAY(rarely)
WAY(left)
WAY(right)

static struct block *one_of_them(int i, size_t bytes)
{
    return i % 20 < 14 ? often(bytes) : i % 20 < 19 ? sometimes(bytes) : rarely(bytes);
}

static void keep(int i)
{
    struct block *block = one_of_them(i, KEPT_BYTES);

    block->next = kept;
    kept = block;
}

static void lose(int i)
{
    struct block *block = one_of_them(i, LOST_BYTES);

    block->next = malloc(40);
}

static void lose_pair(void)
{
    struct block *a = left(LOST_BYTES), *b = right(LOST_BYTES);

    a->next = b;
    b->next = a;
}

int main(void)
{
    for (int i = 0; i < BLOCKS; i++)
        if (i / 20 % 4)
            keep(i);
        else
            lose(i);
    for (int i = 0; i < PAIRS; i++)
        lose_pair();
    gate();
    return 0;
}
