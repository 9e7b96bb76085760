/*
 * Real memory of the test's own process → a dump, written by a forked child → the reader. Only
 * blocks that the test tracks are in the dump.
 */
#ifndef TESTS_SUPPORT_OWN_DUMP_H
#define TESTS_SUPPORT_OWN_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include "libcaulk/dump.h"
#include "preload/snapshot.h"

#define OWN_DUMP_TICK 1000
#define OWN_DUMP_BIRTH 7
#define OWN_DUMP_CALLER 0x1000 /* of the function that all blocks were allocated in */

/* A group's setup. */
int own_dump_start(void **state);

/* The return address in that function. */
uintptr_t own_dump_site(void);

void *track(void *block, size_t bytes);
void *tracked(size_t bytes); /* zeroed, from calloc */
void drop(void *block);      /* untracked and freed */

/* A pointer that no scan sees, and back. */
void *hide(void *block);

struct snapshot_thread this_thread(void);
struct dump *take_dump_of(struct snapshot_thread *thread);
struct dump *take_dump(void);
struct dump *take_dump_without_proc(void);
struct dump *take_dump_of_lost(void); /* as with --detail=lost */

/* Of one state: neither dump is read before both are written, as what is read may hold addresses of
 * blocks where the next dump sees them. */
void take_both_dumps(struct dump **ret_full, struct dump **ret_lost);

/* Whose it is: one that must be there. */
uint32_t number_of(const struct dump *dump, const void *block);

/* References to the block from roots of one kind; from any. */
unsigned references(const struct dump *dump, const void *block, enum root_kind kind);
unsigned all_references(const struct dump *dump, const void *block);

#endif
