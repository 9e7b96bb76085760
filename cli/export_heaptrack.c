/*
 * heaptrack's interpreted text, file format 2, which heaptrack 1.2 to 1.5 read. Numbers are
 * hexadecimal; tables fill up line by line and count from 1, allocations from 0:
 *
 *     s TEXT                                   a text: module, function, file
 *     i ADDRESS MODULE {FUNCTION FILE LINE}    a return address; inlined functions first
 *     t I PARENT                               a stack: innermost address, and the rest of it
 *     a SIZE T                                 an allocation: so many bytes, from that stack
 *     + A, - A                                 … is made, is freed
 *     c MS, R PAGES                            the time, the resident set
 *
 * Every live block is allocated, and then what is not lost is freed: so heaptrack's peak is what is
 * alive, and its leaks are what is lost.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/export.h"
#include "cli/export_stack.h"
#include "cli/string_table.h"
#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

#define HEAPTRACK_VERSION 0x10400
#define FORMAT_VERSION 2
#define PAGE_BYTES 4096

struct heaptrack {
    const struct opened *opened;
    FILE *out;
    struct string_table strings;
    struct export_calls calls;
    struct id_table traces; /* address, parent */
    struct id_table sizes;
    struct id_table allocations; /* size, site */
    uint32_t *site_trace;        /* 0: not made yet */
};

/* A key's number, from 0; true where it is new, and its line is to be written. */
static bool is_new(struct id_table *table, uint64_t key, uint32_t *ret_number)
{
    uint32_t known = table->count;
    *ret_number = export_number(table, key);
    return *ret_number == known;
}

static uint32_t text_number(struct heaptrack *heaptrack, const char *text)
{
    uint32_t known = heaptrack->strings.count;
    uint32_t number = string_table_add(&heaptrack->strings, text);
    if (number == known)
        fprintf(heaptrack->out, "s %s\n", string_table_text(&heaptrack->strings, number));
    return number + 1;
}

struct place {
    uint32_t function, file, line;
};

/* The frames at one return address. */
static uint32_t address_number(struct heaptrack *heaptrack, const struct frame *frame, size_t count)
{
    bool first;
    uint32_t module = text_number(heaptrack, frame->module ? frame->module : "?");
    struct place *places = allocate(count, sizeof(*places));
    for (size_t i = 0; i < count; i++) {
        char *function = export_function(&frame[i]);
        places[i].function = text_number(heaptrack, function);
        places[i].file = frame[i].file ? text_number(heaptrack, frame[i].file) : 0;
        places[i].line = frame[i].line;
        free(function);
    }
    uint32_t key_place = frame->address ? module : places[0].function;
    uint32_t number = export_calls_add(&heaptrack->calls, frame, key_place, &first);
    if (first) {
        fprintf(heaptrack->out, "i %" PRIx64 " %" PRIx32, frame->address, module);
        for (size_t i = 0; i < count; i++)
            fprintf(heaptrack->out, " %" PRIx32 " %" PRIx32 " %" PRIx32, places[i].function,
                    places[i].file, places[i].line);
        fputc('\n', heaptrack->out);
    }
    free(places);
    return number + 1;
}

static uint32_t trace_below(struct heaptrack *heaptrack, uint32_t parent, uint32_t address)
{
    uint32_t number;
    if (is_new(&heaptrack->traces, (uint64_t)parent << 32 | address, &number))
        fprintf(heaptrack->out, "t %" PRIx32 " %" PRIx32 "\n", address, parent);
    return number + 1;
}

/* From the outermost call in. */
static uint32_t make_trace(struct heaptrack *heaptrack, uint32_t site)
{
    struct call_stack stack;
    export_stack(heaptrack->opened, site, &stack);
    size_t *begin = allocate(stack.count, sizeof(*begin)), calls = 0;
    for (size_t i = 0; i < stack.count; i = export_stack_call_end(&stack, i))
        begin[calls++] = i;
    uint32_t trace = 0;
    for (size_t call = calls, end = stack.count; call-- > 0; end = begin[call])
        trace =
            trace_below(heaptrack, trace,
                        address_number(heaptrack, &stack.frame[begin[call]], end - begin[call]));
    free(begin);
    call_stack_finish(&stack);
    return trace;
}

