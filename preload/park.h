/*
 * Parking: every thread of the process but one stops at a place where all tables are consistent,
 * with its registers and stack pointer known, until it is released.
 *
 * Each thread is sent the control signal and waits in its handler on a futex. A thread that is
 * inside the tracker or the allocator goes on and parks on its way out (preload/pending.h). One
 * that has not parked within 200 ms has everyone released, as it may wait for one that is parked,
 * and the whole is tried again, five times; then it is taken where the kernel shows it. So is, at
 * once, libc's own thread for SIGEV_THREAD timers, which waits in the kernel for that very signal.
 *
 * Measured cost: see "What it costs" in the README. Async-signal-safe; signals must be blocked.
 */
#ifndef CAULK_PARK_H
#define CAULK_PARK_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/snapshot.h"

/* Where a thread was stopped; all of it stays in place until the thread is released. */
struct stopped_at {
    uintptr_t sp;
    bool red_zone; /* interrupted user code: 128 bytes below sp are in use */
    const uint64_t *registers;
    size_t register_words;
    const uint64_t *vector_registers;
    size_t vector_words;
    uintptr_t altstack_start, altstack_end;
};

/* The value that the control signal carries for parking, in its upper 16 bits. */
#define PARK_TAG UINT64_C(0xCA1C)

/* Stops all other threads. False where the tables for them could not be had. The thread's own place
 * becomes the first entry. ret_threads is borrowed until the next call. */
bool park_others(const struct stopped_at *own, struct snapshot_thread **ret_threads,
                 uint32_t *ret_count);
void park_release(void);

/* Whether the kernel told park_others() of all threads there are. */
bool park_found_all(void);

/* In a thread that was asked to stop: stops here until released. Does nothing when nobody asks. */
void park_self(const struct stopped_at *place);

/* Is the calling thread asked to stop? */
bool park_asked(void);

#endif
