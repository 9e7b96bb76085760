/* What process a dump is of; of how many processes, hosts and programs, where it is merged. */
#include <string.h>

#include "cli/fatal.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/dump_merge.h"

uint32_t words_host_count(const struct dump *dump)
{
    uint32_t hosts;
    if (!dump_merge_hosts(&dump->merged, &hosts))
        fatal(dump->path, "out of memory for the hosts");
    return hosts;
}

struct phrase words_merged(const struct dump *dump)
{
    uint32_t processes = dump->merged.process_count;
    return words_format("%s %s on %s", text_count(processes).s,
                        processes == 1 ? "process" : "processes",
                        text_counted(words_host_count(dump), "host").s);
}

struct phrase words_program(const struct process *process)
{
    return words_cut(words_file_name(process->started_as), 60);
}

bool words_has_its_name(const struct process *process)
{
    return !strcmp(words_file_name(process->started_as), words_file_name(process->program));
}

bool words_is_of_one_program(const struct dump *dump)
{
    for (uint32_t i = 1; i < dump->merged.process_count; i++)
        if (strcmp(dump->merged.process[0].program, dump->merged.process[i].program) != 0)
            return false;
    return true;
}

static struct phrase merged_process(const struct dump *dump, const char *up, const char *paused)
{
    const struct merged *merged = &dump->merged;
    return words_format("%s%s, up to %s, paused %s at most, %s of %s parked",
                        words_is_of_one_program(dump) ? "" : "and other programs, ",
                        words_merged(dump).s, up, paused,
                        text_count(merged->threads - merged->unparked).s,
                        text_counted(merged->threads, "thread").s);
}

struct phrase words_process(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    const struct process *process = &dump->process;
    struct text up = text_duration(opened_uptime(opened));
    struct text paused = text_duration((double)process->pause_ns / 1e9);
    uint32_t dumps;
    if (process->merged)
        return merged_process(dump, up.s, paused.s);
    opened_dumps(opened, &dumps);
    return words_format("pid %u%s, up %s, dump %u, paused %s, %s of %s parked", process->pid,
                        dumps > 1 ? words_format(" and %s more", text_count(dumps - 1).s).s : "",
                        up.s, process->sequence, paused.s, text_count(opened_parked(opened)).s,
                        text_counted(dump->thread_count, "thread").s);
}
