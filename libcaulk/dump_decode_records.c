/* The sections of fixed records and of text: what the process was, apart from its heap. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static_assert(STACKS_CALLER == (int)DUMP_STACKS_CALLER, "same numbers as in the file");
static_assert(THREAD_UNPARKED == (int)DUMP_THREAD_UNPARKED, "same numbers as in the file");
static_assert(ROOT_KIND_END == (int)DUMP_ROOT_KIND_END, "same numbers as in the file");

static bool range_check(const struct section *section, uint64_t record, uint64_t start,
                        uint64_t end, struct error *err)
{
    return start <= end ||
           section_wrong(section, err,
                         "record %" PRIu64 ": range ends at 0x%" PRIx64 ", before its start",
                         record, end);
}

bool dump_decode_strings(struct dump *dump, struct section *section, struct error *err)
{
    dump->strings = (char *)section->bytes;
    dump->strings_bytes = section->size;
    if (!section->size || section->size > UINT32_MAX || section->count != section->size)
        return section_wrong(section, err, "%" PRIu64 " bytes counted in %" PRIu64, section->count,
                             section->size);
    if (section->bytes[0] || section->bytes[section->size - 1])
        return section_wrong(section, err, "the %s byte is not 0",
                             section->bytes[0] ? "first" : "last");
    return true;
}

bool dump_decode_maps(struct dump *dump, struct section *section, struct error *err)
{
    dump->maps = (char *)section->bytes;
    dump->maps_bytes = section->size;
    return section->count == section->size ||
           section_wrong(section, err, "%" PRIu64 " bytes counted in %" PRIu64, section->count,
                         section->size);
}

static void process_copy(struct process *process, const struct dump_process *from)
{
    *process = (struct process){
        .pid = from->pid,
        .parent_pid = from->parent_pid,
        .sequence = from->sequence,
        .time_ns = from->time_ns,
        .start_ns = from->start_ns,
        .uptime_ns = from->uptime_ns,
        .pause_ns = from->pause_ns,
        .tick_ns = from->tick_ns,
        .tick = from->tick,
        .fork_tick = from->fork_tick,
        .rss_bytes = from->rss_bytes,
        .in_use_bytes = from->in_use_bytes,
        .allocator_free_bytes = from->allocator_free_bytes,
        .tracker_bytes = from->tracker_bytes,
        .stacks_bytes = from->stacks_bytes,
        .dropped_blocks = from->dropped_blocks,
        .sample_bytes = from->sample_bytes,
        .stacks_mode = (enum stacks_mode)from->stacks_mode,
        .depth = from->depth,
        .pymalloc = from->flags & DUMP_PROCESS_PYMALLOC,
        .gslice = from->flags & DUMP_PROCESS_GSLICE,
        .no_proc = from->flags & DUMP_PROCESS_NO_PROC,
        .partial_roots = from->flags & DUMP_PROCESS_PARTIAL,
        .no_calls = from->flags & DUMP_PROCESS_NO_CALLS,
        .no_births = from->flags & DUMP_PROCESS_NO_BIRTHS,
        .only_lost = from->flags & DUMP_PROCESS_ONLY_LOST,
        .merged = from->flags & DUMP_PROCESS_MERGED,
    };
}

static bool amounts_check(const struct section *section, const struct dump_process *from,
                          struct error *err)
{
    const uint64_t amounts[] = {from->rss_bytes,     from->in_use_bytes, from->allocator_free_bytes,
                                from->tracker_bytes, from->stacks_bytes, from->dropped_blocks};
    for (size_t i = 0; i < sizeof(amounts) / sizeof(*amounts); i++)
        if (amounts[i] > DUMP_AMOUNT_MAX)
            return section_wrong(section, err, "more than %llu bytes or blocks: %" PRIu64,
                                 DUMP_AMOUNT_MAX, amounts[i]);
    return true;
}

bool dump_decode_process(struct dump *dump, const struct section *section, struct error *err)
{
    const uint32_t known_flags = DUMP_PROCESS_PYMALLOC | DUMP_PROCESS_NO_PROC |
                                 DUMP_PROCESS_PARTIAL | DUMP_PROCESS_NO_CALLS |
                                 DUMP_PROCESS_NO_BIRTHS | DUMP_PROCESS_ONLY_LOST |
                                 DUMP_PROCESS_MERGED | DUMP_PROCESS_GSLICE;
    struct dump_process from;
    struct process *process = &dump->process;
    if (!section_records_check(section, sizeof(from), err))
        return false;
    if (section->count != 1)
        return section_wrong(section, err, "%" PRIu64 " records, there must be 1", section->count);
    memcpy(&from, section->bytes, sizeof(from));
    if (from.flags & ~known_flags)
        return section_wrong(section, err, "unknown flags 0x%" PRIx32, from.flags);
    if (from.flags & DUMP_PROCESS_MERGED && !(from.flags & DUMP_PROCESS_ONLY_LOST))
        return section_wrong(section, err, "merged, but not of sums: flags 0x%" PRIx32, from.flags);
    if (from.stacks_mode > DUMP_STACKS_CALLER)
        return section_wrong(section, err, "unknown stacks mode %" PRIu32, from.stacks_mode);
    if (from.fork_tick > from.tick)
        return section_wrong(section, err, "forked at tick %" PRIu32 " of %" PRIu32, from.fork_tick,
                             from.tick);
    if (!amounts_check(section, &from, err))
        return false;
    process_copy(process, &from);
    return section_string(dump, section, 0, from.program, &process->program, err) &&
           section_string(dump, section, 0, from.started_as, &process->started_as, err) &&
           section_string(dump, section, 0, from.host, &process->host, err) &&
           section_string(dump, section, 0, from.options, &process->options, err) &&
           section_string(dump, section, 0, from.allocator, &process->allocator, err);
}

/* Paths of debug files are made from a build id: nothing but digits may come through. */
static bool is_lower_hex(const char *text)
{
    return text[strspn(text, "0123456789abcdef")] == '\0';
}

