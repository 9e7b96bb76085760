/*
 * Globals: the writable segments of every loaded module, to the end of their last page (ld.so and
 * brk use what the module leaves of it), without what belongs to the tracker and the allocator.
 */
#include "preload/root_kinds.h"

#include <elf.h>

static uintptr_t page_floor(uintptr_t address)
{
    return address & ~(PAGE_BYTES - 1);
}

static uintptr_t page_ceiling(uintptr_t address)
{
    return page_floor(address + PAGE_BYTES - 1);
}

bool root_modules_claim(struct dump_job *job)
{
    for (uint32_t i = 0; i < job->module_count; i++) {
        const struct loaded_module *module = job->modules[i];
        for (uint32_t k = 0; module->unloaded_tick == 0 && k < module->segment_count; k++) {
            const struct module_segment *segment = &module->segments[k];
            if (segment->flags & PF_W &&
                !ranges_add(&job->claimed, page_floor(segment->start), page_ceiling(segment->end)))
                return false;
        }
    }
    return true;
}

/* The parts of [start, end) that are neither the allocator's nor the tracker's. */
static void scan_outside(struct roots *roots, uintptr_t start, uintptr_t end)
{
    struct range part, inner;
    while (ranges_gap(&roots->job->allocator, start, end, &part)) {
        start = part.end;
        while (ranges_gap(&roots->job->tracker, part.start, part.end, &inner)) {
            roots_scan(roots, inner.start, inner.end, SCAN_TOUCHED);
            part.start = inner.end;
        }
    }
}

void root_modules_scan(struct roots *roots)
{
    const struct dump_job *job = roots->job;
    for (uint32_t i = 0; i < job->module_count; i++) {
        const struct loaded_module *module = job->modules[i];
        for (uint32_t k = 0; module->unloaded_tick == 0 && k < module->segment_count; k++) {
            const struct module_segment *segment = &module->segments[k];
            if (!(segment->flags & PF_W))
                continue;
            uintptr_t end = page_ceiling(segment->end);
            roots_begin(roots, DUMP_ROOT_GLOBAL, i, segment->start, end);
            scan_outside(roots, segment->start, end);
            roots_end(roots);
        }
    }
}
