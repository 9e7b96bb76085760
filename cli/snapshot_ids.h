/*
 * Ids for DevTools' snapshots: odd numbers below 2^32, each once, by which two snapshots are
 * compared. So they are made from what a block is in every dump of its process (address, size,
 * birth), and not from its place in one. Of 10,000,000 blocks every four hundredth or so wants an
 * id that is taken and gets the next one: such a block may have another id in the next dump.
 */
#ifndef CAULK_SNAPSHOT_IDS_H
#define CAULK_SNAPSHOT_IDS_H

#include <stddef.h>
#include <stdint.h>

struct snapshot_ids {
    uint32_t *slot; /* 0: empty */
    uint64_t mask;
};

/* For at most `count` ids. About 8 to 16 bytes each. Finish with free(ids->slot). */
void snapshot_ids_init(struct snapshot_ids *ids, uint64_t count);

uint32_t snapshot_ids_add(struct snapshot_ids *ids, const void *key, size_t key_bytes);

#endif