static uint32_t allocation_number(struct heaptrack *heaptrack, uint32_t site, uint64_t bytes)
{
    uint32_t size, number;
    if (!heaptrack->site_trace[site])
        heaptrack->site_trace[site] = make_trace(heaptrack, site);
    is_new(&heaptrack->sizes, bytes, &size);
    if (is_new(&heaptrack->allocations, (uint64_t)size << 32 | site, &number))
        fprintf(heaptrack->out, "a %" PRIx64 " %" PRIx32 "\n", bytes, heaptrack->site_trace[site]);
    return number;
}

/* What a block counts for: itself or, where stacks were sampled, several, whose bytes are shared
 * out evenly. */
static void write_events(struct heaptrack *heaptrack, uint32_t block, char event)
{
    uint32_t site = opened_site_of(heaptrack->opened, block);
    struct amount own = estimates_own(&heaptrack->opened->analysis->estimates, block);
    if (site == SITE_NONE)
        return;
    for (uint64_t i = 0; i < own.blocks; i++) {
        uint64_t bytes = own.bytes / own.blocks + (i < own.bytes % own.blocks);
        uint32_t number = allocation_number(heaptrack, site, bytes);
        fprintf(heaptrack->out, "%c %" PRIx32 "\n", event, number);
    }
}

/* Blocks that the dump only has the sums of: the bytes are right, the calls are not. */
static void write_sums(struct heaptrack *heaptrack, char event, bool lost_too)
{
    const struct dump *dump = heaptrack->opened->dump;
    for (uint32_t i = 0; i < dump->sum_count; i++) {
        if (!lost_too && block_kind_is_lost((enum block_kind)(dump->sums[i].what & SUM_KIND_MASK)))
            continue;
        uint32_t site = heaptrack->opened->analysis->sites.of_stack[dump->sums[i].stack];
        uint32_t number = allocation_number(heaptrack, site, dump->sums[i].bytes);
        fprintf(heaptrack->out, "%c %" PRIx32 "\n", event, number);
    }
}

static bool is_lost(const struct opened *opened, uint32_t block)
{
    return block_kind_is_lost(verdicts_kind(&opened->analysis->verdicts, block));
}

static void write_head(struct heaptrack *heaptrack)
{
    const struct process *process = &heaptrack->opened->dump->process;
    uint64_t pages = process->rss_bytes / PAGE_BYTES;
    char *program = need_memory(utf8_clean(process->program));
    fprintf(heaptrack->out, "v %x %x\nX %s\n", HEAPTRACK_VERSION, FORMAT_VERSION, program);
    fprintf(heaptrack->out, "I %x %" PRIx64 "\nc 0\nR %" PRIx64 "\n", PAGE_BYTES, pages, pages);
    free(program);
}

static void finish(struct heaptrack *heaptrack)
{
    string_table_finish(&heaptrack->strings);
    export_calls_finish(&heaptrack->calls);
    id_table_finish(&heaptrack->traces);
    id_table_finish(&heaptrack->sizes);
    id_table_finish(&heaptrack->allocations);
    free(heaptrack->site_trace);
}

void export_heaptrack(const struct opened *opened, FILE *out)
{
    struct heaptrack heaptrack = {
        .opened = opened,
        .out = out,
        .site_trace = allocate(opened->analysis->sites.count, sizeof(uint32_t)),
    };
    write_head(&heaptrack);
    for (uint32_t block = 0; block < opened->dump->block_count; block++)
        write_events(&heaptrack, block, '+');
    write_sums(&heaptrack, '+', true);
    fprintf(out, "c %" PRIx64 "\n", opened->dump->process.uptime_ns / 1000000);
    for (uint32_t block = 0; block < opened->dump->block_count; block++)
        if (!is_lost(opened, block))
            write_events(&heaptrack, block, '-');
    write_sums(&heaptrack, '-', false);
    finish(&heaptrack);
}
