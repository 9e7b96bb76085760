/* Where a thread keeps what belongs to it: stack and thread-local storage. */
#ifndef CAULK_THREAD_MEMORY_H
#define CAULK_THREAD_MEMORY_H

#include <stdbool.h>

#include "preload/maps.h"
#include "preload/ranges.h"
#include "preload/snapshot.h"

struct thread_memory {
    struct range stack; /* its own, without what lies in `tls`; empty where unknown */
    struct range tls;   /* static TLS and thread control block; empty where unknown */
};

struct thread_memory thread_memory_find(const struct maps *maps,
                                        const struct snapshot_thread *thread);

struct thread_entry;

/* Whether the registry's thread has ended and its stack still lies there as glibc caches it, or,
 * where the program gave it, until the thread is joined: nothing of it may be scanned. Needs a
 * fault guard installed. */
bool thread_memory_is_cached(const struct snapshot *snapshot, const struct thread_entry *entry);

#endif
