/*
 * Asking for a snapshot, and taking it. A request is noted first and served where the calling
 * thread is outside the tracker and the allocator; while a dump is under way, requests wait for its
 * end.
 */
#ifndef CAULK_SNAPSHOT_REQUEST_H
#define CAULK_SNAPSHOT_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/park.h"

/* In the constructor, before any signal can ask. False without memory. */
bool snapshot_start(void);

/* Notes that a dump is wanted. cookie: of `caulk dump`, to be answered in the status block, else 0.
 */
void snapshot_want(uint64_t cookie);

/* Takes the snapshot that is wanted, if any, unless another is under way. Signals are blocked; the
 * caller was stopped at place. Returns when the program may go on; the dump is written meanwhile.
 */
void snapshot_serve(const struct stopped_at *place);

/* The dump's child has ended (its exit signal arrived): reap it, publish its result. */
void snapshot_child_ended(void);

/* Before the process executes another program, which would find the dump's child among its own, or
 * forbids itself what the child's end takes. A dump under way is given up, and its child has ended
 * on return. why: for the log, static. */
void snapshot_give_up(const char *why);

/* When the program ends: a dump that is wanted while another is under way will not be made. */
void snapshot_refuse_wanted(void);

/* Returns when no dump is under way any more. */
void snapshot_await(void);

/* caulk_dump(): a dump of this moment, whole when it returns. path NULL for the option's.
 * 0, or -1 with errno. */
int snapshot_now(const char *path);

#endif
