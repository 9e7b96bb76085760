/* JSON objects that several commands write, so that they are the same in all of them. */
#include "cli/dump_json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/words.h"

/* RFC 3339, in UTC, so that a dump reads the same everywhere. */
static void put_time(struct json *json, const char *key, uint64_t time_ns)
{
    time_t seconds = (time_t)(time_ns / 1000000000);
    struct tm parts;
    char day[40], text[64];
    if (!gmtime_r(&seconds, &parts) || !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &parts)) {
        json_null(json, key);
        return;
    }
    snprintf(text, sizeof(text), "%s.%03" PRIu64 "Z", day, time_ns / 1000000 % 1000);
    json_string(json, key, text);
}

static const char *detail_word(const struct process *process)
{
    if (process->merged)
        return "merged";
    return process->only_lost ? "lost" : "full";
}

/* No one process is what a merged dump is of. */
static void put_merged(struct json *json, const struct dump *dump)
{
    json_null(json, "sequence");
    json_number(json, "processes", dump->merged.process_count);
    json_number(json, "hosts", words_host_count(dump));
}

void dump_json_named(struct json *json, const char *key, const struct dump *dump)
{
    const struct process *process = &dump->process;
    json_object(json, key);
    json_string(json, "path", dump->path);
    if (process->merged)
        json_null(json, "pid");
    else
        json_number(json, "pid", process->pid);
    json_string(json, "program", process->program);
    if (process->merged)
        put_merged(json, dump);
    else
        json_number(json, "sequence", process->sequence);
    json_string(json, "detail", detail_word(process));
    put_time(json, "time", process->time_ns);
    json_seconds(json, "uptime_seconds", (double)process->uptime_ns / 1e9);
    json_seconds(json, "paused_seconds", (double)process->pause_ns / 1e9);
    json_end(json);
}

void dump_json(struct json *json, const struct opened *opened)
{
    uint32_t count;
    struct dump *const *dumps = opened_dumps(opened, &count);
    dump_json_named(json, "dump", dumps[0]);
    if (count == 1)
        return;
    json_array(json, "dumps");
    for (uint32_t i = 0; i < count; i++)
        dump_json_named(json, NULL, dumps[i]);
    json_end(json);
}

static void put_frame(struct json *json, const struct frame *frame)
{
    json_object(json, NULL);
    if (frame->python)
        json_null(json, "address");
    else
        json_address(json, "address", frame->address);
    json_string(json, "module", frame->module);
    json_string(json, "function", frame->function);
    json_string(json, "file", frame->file);
    if (frame->file && frame->line)
        json_number(json, "line", frame->line);
    else
        json_null(json, "line");
    json_bool(json, "inlined", frame->inlined);
    if (frame->python)
        json_string(json, "language", "python");
    json_end(json);
}

void dump_json_stack(struct json *json, const struct call_stack *stack)
{
    json_array(json, "stack");
    for (size_t i = 0; i < stack->count; i++)
        put_frame(json, &stack->frame[i]);
    json_end(json);
}

void dump_json_root_field(struct json *json, const struct root_words *root)
{
    json_string(json, "field", *root->member.s ? words_root_field(root).s : NULL);
}

void dump_json_root(struct json *json, const struct opened *opened, const struct root *root,
                    uint64_t offset)
{
    struct root_words words = words_root(opened, root, offset);
    json_object(json, "root");
    json_string(json, "kind", words.kind);
    json_string(json, "name", *words.name.s ? words.name.s : NULL);
    json_string(json, "module", words.module);
    json_string(json, "type", *words.type.s ? words.type.s : NULL);
    dump_json_root_field(json, &words);
    json_end(json);
}

void dump_json_offset(struct json *json, uint64_t offset)
{
    if (offset == OFFSET_UNKNOWN)
        json_null(json, "offset");
    else
        json_number(json, "offset", offset);
}

void dump_json_field(struct json *json, const struct opened *opened, uint32_t block,
                     uint64_t offset)
{
    char *name = words_whole_field(opened, block, offset);
    json_string(json, "field", name);
    free(name);
}

void dump_json_weak(struct json *json, const struct opened *opened, uint32_t block, uint64_t offset)
{
    if (smart_pointer_owns_nothing(words_smart_pointer(opened, block, offset)))
        json_bool(json, "weak", true);
}

void dump_json_id(struct json *json, const char *key, char letter, uint32_t index)
{
    json_string(json, key, index == SITE_NONE ? NULL : words_id(letter, index).s);
}

void dump_json_born(struct json *json, bool known, double first_seconds, double last_seconds)
{
    if (!known) {
        json_null(json, "born");
        return;
    }
    json_object(json, "born");
    json_seconds(json, "first_seconds", first_seconds);
    json_seconds(json, "last_seconds", last_seconds);
    json_end(json);
}

void dump_json_ages(struct json *json, const struct opened *opened, const struct age_profile *ages)
{
    const struct process *process = &opened->dump->process;
    json_string(json, "profile", age_trend_name(age_profile_trend(ages, process)));
    if (process->no_births) {
        json_null(json, "born_bytes");
        return;
    }
    json_array(json, "born_bytes");
    for (int i = 0; i < AGE_BUCKETS; i++)
        json_number(json, NULL, ages->bytes[i]);
    json_end(json);
}
