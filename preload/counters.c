/*
 * See preload/counters.h. Chunks of cells in a fixed directory; a free cell is taken by
 * exchanging its owner. Threads come and go far more often than their largest number grows, so the
 * search starts at the first chunk.
 */
#include "preload/counters.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "preload/pages.h"
#include "preload/status.h"

_Static_assert(sizeof(struct counters) == sizeof(struct status_counter) &&
                   offsetof(struct counters, freed_blocks) ==
                       offsetof(struct status_counter, freed_blocks),
               "what the status block says of its counters");

#define CHUNK_CELLS 256u
#define CHUNK_LIMIT 63u /* with counters_shared, what the status block has room for */

struct counters counters_shared;
static struct counters *_Atomic chunks[CHUNK_LIMIT];

static struct counters *chunk_make(unsigned number)
{
    struct counters *chunk = atomic_load(&chunks[number]);
    if (chunk)
        return chunk;
    struct counters *fresh = pages_map(CHUNK_CELLS * sizeof(*fresh));
    if (!fresh)
        return NULL;
    if (atomic_compare_exchange_strong(&chunks[number], &chunk, fresh)) {
        status_add_counters(fresh, CHUNK_CELLS);
        return fresh;
    }
    pages_unmap(fresh, CHUNK_CELLS * sizeof(*fresh));
    return chunk;
}

struct counters *counters_acquire(void)
{
    uint32_t tid = (uint32_t)syscall(SYS_gettid);
    for (unsigned number = 0; number < CHUNK_LIMIT; number++) {
        struct counters *chunk = chunk_make(number);
        for (unsigned i = 0; chunk && i < CHUNK_CELLS; i++) {
            uint32_t nobody = 0;
            if (atomic_load(&chunk[i].owner) == 0 &&
                atomic_compare_exchange_strong(&chunk[i].owner, &nobody, tid))
                return &chunk[i];
        }
        if (!chunk)
            break;
    }
    return NULL;
}

void counters_release(struct counters *counters)
{
    if (counters)
        atomic_store(&counters->owner, 0);
}

void counters_keep_only(const struct counters *own)
{
    size_t cells = 0;
    struct counters *chunk;
    for (size_t n = 0; (chunk = (struct counters *)counters_chunk(n, &cells)); n++) {
        for (size_t i = 0; i < cells; i++) {
            if (&chunk[i] != own)
                atomic_store(&chunk[i].owner, 0);
        }
    }
}

const struct counters *counters_chunk(size_t number, size_t *ret_cells)
{
    if (number == 0) {
        *ret_cells = 1;
        return &counters_shared;
    }
    const struct counters *chunk = number <= CHUNK_LIMIT ? atomic_load(&chunks[number - 1]) : NULL;
    if (chunk)
        *ret_cells = CHUNK_CELLS;
    return chunk;
}

struct counters_sum counters_sum(void)
{
    struct counters_sum sum = {0, 0, 0};
    size_t cells = 0;
    const struct counters *chunk;
    for (size_t n = 0; (chunk = counters_chunk(n, &cells)); n++) {
        for (size_t i = 0; i < cells; i++) {
            uint64_t allocated =
                atomic_load_explicit(&chunk[i].allocated_blocks, memory_order_relaxed);
            sum.calls += allocated;
            sum.live_blocks += allocated - atomic_load(&chunk[i].freed_blocks);
            sum.live_bytes +=
                atomic_load(&chunk[i].allocated_bytes) - atomic_load(&chunk[i].freed_bytes);
        }
    }
    return sum;
}
