/* `caulk info`: what a dump is. Opening it has verified the whole file. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "cli/command.h"
#include "cli/dump_json.h"
#include "cli/info_retained.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/words.h"

/* More than that nobody reads. */
#define PROCESSES_MAX 10

struct info_options {
    const char *path;
    bool json;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct info_options *options = state->input;
    switch (key) {
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path)
            options_fail("info", "one dump, please; '%s' is another", argument);
        options->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (!options->path)
            options_fail("info", "which dump? (caulk info DUMP)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void put_modules(struct json *json, const struct opened *opened,
                        const struct info_retained *retained)
{
    json_array(json, "modules");
    for (uint32_t i = 0; i < opened->dump->module_count; i++) {
        const struct module *module = &opened->dump->modules[i];
        const char *reason = NULL;
        json_object(json, NULL);
        json_string(json, "path", module->path);
        json_string(json, "build_id", *module->build_id ? module->build_id : NULL);
        json_address(json, "start", module->start);
        json_address(json, "end", module->end);
        json_bool(json, "symbols", symbolizer_module(opened->symbolizer, i, &reason));
        json_string(json, "reason", reason);
        json_bool(json, "loaded", !module->unloaded_tick);
        json_amount(json, "retained", retained->module[i].blocks, retained->module[i].bytes);
        json_end(json);
    }
    json_end(json);
}

/* Files without which stacks have no lines: what to look for, on other machines or servers. */
static void put_missing(struct json *json, const struct opened *opened)
{
    json_array(json, "missing");
    for (uint32_t i = 0; i < opened->dump->module_count; i++) {
        const struct module *module = &opened->dump->modules[i];
        if (!symbolizer_misses(opened->symbolizer, i))
            continue;
        json_object(json, NULL);
        json_string(json, "build_id", *module->build_id ? module->build_id : NULL);
        json_string(json, "path", module->path);
        json_end(json);
    }
    json_end(json);
}

static void put_threads(struct json *json, const struct dump *dump,
                        const struct info_retained *retained)
{
    json_array(json, "threads");
    for (uint32_t i = 0; i < dump->thread_count; i++) {
        json_object(json, NULL);
        json_number(json, "tid", dump->threads[i].tid);
        json_string(json, "name", dump->threads[i].name);
        json_bool(json, "parked", dump->threads[i].state != THREAD_UNPARKED);
        json_amount(json, "retained", retained->thread[i].blocks, retained->thread[i].bytes);
        json_end(json);
    }
    json_end(json);
}

static void put_processes(struct json *json, const struct merged *merged)
{
    json_array(json, "processes");
    for (uint32_t i = 0; i < merged->process_count; i++) {
        json_object(json, NULL);
        json_string(json, "host", merged->process[i].host);
        json_string(json, "program", merged->process[i].program);
        json_number(json, "pid", merged->process[i].pid);
        json_end(json);
    }
    json_end(json);
}

/* How many blocks have a stack that goes on beyond the caller. */
static uint64_t count_traced(const struct dump *dump)
{
    uint64_t traced = 0;
    for (uint32_t b = 0; b < dump->block_count; b++)
        traced += dump->block_stack[b] && !dump_stack_is_cut(dump, dump->block_stack[b]);
    return traced;
}

static const char *stacks_word(enum stacks_mode mode)
{
    static const char *const words[] = {
        [STACKS_FULL] = "full", [STACKS_SAMPLED] = "sampled", [STACKS_CALLER] = "caller"};
    return words[mode];
}

static void put_stacks(struct json *json, const struct dump *dump)
{
    json_object(json, "stacks");
    json_string(json, "mode", stacks_word(dump->process.stacks_mode));
    if (dump->process.stacks_mode == STACKS_SAMPLED)
        json_number(json, "interval", dump->process.sample_bytes);
    else
        json_null(json, "interval");
    json_number(json, "depth", dump->process.depth);
    if (dump->process.merged)
        json_null(json, "full");
    else
        json_number(json, "full", count_traced(dump));
    json_end(json);
}

static const char *collector_word(enum collector collector)
{
    static const char *const words[] = {
        [COLLECTOR_UNKNOWN] = "unknown", [COLLECTOR_ON] = "on", [COLLECTOR_OFF] = "off"};
    return words[collector];
}

/* Pointers that own nothing: see libcaulk/dump_links.c. */
static uint64_t count_links(const struct dump *dump)
{
    uint64_t links = 0;
    for (uint64_t e = 0; e < dump->edges.count; e++)
        links += (dump->edges.witness[e] & WITNESS_LINK) != 0;
    return links;
}

static void put_types(struct json *json, const struct dump *dump)
{
    json_object(json, "types");
    json_number(json, "types", dump->type_count);
    json_number(json, "blocks", dump->typed_count);
    json_number(json, "links", count_links(dump));
    json_end(json);
    if (!dump->python.found) {
        json_null(json, "python");
        return;
    }
    json_object(json, "python");
    json_string(json, "collector", collector_word(dump->python.collector));
    json_number(json, "garbage", dump->python.garbage);
    json_end(json);
}

static void print_json(const struct opened *opened, const struct info_retained *retained)
{
    const struct dump *dump = opened->dump;
    const struct analysis *analysis = opened->analysis;
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.info/1");
    dump_json(json, opened);
    json_number(json, "format_version", dump->format_version);
    json_number(json, "file_bytes", dump->file_bytes);
    json_string(json, "options", dump->process.options);
    json_string(json, "allocator", dump->process.allocator);
    put_stacks(json, dump);
    put_types(json, dump);
    put_modules(json, opened, retained);
    put_missing(json, opened);
    put_threads(json, dump, retained);
    if (dump->process.merged)
        put_processes(json, &dump->merged);
    json_object(json, "counts");
    json_number(json, "blocks", analysis->live.blocks);
    json_number(json, "edges", dump->edges.count);
    json_number(json, "roots", dump->root_count);
    json_number(json, "sites", analysis->sites.count);
    json_number(json, "dropped", dump->process.dropped_blocks);
    json_end(json);
    json_number(json, "bytes", analysis->live.bytes);
    json_end(json);
    json_destroy(json);
}

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
               text_size(process->sample_bytes).s, text_count(count_traced(dump)).s,
               text_counted(dump->block_count, "block").s);
}

