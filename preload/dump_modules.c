/* See dump_modules.h. */
#include "preload/dump_modules.h"

#include <string.h>

#include "preload/pages.h"
#include "preload/sort.h"
#include "preload/tracker.h"

static int compare_modules(const void *a, const void *b)
{
    const struct loaded_module *left = *(const struct loaded_module *const *)a;
    const struct loaded_module *right = *(const struct loaded_module *const *)b;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return (left->loaded_tick > right->loaded_tick) - (left->loaded_tick < right->loaded_tick);
}

bool dump_modules_number(struct dump_job *job)
{
    modules_refresh_in_child(job->snapshot->tick);
    uint32_t count = 0;
    while (modules_get(count))
        count++;
    job->modules = pages_map((count + 1) * sizeof(*job->modules));
    if (!job->modules)
        return false;
    for (uint32_t i = 0; i < count; i++)
        job->modules[i] = modules_get(i);
    sort_records(job->modules, count, sizeof(*job->modules), compare_modules);
    job->module_count = count;
    return true;
}

/* The kernel knows a loaded module's path from the root; the loader may know a relative one. */
static uint32_t path_of(struct dump_job *job, const struct loaded_module *module)
{
    const struct mapping *mapping =
        module->unloaded_tick ? NULL : maps_find(&job->maps, module->start);
    if (mapping && mapping->name_length > 0)
        return dump_strings_add(&job->strings, mapping->name, mapping->name_length);
    if (module->flags & DUMP_MODULE_MAIN)
        return dump_strings_text(&job->strings, tracker.program);
    return dump_strings_text(&job->strings, module->path);
}

static void write_segments(struct dump_job *job)
{
    uint64_t count = 0;
    dump_writer_begin(&job->writer, DUMP_SEGMENTS);
    for (uint32_t i = 0; i < job->module_count; i++) {
        const struct loaded_module *module = job->modules[i];
        for (uint32_t k = 0; k < module->segment_count; k++) {
            struct dump_segment segment = {
                .start = module->segments[k].start,
                .end = module->segments[k].end,
                .module = i,
                .flags = module->segments[k].flags,
            };
            dump_writer_bytes(&job->writer, &segment, sizeof(segment));
            count++;
        }
    }
    dump_writer_end(&job->writer, count);
}

static uint32_t min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void dump_modules_write(struct dump_job *job)
{
    dump_writer_begin(&job->writer, DUMP_MODULES);
    for (uint32_t i = 0; i < job->module_count; i++) {
        const struct loaded_module *module = job->modules[i];
        struct dump_module record = {
            .start = module->start,
            .end = module->end,
            .bias = module->bias,
            .loaded_tick = min(module->loaded_tick, job->snapshot->tick),
            .unloaded_tick = min(module->unloaded_tick, job->snapshot->tick),
            .path = path_of(job, module),
            .build_id = dump_strings_text(&job->strings, module->build_id),
            .flags = module->flags,
            .segments = module->segment_count,
        };
        dump_writer_bytes(&job->writer, &record, sizeof(record));
    }
    dump_writer_end(&job->writer, job->module_count);
    write_segments(job);
}
