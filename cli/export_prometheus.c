/*
 * Prometheus' text format, for node_exporter's textfile collector. HELP and TYPE are the same in
 * every file, as the collector wants of files in one folder; series of several processes differ by
 * program and pid. Of the leaks only the largest have series of their own, each by its signature,
 * which stays from dump to dump.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/export.h"
#include "cli/export_leaks.h"
#include "cli/export_stack.h"
#include "cli/memory_split.h"
#include "cli/suppressed.h"
#include "cli/written_text.h"
#include "libcaulk/memory.h"
#include "libcaulk/signature.h"

#define LEAKS_MAX 10

struct prometheus {
    const struct opened *opened;
    FILE *out;
    char *process; /* the labels that every series has */
};

/* A label's value, which has no line's end in it. */
static void write_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static char *process_labels(const struct opened *opened)
{
    const struct process *process = &opened->dump->process;
    struct written_text labels;
    written_text_begin(&labels);
    fputs("program=\"", labels.out);
    write_escaped(labels.out, words_program(process).s);
    putc('"', labels.out);
    if (!process->merged)
        fprintf(labels.out, ",pid=\"%" PRIu32 "\"", process->pid);
    return written_text_end(&labels);
}

static void write_head(const struct prometheus *prometheus, const char *name, const char *help)
{
    fprintf(prometheus->out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void write_number(const struct prometheus *prometheus, const char *name, const char *label,
                         const char *value, uint64_t number)
{
    fprintf(prometheus->out, "%s{%s", name, prometheus->process);
    if (label) {
        fprintf(prometheus->out, ",%s=\"", label);
        write_escaped(prometheus->out, value);
        fputc('"', prometheus->out);
    }
    fprintf(prometheus->out, "} %" PRIu64 "\n", number);
}

static void write_single(const struct prometheus *prometheus, const char *name, const char *help,
                         uint64_t number)
{
    write_head(prometheus, name, help);
    write_number(prometheus, name, NULL, NULL, number);
}

static void write_seconds(const struct prometheus *prometheus, const char *name, const char *help,
                          uint64_t ns)
{
    write_head(prometheus, name, help);
    fprintf(prometheus->out, "%s{%s} %" PRIu64 ".%09" PRIu64 "\n", name, prometheus->process,
            ns / 1000000000, ns % 1000000000);
}

static void write_heap(const struct prometheus *prometheus)
{
    const struct analysis *analysis = prometheus->opened->analysis;
    write_head(prometheus, "caulk_heap_blocks", "Live heap blocks by verdict.");
    for (int kind = 0; kind < KIND_COUNT; kind++)
        write_number(prometheus, "caulk_heap_blocks", "verdict",
                     block_kind_name((enum block_kind)kind), analysis->of_kind[kind].blocks);
    write_head(prometheus, "caulk_heap_bytes", "Bytes asked for in live heap blocks by verdict.");
    for (int kind = 0; kind < KIND_COUNT; kind++)
        write_number(prometheus, "caulk_heap_bytes", "verdict",
                     block_kind_name((enum block_kind)kind), analysis->of_kind[kind].bytes);
    write_single(prometheus, "caulk_pending_bytes",
                 "Lost bytes that Python's collector will come back for.",
                 analysis->pending.amount.bytes);
    write_single(prometheus, "caulk_lost_cycles", "Cycles of lost blocks.", analysis->lost_cycles);
    write_single(prometheus, "caulk_lost_cycle_bytes", "Bytes in cycles of lost blocks.",
                 analysis->cycles.lost.bytes);
}

static void write_memory(const struct prometheus *prometheus)
{
    const struct memory_split memory = memory_split(&prometheus->opened->dump->process);
    const struct {
        const char *part;
        uint64_t bytes;
    } parts[] = {{"in_use", memory.in_use},
                 {"allocator_free", memory.allocator_free},
                 {"tracker", memory.tracker},
                 {"stacks", memory.stacks},
                 {"other", memory.other}};
    write_head(prometheus, "caulk_memory_bytes", "What the resident memory is made of.");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        write_number(prometheus, "caulk_memory_bytes", "part", parts[i].part, parts[i].bytes);
}

static void write_dump(const struct prometheus *prometheus)
{
    const struct process *process = &prometheus->opened->dump->process;
    const struct warnings *warnings = &prometheus->opened->analysis->warnings;
    write_seconds(prometheus, "caulk_dump_time_seconds", "When the dump was made, in Unix time.",
                  process->time_ns);
    write_seconds(prometheus, "caulk_dump_pause_seconds", "How long the dump paused the process.",
                  process->pause_ns);
    write_seconds(prometheus, "caulk_uptime_seconds", "How long the process had run at the dump.",
                  process->uptime_ns);
    write_single(prometheus, "caulk_warnings", "What weakens the verdicts.", warnings->count);
}

/* ---- leaks ---- */

struct series {
    struct phrase place, signature;
    uint64_t bytes;
};

struct series_list {
    const struct prometheus *prometheus;
    struct id_table signatures;
    struct series *series;
};

/* Leaks that differ by lines alone are one series. */
static void add_leak(void *context, const struct export_leak *leak)
{
    struct series_list *list = context;
    if (leak->leak->kind != KIND_DEFINITE || leak_is_pending(leak->leak))
        return;
    uint32_t known = list->signatures.count;
    uint32_t number = export_number(&list->signatures, signature_of(&leak->stack));
    if (number == known) {
        list->series = need_room(list->series, known, sizeof(*list->series));
        list->series[number] = (struct series){export_leak_place(list->prometheus->opened, leak),
                                               suppressed_signature(&leak->stack), 0};
    }
    list->series[number].bytes +=
        leak->leak->own.bytes + leak->leak->indirect.bytes - leak->leak->pending.bytes;
}

static int compare(const void *left, const void *right)
{
    const struct series *a = left, *b = right;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return strcmp(a->signature.s, b->signature.s);
}

static void write_leaks(const struct prometheus *prometheus)
{
    struct series_list list = {.prometheus = prometheus};
    export_leaks_each(prometheus->opened, add_leak, &list);
    uint32_t count = list.signatures.count;
    if (count)
        qsort(list.series, count, sizeof(*list.series), compare);
    write_head(prometheus, "caulk_leaked_bytes",
               "Bytes lost by what allocated them, with what they hold: the largest leaks.");
    for (uint32_t i = 0; i < count && i < LEAKS_MAX; i++) {
        fprintf(prometheus->out, "caulk_leaked_bytes{%s,site=\"", prometheus->process);
        write_escaped(prometheus->out, list.series[i].place.s);
        fprintf(prometheus->out, "\",signature=\"%s\"} %" PRIu64 "\n", list.series[i].signature.s,
                list.series[i].bytes);
    }
    free(list.series);
    id_table_finish(&list.signatures);
}

void export_prometheus(const struct opened *opened, FILE *out)
{
    struct prometheus prometheus = {opened, out, process_labels(opened)};
    write_heap(&prometheus);
    write_memory(&prometheus);
    write_dump(&prometheus);
    write_leaks(&prometheus);
    free(prometheus.process);
}
