/* See allocator_memory.h. */
#include "preload/allocator_memory.h"

#include <errno.h>

#include "preload/allocator.h"
#include "preload/foreign_heap.h"
#include "preload/glibc_heap.h"

int allocator_memory_find(struct dump_job *job)
{
    bool found = allocator_below()->is_glibc ? glibc_heap_find(job) : foreign_heap_find(job);
    ranges_settle(&job->allocator);
    return found ? 0 : ENOMEM;
}
