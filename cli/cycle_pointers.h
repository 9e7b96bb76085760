/* A cycle's pointers and counts of references, with what is known of smart pointers: which of them
 * owns. Everything fails by fatal(). */
#ifndef CAULK_CYCLE_POINTERS_H
#define CAULK_CYCLE_POINTERS_H

#include "cli/opened.h"
#include "libcaulk/cycle_edges.h"
#include "libcaulk/references.h"

/* Of a cycle's pointers as many are looked at for those that open it, and those that are weak. */
#define CYCLE_POINTERS_MAX 64

/* As cycle_edges(). */
void cycle_pointers(const struct opened *opened, uint32_t cycle, uint64_t limit,
                    struct cycle_edge **ret_edges, uint64_t *ret_count, uint64_t *ret_total);

/* As references_of_cycle(). */
struct references *cycle_references(const struct opened *opened, const struct cycle *cycle);

#endif
