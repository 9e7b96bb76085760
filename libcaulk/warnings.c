/* Each warning says what it is, how much of it, and what that does to the verdicts. */
#include "libcaulk/warnings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void add(struct warnings *warnings, const char *code, uint64_t count, const char *text)
{
    struct warning *warning = &warnings->warning[warnings->count++];
    warning->code = code;
    warning->count = count;
    snprintf(warning->text, sizeof(warning->text), "%s", text);
}

static void warn_of_threads(const struct dump *dump, struct warnings *warnings)
{
    uint64_t unparked = dump->merged.unparked;
    for (uint32_t t = 0; t < dump->thread_count; t++)
        unparked += dump->threads[t].state == THREAD_UNPARKED;
    char text[160];
    snprintf(text, sizeof(text),
             "%" PRIu64 " of %" PRIu64 " threads did not stop in time; what only they hold may be "
             "called lost",
             unparked, dump->merged.threads + dump->thread_count);
    if (unparked)
        add(warnings, "unparked_threads", unparked, text);
}

static void warn_of_drops(const struct dump *dump, struct warnings *warnings)
{
    uint64_t dropped = dump->process.dropped_blocks;
    char text[160];
    snprintf(text, sizeof(text),
             "%" PRIu64
             " allocations could not be recorded; what only they hold may be called lost",
             dropped);
    if (dropped)
        add(warnings, "dropped", dropped, text);
}

static const char *sampling_words(const struct process *process)
{
    if (process->merged)
        return "figures by full stack are estimated";
    if (!process->sample_bytes)
        return "but not scaled up by stack: the dumps were not sampled alike";
    return process->only_lost ? "figures of lost blocks by full stack are estimated"
                              : "figures by full stack are estimated";
}

static void warn_of_sampling(const struct dump *dump, struct warnings *warnings)
{
    uint64_t cut = 0;
    for (uint32_t b = 0; dump->process.stacks_mode == STACKS_SAMPLED && b < dump->block_count; b++)
        cut += dump_stack_is_cut(dump, dump->block_stack[b]);
    for (uint32_t i = 0; dump->process.stacks_mode == STACKS_SAMPLED && i < dump->sum_count; i++)
        cut += dump_stack_is_cut(dump, dump->sums[i].stack) ? dump->sums[i].blocks : 0;
    char text[160];
    snprintf(text, sizeof(text),
             "%" PRIu64 " blocks have only their caller recorded; totals are exact, %s", cut,
             sampling_words(&dump->process));
    if (cut)
        add(warnings, "sampled", cut, text);
}

static void warn_of_process(const struct dump *dump, struct warnings *warnings)
{
    const struct process *process = &dump->process;
    if (process->pymalloc)
        add(warnings, "pymalloc", 1,
            "CPython's own allocator is on and hides its objects; start with PYTHONMALLOC=malloc");
    if (process->gslice)
        add(warnings, "g_slice", 1,
            "GLib's own allocator is on and hides its objects; start with G_SLICE=always-malloc");
    if (process->no_proc)
        add(warnings, "partial_roots", 1,
            "/proc was out of reach; what only unseen memory holds may be called lost");
    else if (process->partial_roots)
        add(warnings, "partial_roots", 1,
            "some memory could not be read; what only it holds may be called lost");
    if (process->no_calls)
        add(warnings, "no_calls", 1,
            "the tracker saw no allocation; the program has an allocator of its own");
}

static bool maps_have(const struct dump *dump, const char *name)
{
    return dump->maps && memmem(dump->maps, dump->maps_bytes, name, strlen(name));
}

/* What waits in one, the kernel alone knows. */
static void warn_of_rings(const struct dump *dump, struct warnings *warnings)
{
    if (maps_have(dump, "anon_inode:[io_uring]"))
        add(warnings, "io_uring", 1,
            "the program uses io_uring; what only a request holds that waits there may be called "
            "lost");
    if (maps_have(dump, "/[aio]"))
        add(warnings, "aio", 1,
            "the program uses the kernel's asynchronous I/O (io_submit); what only a request holds "
            "that waits there may be called lost");
}

