/* What a dump is, for a person: a line for each fact, after its word in the left column. */
#include "cli/info.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "cli/text.h"
#include "cli/words.h"

/* More than that nobody reads. */
#define PROCESSES_MAX 10

static void print_modules(const struct opened *opened, const struct info_retained *retained)
{
    for (uint32_t i = 0; i < opened->dump->module_count; i++) {
        const struct module *module = &opened->dump->modules[i];
        const char *reason = NULL;
        bool found = symbolizer_module(opened->symbolizer, i, &reason);
        printf("%s%s", i ? "          " : "modules   ", words_cut(module->path, 80).s);
        if (module->unloaded_tick)
            printf(", unloaded");
        if (!found)
            printf(", no symbols");
        if (reason)
            printf(": %s", words_cut(reason, 80).s);
        if (retained->module[i].blocks)
            printf("%s retains %s", reason ? ";" : ",", text_size(retained->module[i].bytes).s);
        putchar('\n');
    }
}

static void print_missing(const struct opened *opened)
{
    const char *heading = "missing   ";
    for (uint32_t i = 0; i < opened->dump->module_count; i++) {
        const struct module *module = &opened->dump->modules[i];
        if (!symbolizer_misses(opened->symbolizer, i))
            continue;
        printf("%sbuild id %s, %s\n", heading,
               *module->build_id ? words_cut(module->build_id, 80).s : "unknown",
               words_cut(module->path, 80).s);
        heading = "          ";
    }
    if (heading[0] == ' ')
        puts(
            "          get them: --debuginfod asks servers for these build ids; or take the files\n"
            "          themselves, --sysroot=DIR, or their debug files (packages …-dbgsym,\n"
            "          -debuginfo), --debug-dir=DIR; then keep the names: caulk symbolize");
}

static void print_time(uint64_t time_ns)
{
    time_t seconds = (time_t)(time_ns / 1000000000);
    struct tm parts;
    char text[64];
    if (localtime_r(&seconds, &parts) && strftime(text, sizeof(text), "%F %T %z", &parts))
        printf("taken     %s\n", text);
}

static void print_stacks(const struct dump *dump)
{
    const struct process *process = &dump->process;
    if (process->stacks_mode == STACKS_CALLER)
        puts("stacks    the caller alone");
    else if (process->stacks_mode == STACKS_SAMPLED && process->merged)
        puts("stacks    sampled, in one of the processes or more");
    else if (process->stacks_mode == STACKS_SAMPLED)
        printf("stacks    sampled, one every %s: %s of %s have one\n",
               text_size(process->sample_bytes).s, text_count(info_traced_blocks(dump)).s,
               text_counted(dump->block_count, "block").s);
}

static void print_types(const struct dump *dump)
{
    uint64_t links = info_links(dump);
    if (dump->typed_count)
        printf("types     %s, of %s", text_counted(dump->type_count, "type").s,
               text_counted(dump->typed_count, "block").s);
    if (links)
        printf("; %s own nothing", text_counted(links, "pointer").s);
    if (dump->typed_count)
        putchar('\n');
    if (dump->python.found)
        printf("python    collector %s, %s in gc.garbage\n",
               info_collector_word(dump->python.collector),
               text_counted(dump->python.garbage, "object").s);
}

static void print_merged(const struct dump *dump)
{
    const struct merged *merged = &dump->merged;
    printf("program   %s%s\n", words_cut(dump->process.program, 80).s,
           words_is_of_one_program(dump) ? "" : " and others");
    printf("merged    %s, summed by place and verdict\n", words_merged(dump).s);
    for (uint32_t i = 0; i < merged->process_count && i < PROCESSES_MAX; i++)
        printf("          %s %s, pid %" PRIu32 "\n", words_cut(merged->process[i].host, 60).s,
               words_cut(words_file_name(merged->process[i].program), 60).s,
               merged->process[i].pid);
    if (merged->process_count > PROCESSES_MAX)
        printf("          … %s more (--json has all)\n",
               text_count(merged->process_count - PROCESSES_MAX).s);
}

static void print_threads(const struct opened *opened)
{
    const struct merged *merged = &opened->dump->merged;
    printf("threads   %s, %s parked\n", text_count(merged->threads + opened->dump->thread_count).s,
           text_count(merged->threads - merged->unparked + opened_parked(opened)).s);
}

static void print_process(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    const struct process *process = &dump->process;
    if (process->merged)
        print_merged(dump);
    else
        printf("program   %s, pid %" PRIu32 ", dump %" PRIu32 "\n",
               words_cut(process->program, 80).s, process->pid, process->sequence);
    if (!words_has_its_name(process))
        printf("started   as %s\n", words_cut(process->started_as, 80).s);
    if (*process->host)
        printf("host      %s\n", words_cut(process->host, 80).s);
    print_time(process->time_ns);
    printf("up        %s, paused %s\n", text_duration(opened_uptime(opened)).s,
           text_duration((double)process->pause_ns / 1e9).s);
    print_threads(opened);
    printf("allocator %s\n", words_cut(process->allocator, 80).s);
    printf("options   %s\n", *process->options ? words_cut(process->options, 80).s : "none");
}

static void print_heap(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    const struct amount *live = &opened->analysis->live;
    print_stacks(dump);
    if (dump->process.only_lost && !dump->process.merged)
        puts("detail    lost and possible blocks in full, the others summed by place");
    printf("heap      %s, %s, %s, %s, %s\n", text_counted(live->blocks, "block").s,
           text_size(live->bytes).s, text_counted(opened->analysis->sites.count, "site").s,
           text_counted(dump->edges.count, "edge").s, text_counted(dump->root_count, "root").s);
    print_types(dump);
    if (dump->process.dropped_blocks)
        printf("dropped   %s\n", text_counted(dump->process.dropped_blocks, "block").s);
}

void info_print_text(const struct opened *opened, const struct info_retained *retained)
{
    const struct dump *dump = opened->dump;
    printf("file      %s, %s, format %" PRIu32 ", whole\n", words_cut(dump->path, 80).s,
           text_size(dump->file_bytes).s, dump->format_version);
    print_process(opened);
    print_heap(opened);
    print_modules(opened, retained);
    print_missing(opened);
}
