/* See talloc.h. A chunk is one where its size is the block's, and its neighbours know of it. */
#include "preload/talloc.h"

#include "preload/fault_guard.h"
#include "preload/module_symbols.h"

#define POOL_BYTES 32u

enum { POOL = 4, FLAGS = 15 };

struct chunk {
    uint32_t flags, padding;
    uint64_t next, previous, parent, child, references, destructor, name, bytes;
};

struct pool {
    uint64_t unused, chunks, bytes, padding;
    struct chunk chunk;
};

void talloc_find(struct talloc *talloc, const struct maps *maps,
                 const struct loaded_module *const *modules, uint32_t module_count)
{
    struct module_symbol symbol;
    talloc->loaded = module_symbol_owner(maps, modules, module_count, "_talloc_zero", &symbol);
}

static bool read_chunk(uint64_t address, struct chunk *ret_chunk)
{
    return fault_guard_copy(ret_chunk, address, sizeof(*ret_chunk));
}

static bool is_of_one_family(const struct chunk *chunk, const struct chunk *other)
{
    return (chunk->flags & ~(uint32_t)FLAGS) == (other->flags & ~(uint32_t)FLAGS);
}

static bool has_right_neighbours(const struct chunk *chunk, uint64_t address)
{
    struct chunk other;
    if (chunk->next && !(read_chunk(chunk->next, &other) && other.previous == address &&
                         is_of_one_family(chunk, &other)))
        return false;
    return !chunk->child || (read_chunk(chunk->child, &other) && other.parent == address &&
                             is_of_one_family(chunk, &other));
}

static bool is_object(uint64_t address, size_t bytes, struct talloc_chunk *ret_chunk)
{
    struct chunk chunk;
    if (bytes < TALLOC_CHUNK_BYTES || !read_chunk(address, &chunk) || chunk.flags & FLAGS ||
        chunk.bytes != bytes - TALLOC_CHUNK_BYTES || !has_right_neighbours(&chunk, address))
        return false;
    ret_chunk->kind = chunk.name == address + TALLOC_CHUNK_BYTES ? TALLOC_TEXT : TALLOC_OBJECT;
    ret_chunk->offset = chunk.bytes ? TALLOC_CHUNK_BYTES : 0;
    ret_chunk->name = chunk.name;
    return true;
}

/* The program points to where a pool's object would be; where it is another chunk's child, that
 * one's pointers hold it. */
static bool is_pool(uint64_t address, size_t bytes, struct talloc_chunk *ret_chunk)
{
    struct pool pool;
    if (bytes < POOL_BYTES + TALLOC_CHUNK_BYTES ||
        !fault_guard_copy(&pool, address, sizeof(pool)) || (pool.chunk.flags & FLAGS) != POOL ||
        pool.bytes != bytes - POOL_BYTES - TALLOC_CHUNK_BYTES ||
        !has_right_neighbours(&pool.chunk, address + POOL_BYTES))
        return false;
    bool is_child = pool.chunk.parent || pool.chunk.previous;
    ret_chunk->kind = TALLOC_POOL;
    ret_chunk->offset = POOL_BYTES + (is_child ? 0 : TALLOC_CHUNK_BYTES);
    ret_chunk->name = 0;
    return true;
}

bool talloc_chunk_of(const struct talloc *talloc, uintptr_t address, size_t bytes,
                     struct talloc_chunk *ret_chunk)
{
    return talloc->loaded &&
           (is_object(address, bytes, ret_chunk) || is_pool(address, bytes, ret_chunk));
}