/* Heads that a program's own wrapper of malloc puts before what it gives, where the "header" rule
 * does not accept them: they are too big, or few blocks come from each place. */
enum { HEAD_BYTES_MAX = 512, HEAD_POINTERS_MIN = 64, HEAD_POINTERS_SHARE = 10 };

struct heads {
    uint64_t pointers; /* all of them */
    uint64_t inside[HEAD_BYTES_MAX / 8 + 1];
    uint64_t interior[HEAD_BYTES_MAX / 8 + 1]; /* of those, not accepted */
};

static void count_pointer(struct heads *heads, uint32_t offset, uint8_t class)
{
    heads->pointers++;
    if (class == EDGE_NONE || offset > HEAD_BYTES_MAX || offset % 8 != 0)
        return;
    heads->inside[offset / 8]++;
    heads->interior[offset / 8] += class == EDGE_INTERIOR;
}

/* The graph may have more edges of a block than the dump: after the dump's. */
static void count_pointers(struct heads *heads, const struct heap_graph *heap)
{
    const struct dump *dump = heap->dump;
    const struct pointers *edges = &dump->edges;
    for (uint32_t b = 0; b < dump->block_count; b++)
        for (uint64_t e = edges->begin[b], g = heap->graph.begin[b]; e < edges->begin[b + 1];
             e++, g++)
            count_pointer(heads, edges->target_offset[e], heap->edge_class[g]);
    for (uint64_t r = 0; r < dump->refs.count; r++)
        count_pointer(heads, dump->refs.target_offset[r], heap->ref_class[r]);
}

/* Half of all pointers lead there, and not just a few of them are not accepted. */
static bool is_head(const struct heads *heads, unsigned place)
{
    uint64_t interior = heads->interior[place];
    return heads->inside[place] >= heads->pointers / 2 && interior >= HEAD_POINTERS_MIN &&
           interior >= heads->inside[place] / HEAD_POINTERS_SHARE;
}

static void warn_of_heads(const struct heap_graph *heap, struct warnings *warnings)
{
    struct heads heads = {0};
    count_pointers(&heads, heap);
    for (unsigned i = 1; i <= HEAD_BYTES_MAX / 8; i++) {
        if (!is_head(&heads, i))
            continue;
        char text[160];
        snprintf(text, sizeof(text),
                 "%" PRIu64 " of %" PRIu64 " pointers lead %u bytes into blocks, past heads of the "
                 "program's own; what they hold is called possible",
                 heads.interior[i], heads.pointers, 8 * i);
        add(warnings, "heads", heads.interior[i], text);
        return;
    }
}

/* They are reachable, through the list, and nobody will ever release them. */
static void warn_of_garbage(const struct dump *dump, struct warnings *warnings)
{
    uint64_t garbage = dump->python.garbage;
    char text[160];
    snprintf(text, sizeof(text),
             "gc.garbage holds %" PRIu64 " %s that Python's collector gave up; not counted as lost",
             garbage, garbage == 1 ? "object" : "objects");
    if (garbage)
        add(warnings, "garbage", garbage, text);
}

static void warn_of_copies(const struct dump *dump, struct warnings *warnings)
{
    uint32_t forked = 0;
    for (uint32_t i = 0; i < dump->summed_count; i++)
        forked += dump->summed[i]->process.fork_tick && dump->summed[i]->process.no_births;
    if (forked)
        add(warnings, "copies", forked,
            "births were not recorded (memory=low): what forked processes allocated at an address "
            "of "
            "their parent's may be taken for its copy, and counted once");
}

void warnings_collect(const struct heap_graph *heap, struct warnings *ret_warnings)
{
    const struct dump *dump = heap->dump;
    *ret_warnings = (struct warnings){0};
    warn_of_threads(dump, ret_warnings);
    warn_of_drops(dump, ret_warnings);
    warn_of_sampling(dump, ret_warnings);
    warn_of_process(dump, ret_warnings);
    warn_of_rings(dump, ret_warnings);
    warn_of_heads(heap, ret_warnings);
    warn_of_garbage(dump, ret_warnings);
    warn_of_copies(dump, ret_warnings);
}
