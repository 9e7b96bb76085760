/* What the process is, as `caulk info` says it. */
#include "cli/report.h"

#include <time.h>

#include "cli/html.h"

#define MODULES_MAX 500
#define THREADS_MAX 500
#define PATH_CHARACTERS 120
#define OPTIONS_CHARACTERS 400

static void put_row(FILE *out, const char *name, const char *text)
{
    html_put(out, "<tr><th scope=row>$</th><td class=wide>$</td></tr>\n", name, text, NULL);
}

/* In UTC, so that a page reads the same everywhere. */
static struct phrase time_words(uint64_t time_ns)
{
    time_t seconds = (time_t)(time_ns / 1000000000);
    struct tm parts;
    char text[64];
    if (!gmtime_r(&seconds, &parts) || !strftime(text, sizeof(text), "%F %T UTC", &parts))
        return words_format("not known");
    return words_format("%s", text);
}

static void put_dump(const struct report *report, const struct dump *dump)
{
    const struct process *process = &dump->process;
    put_row(report->out, "dump",
            words_format("%s, %s, format %u; taken %s, dump %u, up %s",
                         words_cut(dump->path, PATH_CHARACTERS).s, text_size(dump->file_bytes).s,
                         dump->format_version, time_words(process->time_ns).s, process->sequence,
                         text_duration((double)process->uptime_ns / 1e9).s)
                .s);
}

static void put_dumps(const struct report *report)
{
    uint32_t count;
    struct dump *const *dumps = opened_dumps(report->opened, &count);
    if (report->compared) {
        dumps = report->compared->dumps;
        count = report->compared->dump_count;
    }
    for (uint32_t i = 0; i < count; i++)
        put_dump(report, dumps[i]);
}

static void put_heap(const struct report *report)
{
    const struct opened *opened = report->opened;
    const struct amount *live = &opened->analysis->live;
    put_row(report->out, "heap",
            words_format("%s, %s, %s, %s, %s", text_counted(live->blocks, "block").s,
                         text_size(live->bytes).s,
                         text_counted(opened->analysis->sites.count, "site").s,
                         text_counted(opened->dump->edges.count, "pointer").s,
                         text_counted(opened->dump->root_count, "root").s)
                .s);
}

static void put_process(const struct report *report)
{
    const struct dump *dump = report->opened->dump;
    const struct process *process = &dump->process;
    FILE *out = report->out;
    html_put(out, "<table class=facts><tbody>\n", NULL);
    put_row(out, "program", words_cut(process->program, PATH_CHARACTERS).s);
    if (!words_has_its_name(process))
        put_row(out, "started as", words_cut(process->started_as, PATH_CHARACTERS).s);
    if (process->merged)
        put_row(out, "of", words_merged(dump).s);
    else
        put_row(out, "pid", words_format("%u", process->pid).s);
    if (*process->host)
        put_row(out, "host", words_cut(process->host, PATH_CHARACTERS).s);
    put_row(out, "up", text_duration(opened_uptime(report->opened)).s);
    put_row(out, "paused", text_duration((double)process->pause_ns / 1e9).s);
    put_row(out, "allocator", words_cut(process->allocator, PATH_CHARACTERS).s);
    put_row(out, "options",
            *process->options ? words_cut(process->options, OPTIONS_CHARACTERS).s : "none");
    put_heap(report);
    put_dumps(report);
    html_put(out, "</tbody></table>\n", NULL);
}

static void put_omitted(FILE *out, uint32_t count, uint32_t most, const char *what)
{
    if (count > most)
        html_put(out, "<p class=omitted>Left out: $. All: <code>caulk info</code></p>\n",
                 text_counted(count - most, what).s, NULL);
}

static void put_module(const struct report *report, uint32_t index)
{
    const struct module *module = &report->opened->dump->modules[index];
    const char *reason = NULL;
    bool found = symbolizer_module(report->opened->symbolizer, index, &reason);
    html_put(report->out,
             "<tr><td class=wide>$$</td><td data-label=Symbols>$$$</td><td data-label=\"Build id\" "
             "class=place>$</td></tr>\n",
             words_cut(module->path, PATH_CHARACTERS).s, module->unloaded_tick ? ", unloaded" : "",
             found ? "found" : "none", reason ? ": " : "", reason ? words_cut(reason, 80).s : "",
             words_cut(module->build_id, 80).s, NULL);
}

static void put_modules(const struct report *report)
{
    uint32_t count = report->opened->dump->module_count;
    html_put(report->out,
             "<details><summary>$</summary><div class=scroll><table class=rows><thead><tr>"
             "<th scope=col>File</th><th scope=col>Symbols</th><th scope=col>Build id</th></tr>"
             "</thead><tbody>\n",
             text_counted(count, "module").s, NULL);
    for (uint32_t i = 0; i < count && i < MODULES_MAX; i++)
        put_module(report, i);
    html_put(report->out, "</tbody></table></div></details>\n", NULL);
    put_omitted(report->out, count, MODULES_MAX, "module");
}

static void put_thread(const struct report *report, const struct thread *thread)
{
    html_put(report->out,
             "<tr><th scope=row>$</th><td class=wide>$</td><td data-label=\"At the dump\">$</td>"
             "</tr>\n",
             words_format("%u", thread->tid).s, words_cut(thread->name, 60).s,
             thread->state == THREAD_UNPARKED ? "went on" : "stood still", NULL);
}

static void put_threads(const struct report *report)
{
    const struct dump *dump = report->opened->dump;
    html_put(report->out,
             "<details><summary>$, $ stood still</summary><table class=rows><thead><tr>"
             "<th scope=col>Thread</th><th scope=col>Name</th><th scope=col>At the dump</th></tr>"
             "</thead><tbody>\n",
             text_counted(dump->thread_count, "thread").s,
             text_count(opened_parked(report->opened)).s, NULL);
    for (uint32_t i = 0; i < dump->thread_count && i < THREADS_MAX; i++)
        put_thread(report, &dump->threads[i]);
    html_put(report->out, "</tbody></table></details>\n", NULL);
    put_omitted(report->out, dump->thread_count, THREADS_MAX, "thread");
}

void report_process(const struct report *report)
{
    put_process(report);
    put_modules(report);
    put_threads(report);
}
