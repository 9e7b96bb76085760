/* The dump's checksum: XXH3, 64 bits, seed 0. About 10 GB/s. */
#ifndef CAULK_CHECKSUM_H
#define CAULK_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint64_t checksum(const void *bytes, size_t size);

#endif
