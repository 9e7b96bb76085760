/*
 * Chunks of libtalloc 2.1 and later (samba's, sssd's and freeradius's memory), each of which has a
 * head of its own before what the program gets. So the program has pointers into blocks alone, and
 * without knowing of the heads nothing of its memory would be more than possible. For the dump's
 * child.
 *
 *     chunk +0  flags: 28 bits that all chunks share; 8: in a pool, 4: is one, 1: freed
 *           +8  ──▶ next chunk     +16 ──▶ previous one, or +24 ──▶ parent     +32 ──▶ first child
 *           +56 ──▶ name: a type's, a place in the source, or the object itself where it is a text
 *           +64 bytes of the object, 0 of a pool
 *           +96 the object; an empty one (a context for others) begins past the end of its block
 *
 *     block of a pool  +0 ──▶ unused part   +8 number of chunks   +16 bytes   +32 the pool's chunk
 */
#ifndef CAULK_TALLOC_H
#define CAULK_TALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"
#include "preload/modules.h"

#define TALLOC_CHUNK_BYTES 96u

struct talloc {
    bool loaded;
};

enum talloc_kind { TALLOC_OBJECT, TALLOC_TEXT, TALLOC_POOL };

struct talloc_chunk {
    enum talloc_kind kind;
    uint32_t offset; /* in the block: where pointers lead to that hold it; 0 of an empty object */
    uintptr_t name;  /* of an object: text, unchecked */
};

void talloc_find(struct talloc *talloc, const struct maps *maps,
                 const struct loaded_module *const *modules, uint32_t module_count);

/* False where the block holds no chunk. It may be anything, readable or not. */
bool talloc_chunk_of(const struct talloc *talloc, uintptr_t address, size_t bytes,
                     struct talloc_chunk *ret_chunk);

#endif
