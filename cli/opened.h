/*
 * A dump, opened for a command: read and checked, judged, with names at hand.
 *
 * Everything fails by fatal(): a command has nothing to do without its dump.
 */
#ifndef CAULK_OPENED_H
#define CAULK_OPENED_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/names_from.h"
#include "libcaulk/analysis.h"
#include "libcaulk/dump.h"
#include "libcaulk/fields.h"
#include "libcaulk/owner_tree.h"
#include "libcaulk/root_fields.h"
#include "libcaulk/symbolizer.h"

/* Whether reachable cycles are looked for too. */
enum cycles_wanted { LOST_CYCLES, ALL_CYCLES };

struct opened {
    struct dump *dump;
    enum cycles_wanted cycles;
    struct analysis *analysis;
    struct symbolizer *symbolizer;
    struct fields *fields;
    struct root_fields *root_fields;
    uint32_t *site_birth; /* site -> the birth of one of its blocks */
    struct owners owners; /* these two: after opened_find_owners() */
    struct owner_tree tree;
};

/* One dump, with its lost cycles. names and path: borrowed. */
void opened_init(struct opened *opened, const struct names_from *names, const char *path);
/* The sum of several processes' dumps; of one, that dump. */
void opened_init_sum(struct opened *opened, const struct names_from *names, char **paths,
                     uint32_t count, enum cycles_wanted cycles);
/* One that is open already, and from now on this one's. */
void opened_init_dump(struct opened *opened, const struct names_from *names, struct dump *dump,
                      enum cycles_wanted cycles);
void opened_finish(struct opened *opened);
/* Finishes all but the dump, which is the caller's. */
struct dump *opened_release(struct opened *opened);

/* Judges the dump anew, after its blocks' flags were changed. Before opened_find_owners(). */
void opened_analyze_again(struct opened *opened);

/* Ends the program where the dump has no graph because it is a merged one. what: asks for it. */
void opened_need_graph(const struct opened *opened, const char *what);

/* Who retains what, where a command asks for it. */
void opened_find_owners(struct opened *opened);

/* The block that an address on the command line (0x…, or decimal) lies in; or one of a place or a
 * cycle, by its id ("S7", "C1"). command: for errors. Cost of a place: one pass over all blocks. */
uint32_t opened_block(const struct opened *opened, const char *command, const char *address);

/* The index that an id ("S1": letter 'S') on the command line means, below count. */
uint32_t opened_id(const struct opened *opened, const char *command, const char *id, char letter,
                   uint32_t count);

/* The site of a block, or SITE_NONE for a pool in whose place its blocks count. */
uint32_t opened_site_of(const struct opened *opened, uint32_t block);

/* The stack that allocated a block, or a site's. Finish with call_stack_finish(). */
void opened_block_stack(const struct opened *opened, uint32_t block, struct call_stack *ret_stack);
void opened_site_stack(const struct opened *opened, uint32_t site, struct call_stack *ret_stack);

/* What was summed and has no owner in the dump. */
struct amount opened_unowned(const struct opened *opened);

/* Of an owner of blocks: where they were allocated, and their type or NULL. */
uint32_t opened_owner_node(const struct opened *opened, const struct owner_group *group);
void opened_owner_stack(const struct opened *opened, const struct owner_group *group,
                        struct call_stack *ret_stack);
const char *opened_owner_type(const struct opened *opened, const struct owner_group *group);

/* The dumps that were opened: of one process just that. Borrowed. */
struct dump *const *opened_dumps(const struct opened *opened, uint32_t *ret_count);

/* How many threads stood still while the dump was made. */
uint32_t opened_parked(const struct opened *opened);

/* When the block was born, in seconds from the program's start; false where that was given up. */
bool opened_born(const struct opened *opened, uint32_t block, double *ret_seconds);

double opened_uptime(const struct opened *opened);

#endif