static bool module_decode(struct dump *dump, const struct section *section, uint32_t index,
                          struct error *err)
{
    const uint32_t known_flags =
        DUMP_MODULE_MAIN | DUMP_MODULE_LOADER | DUMP_MODULE_LIBC | DUMP_MODULE_TRACKER;
    struct dump_module from;
    memcpy(&from, section->bytes + (size_t)index * sizeof(from), sizeof(from));
    struct module *module = &dump->modules[index];
    *module = (struct module){
        .start = from.start,
        .end = from.end,
        .bias = from.bias,
        .loaded_tick = from.loaded_tick,
        .unloaded_tick = from.unloaded_tick,
        .is_main = from.flags & DUMP_MODULE_MAIN,
        .is_loader = from.flags & DUMP_MODULE_LOADER,
        .is_libc = from.flags & DUMP_MODULE_LIBC,
        .is_tracker = from.flags & DUMP_MODULE_TRACKER,
        .first_segment = index ? module[-1].first_segment + module[-1].segment_count : 0,
        .segment_count = from.segments,
    };
    if (!range_check(section, index, from.start, from.end, err) ||
        !section_string(dump, section, index, from.path, &module->path, err) ||
        !section_string(dump, section, index, from.build_id, &module->build_id, err))
        return false;
    if (!is_lower_hex(module->build_id))
        return section_wrong(section, err, "record %" PRIu32 ": build id is not hex", index);
    if (index && from.start < module[-1].start)
        return section_wrong(section, err, "record %" PRIu32 ": not in order of address", index);
    if (from.flags & ~known_flags)
        return section_wrong(section, err, "record %" PRIu32 ": unknown flags 0x%" PRIx32, index,
                             from.flags);
    if (from.loaded_tick > dump->process.tick || from.unloaded_tick > dump->process.tick ||
        (from.unloaded_tick && from.unloaded_tick < from.loaded_tick))
        return section_wrong(section, err,
                             "record %" PRIu32 ": loaded at tick %" PRIu32 ", unloaded at %" PRIu32
                             ", dumped at %" PRIu32,
                             index, from.loaded_tick, from.unloaded_tick, dump->process.tick);
    if (from.segments > UINT32_MAX - module->first_segment)
        return section_wrong(section, err, "record %" PRIu32 ": too many segments", index);
    return true;
}

