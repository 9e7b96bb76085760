/*
 * Blocks and pointers for programs that want every one of them: kinds in words, and what roots are
 * called.
 */
#ifndef CAULK_EXPORT_POINTERS_H
#define CAULK_EXPORT_POINTERS_H

#include "cli/opened.h"
#include "libcaulk/root_owners.h"

/* A block's verdict; "pool" for one in whose place its blocks count. Of all others the bytes add up
 * to the totals. */
const char *export_block_kind(const struct opened *opened, uint32_t block);

/* "exact", "interior", "declared" (by caulk_own), or "inside" (of a pool); NULL for an edge that
 * counts for nothing. */
const char *export_edge_kind(const struct opened *opened, uint64_t edge);

/* The same of a root's reference: "exact" or "interior". */
const char *export_reference_kind(const struct opened *opened, uint64_t ref);

/* Variables, threads and mappings. Finish with root_owners_finish(). */
void export_roots_init(const struct opened *opened, struct root_owners *ret_owners);

/* Where a reference lies, in bytes from the start of its owner. root: the dump's that it is in. */
uint64_t export_reference_offset(const struct opened *opened, const struct root_owners *owners,
                                 uint32_t root, uint64_t ref);

#endif
