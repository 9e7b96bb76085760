/* A merged dump as a file: each section as the format has it, most of them empty. */
#include <stdio.h>
#include <stdlib.h>

#include "libcaulk/dump_format.h"
#include "libcaulk/dump_merge.h"
#include "libcaulk/section_output.h"
#include "libcaulk/varint.h"

struct writing {
    const struct dump *dump;
    struct section_output output;
    struct error *err;
    FILE *out; /* the section's bytes */
    char *bytes;
    size_t size;
};

static void put_number(struct writing *writing, uint64_t number)
{
    varint_write(writing->out, number);
}

static void put_signed(struct writing *writing, uint64_t difference)
{
    put_number(writing, difference << 1 ^ (0 - (difference >> 63)));
}

static void put_record(struct writing *writing, const void *record, size_t bytes)
{
    fwrite(record, bytes, 1, writing->out);
}

static uint32_t offset_of(const struct writing *writing, const char *string)
{
    return string ? (uint32_t)(string - writing->dump->strings) : 0;
}

static uint64_t put_process(struct writing *writing)
{
    const struct process *from = &writing->dump->process;
    const struct dump_process process = {
        .flags = (from->pymalloc ? DUMP_PROCESS_PYMALLOC : 0) |
                 (from->gslice ? DUMP_PROCESS_GSLICE : 0) |
                 (from->no_proc ? DUMP_PROCESS_NO_PROC : 0) |
                 (from->partial_roots ? DUMP_PROCESS_PARTIAL : 0) |
                 (from->no_calls ? DUMP_PROCESS_NO_CALLS : 0) |
                 (from->no_births ? DUMP_PROCESS_NO_BIRTHS : 0) | DUMP_PROCESS_ONLY_LOST |
                 DUMP_PROCESS_MERGED,
        .time_ns = from->time_ns,
        .start_ns = from->start_ns,
        .uptime_ns = from->uptime_ns,
        .pause_ns = from->pause_ns,
        .tick_ns = from->tick_ns,
        .tick = from->tick,
        .rss_bytes = from->rss_bytes,
        .in_use_bytes = from->in_use_bytes,
        .allocator_free_bytes = from->allocator_free_bytes,
        .tracker_bytes = from->tracker_bytes,
        .stacks_bytes = from->stacks_bytes,
        .dropped_blocks = from->dropped_blocks,
        .sample_bytes = from->sample_bytes,
        .stacks_mode = from->stacks_mode,
        .depth = from->depth,
        .program = offset_of(writing, from->program),
        .started_as = offset_of(writing, from->started_as),
        .host = offset_of(writing, from->host),
        .options = offset_of(writing, from->options),
        .allocator = offset_of(writing, from->allocator),
    };
    put_record(writing, &process, sizeof(process));
    return 1;
}

static uint64_t put_strings(struct writing *writing)
{
    put_record(writing, writing->dump->strings, writing->dump->strings_bytes);
    return writing->dump->strings_bytes;
}

static uint64_t put_modules(struct writing *writing)
{
    for (uint32_t i = 0; i < writing->dump->module_count; i++) {
        const struct module *from = &writing->dump->modules[i];
        const struct dump_module module = {.start = from->start,
                                           .end = from->end,
                                           .bias = from->bias,
                                           .path = offset_of(writing, from->path),
                                           .build_id = offset_of(writing, from->build_id),
                                           .flags = (from->is_main ? DUMP_MODULE_MAIN : 0) |
                                                    (from->is_loader ? DUMP_MODULE_LOADER : 0) |
                                                    (from->is_libc ? DUMP_MODULE_LIBC : 0) |
                                                    (from->is_tracker ? DUMP_MODULE_TRACKER : 0),
                                           .segments = from->segment_count};
        put_record(writing, &module, sizeof(module));
    }
    return writing->dump->module_count;
}

static uint64_t put_segments(struct writing *writing)
{
    const struct dump *dump = writing->dump;
    for (uint32_t m = 0; m < dump->module_count; m++)
        for (uint32_t s = 0; s < dump->modules[m].segment_count; s++) {
            const struct segment *from = &dump->segments[dump->modules[m].first_segment + s];
            const struct dump_segment segment = {
                .start = from->start, .end = from->end, .module = m, .flags = from->flags};
            put_record(writing, &segment, sizeof(segment));
        }
    return dump->segment_count;
}

static uint64_t put_stacks(struct writing *writing)
{
    const struct dump *dump = writing->dump;
    for (uint32_t s = 1; s <= dump->stack_count; s++) {
        put_number(writing, dump->stack_parent[s] ? s - dump->stack_parent[s] : 0);
        put_signed(writing, dump->stack_pc[s] - (s > 1 ? dump->stack_pc[s - 1] : 0));
    }
    return dump->stack_count;
}