static void print_types(const struct dump *dump)
{
    uint64_t links = count_links(dump);
    if (dump->typed_count)
        printf("types     %s, of %s", text_counted(dump->type_count, "type").s,
               text_counted(dump->typed_count, "block").s);
    if (links)
        printf("; %s own nothing", text_counted(links, "pointer").s);
    if (dump->typed_count)
        putchar('\n');
    if (dump->python.found)
        printf("python    collector %s, %s in gc.garbage\n", collector_word(dump->python.collector),
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

static void print_text(const struct opened *opened, const struct info_retained *retained)
{
    const struct dump *dump = opened->dump;
    const struct process *process = &dump->process;
    const struct amount *live = &opened->analysis->live;
    printf("file      %s, %s, format %" PRIu32 ", whole\n", words_cut(dump->path, 80).s,
           text_size(dump->file_bytes).s, dump->format_version);
    if (process->merged)
        print_merged(dump);
    else
        printf("program   %s, pid %" PRIu32 ", dump %" PRIu32 "\n",
               words_cut(process->program, 80).s, process->pid, process->sequence);
    if (*process->host)
        printf("host      %s\n", words_cut(process->host, 80).s);
    print_time(process->time_ns);
    printf("up        %s, paused %s\n", text_duration(opened_uptime(opened)).s,
           text_duration((double)process->pause_ns / 1e9).s);
    printf("threads   %s, %s parked\n", text_count(dump->merged.threads + dump->thread_count).s,
           text_count(dump->merged.threads - dump->merged.unparked + opened_parked(opened)).s);
    printf("allocator %s\n", words_cut(process->allocator, 80).s);
    printf("options   %s\n", *process->options ? words_cut(process->options, 80).s : "none");
    print_stacks(dump);
    if (process->only_lost && !process->merged)
        puts("detail    lost and possible blocks in full, the others summed by place");
    printf("heap      %s, %s, %s, %s, %s\n", text_counted(live->blocks, "block").s,
           text_size(live->bytes).s, text_counted(opened->analysis->sites.count, "site").s,
           text_counted(dump->edges.count, "edge").s, text_counted(dump->root_count, "root").s);
    print_types(dump);
    if (process->dropped_blocks)
        printf("dropped   %s\n", text_counted(process->dropped_blocks, "block").s);
    print_modules(opened, retained);
    print_missing(opened);
}

int info_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {OPTIONS_JSON, {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP",
        .doc = "What a dump is: process, threads, modules, totals. Verifies the whole file."};
    struct info_options options = {0};
    struct names_from names;
    names_from_parse("info", &argp, argc, argv, &options, &names);

    struct opened opened;
    opened_init(&opened, &names, options.path, false);
    struct info_retained retained;
    info_retained_init(&retained, &opened);
    if (options.json)
        print_json(&opened, &retained);
    else
        print_text(&opened, &retained);
    info_retained_finish(&retained);
    opened_finish(&opened);
    return EXIT_DONE;
}