bool dump_decode_modules(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_records_check(section, sizeof(struct dump_module), err))
        return false;
    dump->modules = section_allocate(section, section->count, sizeof(*dump->modules), err);
    if (!dump->modules)
        return false;
    dump->module_count = (uint32_t)section->count;
    for (uint32_t i = 0; i < dump->module_count; i++) {
        if (!module_decode(dump, section, i, err))
            return false;
    }
    return true;
}

static bool segment_decode(struct dump *dump, const struct section *section, uint32_t module_index,
                           uint32_t index, struct error *err)
{
    const struct module *module = &dump->modules[module_index];
    struct dump_segment from;
    memcpy(&from, section->bytes + (size_t)index * sizeof(from), sizeof(from));
    dump->segments[index] = (struct segment){from.start, from.end, from.flags};
    if (from.module != module_index)
        return section_wrong(section, err,
                             "record %" PRIu32 ": of module %" PRIu32 ", expected %" PRIu32, index,
                             from.module, module_index);
    if (!range_check(section, index, from.start, from.end, err))
        return false;
    if (from.start < module->start || from.end > module->end)
        return section_wrong(section, err, "record %" PRIu32 ": outside its module", index);
    return true;
}

bool dump_decode_segments(struct dump *dump, const struct section *section, struct error *err)
{
    uint32_t expected = 0;
    for (uint32_t i = 0; i < dump->module_count; i++)
        expected += dump->modules[i].segment_count;
    if (!section_records_check(section, sizeof(struct dump_segment), err))
        return false;
    if (section->count != expected)
        return section_wrong(section, err, "%" PRIu64 " records, the modules have %" PRIu32,
                             section->count, expected);
    dump->segments = section_allocate(section, section->count, sizeof(*dump->segments), err);
    if (!dump->segments)
        return false;
    dump->segment_count = expected;
    for (uint32_t m = 0, i = 0; m < dump->module_count; m++) {
        for (uint32_t left = dump->modules[m].segment_count; left; left--, i++) {
            if (!segment_decode(dump, section, m, i, err))
                return false;
        }
    }
    return true;
}

static bool thread_decode(struct dump *dump, const struct section *section, uint32_t index,
                          struct error *err)
{
    struct dump_thread from;
    memcpy(&from, section->bytes + (size_t)index * sizeof(from), sizeof(from));
    struct thread *thread = &dump->threads[index];
    *thread = (struct thread){
        .tid = from.tid,
        .state = (enum thread_state)from.state,
        .sp = from.sp,
        .stack_start = from.stack_start,
        .stack_end = from.stack_end,
    };
    if (from.state > DUMP_THREAD_UNPARKED)
        return section_wrong(section, err, "record %" PRIu32 ": unknown state %" PRIu32, index,
                             from.state);
    return range_check(section, index, from.stack_start, from.stack_end, err) &&
           section_string(dump, section, index, from.name, &thread->name, err);
}

bool dump_decode_threads(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_records_check(section, sizeof(struct dump_thread), err))
        return false;
    dump->threads = section_allocate(section, section->count, sizeof(*dump->threads), err);
    if (!dump->threads)
        return false;
    dump->thread_count = (uint32_t)section->count;
    for (uint32_t i = 0; i < dump->thread_count; i++) {
        if (!thread_decode(dump, section, i, err))
            return false;
    }
    return true;
}
