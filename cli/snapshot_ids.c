/* Open addressing; ids are as good as random, so they are their own hashes. */
#include "cli/snapshot_ids.h"

#include "libcaulk/checksum.h"
#include "libcaulk/memory.h"

void snapshot_ids_init(struct snapshot_ids *ids, uint64_t count)
{
    uint64_t slots = 16;
    while (slots < 2 * count)
        slots *= 2;
    *ids = (struct snapshot_ids){allocate(slots, sizeof(*ids->slot)), slots - 1};
}

/* The slot that has the id, or the empty one where it belongs. */
static uint32_t *find_slot(const struct snapshot_ids *ids, uint32_t id)
{
    uint64_t i = id >> 1 & ids->mask;
    while (ids->slot[i] && ids->slot[i] != id)
        i = (i + 1) & ids->mask;
    return &ids->slot[i];
}

uint32_t snapshot_ids_add(struct snapshot_ids *ids, const void *key, size_t key_bytes)
{
    uint32_t id = (uint32_t)checksum(key, key_bytes) | 1;
    uint32_t *slot;
    while (*(slot = find_slot(ids, id)))
        id += 2;
    *slot = id;
    return id;
}
