/*
 * The main arena's memory: one or several pieces, grown by sbrk or, where that fails, by mmap, with
 * memory of others between them (whoever else calls sbrk). A piece is found from any of its live
 * chunks by walking from chunk to chunk.
 */
#ifndef CAULK_MAIN_HEAP_H
#define CAULK_MAIN_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/dump_job.h"

struct main_heap {
    const struct maps *maps;
    const struct block_table *blocks;
    uintptr_t top;    /* the arena's top chunk, or 0 where not known */
    uintptr_t before; /* end of the piece before */
};

void main_heap_init(struct main_heap *heap, struct dump_job *job);

/* The piece that holds this chunk, of a live block or the top; to be called in ascending order.
 * False where there is none to be seen. Reads what may be anything: under a fault guard. */
bool main_heap_add(struct main_heap *heap, uintptr_t chunk, struct range *ret_piece);

#endif
