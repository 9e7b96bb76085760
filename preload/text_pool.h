/* Texts, each once, that live as long as the process. The caller excludes others. */
#ifndef CAULK_TEXT_POOL_H
#define CAULK_TEXT_POOL_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_POOL_BYTES_MAX 4096u /* of one text, with its NUL */

/* Zeroed memory is an empty one. */
struct text_pool {
    const char **slots;
    uint32_t mask; /* how many slots there are, less one */
    uint32_t count;
    char *chunk;
    size_t chunk_used;
};

/* An equal text that stays; what is longer than the maximum is cut. NULL when there is no memory,
 * or too many different ones. */
const char *text_pool_intern(struct text_pool *pool, const char *text, size_t length);

#endif