static void put_merged(struct writing *writing)
{
    const struct merged *merged = &writing->dump->merged;
    put_number(writing, writing->dump->weak_blocks);
    put_number(writing, writing->dump->weak_bytes);
    put_number(writing, 0);
    put_number(writing, merged->cycles);
    put_number(writing, merged->pending_cycles);
    put_number(writing, merged->threads);
    put_number(writing, merged->unparked);
    put_number(writing, merged->process_count);
    for (uint32_t i = 0; i < merged->process_count; i++) {
        put_number(writing, merged->process[i].start_ns);
        put_number(writing, merged->process[i].pid);
        put_number(writing, offset_of(writing, merged->process[i].host));
        put_number(writing, offset_of(writing, merged->process[i].program));
    }
}

static void put_sum(struct writing *writing, const struct block_sum *sum)
{
    put_number(writing, sum->stack);
    put_number(writing, offset_of(writing, sum->label));
    put_number(writing, sum->what);
    put_number(writing, sum->blocks);
    put_number(writing, sum->bytes);
    put_number(writing, sum->first_birth);
    put_number(writing, sum->last_birth - sum->first_birth);
    put_number(writing, sum->later_blocks);
    put_number(writing, sum->blocks);
    put_number(writing, sum->bytes);
    for (int i = 0; i < SUM_TENTHS; i++)
        put_number(writing, sum->born_bytes[i]);
    put_number(writing, sum->held_blocks);
    put_number(writing, sum->held_bytes);
    put_number(writing, sum->samples);
}

static uint64_t put_sums(struct writing *writing)
{
    put_merged(writing);
    for (uint32_t i = 0; i < writing->dump->sum_count; i++)
        put_sum(writing, &writing->dump->sums[i]);
    return writing->dump->sum_count;
}

static uint64_t put_symbols(struct writing *writing)
{
    for (uint32_t i = 0; i < writing->dump->symbol_count; i++) {
        const struct symbol *from = &writing->dump->symbols[i];
        const struct dump_symbol symbol = {.address = from->address,
                                           .module = from->module,
                                           .name = offset_of(writing, from->name),
                                           .file = offset_of(writing, from->file),
                                           .line = from->line,
                                           .flags = from->inlined ? DUMP_SYMBOL_INLINED : 0};
        put_record(writing, &symbol, sizeof(symbol));
    }
    return writing->dump->symbol_count;
}

static uint64_t put_codes(struct writing *writing)
{
    for (uint32_t i = 0; i < writing->dump->code_count; i++) {
        const struct python_code *from = &writing->dump->codes[i];
        const struct dump_python_code code = {.name = offset_of(writing, from->name),
                                              .file = offset_of(writing, from->file),
                                              .first_line = from->first_line};
        put_record(writing, &code, sizeof(code));
    }
    return writing->dump->code_count;
}

static uint64_t put_loops(struct writing *writing)
{
    for (uint32_t i = 0; i < writing->dump->loop_count; i++) {
        const struct dump_python_loop loop = {writing->dump->loops[i].start,
                                              writing->dump->loops[i].end};
        put_record(writing, &loop, sizeof(loop));
    }
    return writing->dump->loop_count;
}

/* Puts a section's records and returns how many. */
typedef uint64_t put_section(struct writing *writing);
static put_section *const sections[DUMP_SECTION_END] = {
    [DUMP_PROCESS] = put_process,    [DUMP_STRINGS] = put_strings,
    [DUMP_MODULES] = put_modules,    [DUMP_SEGMENTS] = put_segments,
    [DUMP_STACKS] = put_stacks,      [DUMP_SUMS] = put_sums,
    [DUMP_SYMBOLS] = put_symbols,    [DUMP_PYTHON_CODES] = put_codes,
    [DUMP_PYTHON_LOOPS] = put_loops,
};

static bool write_section(struct writing *writing, enum dump_section_kind kind)
{
    uint64_t count = 0;
    writing->out = open_memstream(&writing->bytes, &writing->size);
    if (!writing->out)
        return error_set(writing->err, writing->output.path, "out of memory for a section");
    if (sections[kind])
        count = sections[kind](writing);
    bool failed = ferror(writing->out) != 0;
    bool done = fclose(writing->out) == 0 && !failed;
    if (!done)
        error_set(writing->err, writing->output.path, "out of memory for a section");
    done = done && section_output_add(&writing->output, kind, writing->bytes, writing->size, count,
                                      writing->err);
    free(writing->bytes);
    return done;
}

bool dump_merge_write(const struct dump_merge *merge, int descriptor, const char *path,
                      struct error *err)
{
    struct writing writing = {.dump = merge->dump, .err = err};
    section_output_init(&writing.output, descriptor, path);
    for (enum dump_section_kind kind = DUMP_PROCESS; kind < DUMP_SECTION_END; kind++)
        if (!write_section(&writing, kind))
            return false;
    return section_output_finish(&writing.output, err);
}
