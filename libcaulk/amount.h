/* A number of blocks and the bytes that the program asked for in them. */
#ifndef CAULK_AMOUNT_H
#define CAULK_AMOUNT_H

#include <stdint.h>

struct amount {
    uint64_t blocks;
    uint64_t bytes;
};

static inline void amount_add_block(struct amount *amount, uint64_t bytes)
{
    amount->blocks++;
    amount->bytes += bytes;
}

static inline void amount_add(struct amount *amount, struct amount other)
{
    amount->blocks += other.blocks;
    amount->bytes += other.bytes;
}

#endif
