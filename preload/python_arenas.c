/* See python_arenas.h. */
#include "preload/python_arenas.h"

#include "preload/fault_guard.h"

#define CONTENTS_LEAST 8192u /* DEFAULT_BLOCK_SIZE; more only for what would not fit */

/* struct _block in pyarena.c; the contents follow. */
struct arena_block {
    uint64_t bytes, used, next, contents;
};

bool python_arena_unused(const struct python *python, const struct heap_block *block,
                         struct ranges *ranges)
{
    struct arena_block arena;
    uintptr_t contents = block->address + sizeof(arena);
    if (python->type_type == 0 || block->bytes < sizeof(arena) + CONTENTS_LEAST ||
        !fault_guard_copy(&arena, block->address, sizeof(arena)) || arena.contents != contents ||
        arena.bytes != block->bytes - sizeof(arena) || arena.used > arena.bytes)
        return true;
    return ranges_add(ranges, contents + arena.used, contents + arena.bytes);
}
