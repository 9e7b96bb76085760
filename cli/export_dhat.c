/*
 * DHAT's JSON, for dh_view. A program point is one verdict of one site. DHAT's tree begins with the
 * innermost frames; before them stands the verdict, so that it divides the tree at its top.
 * Lifetimes are not known ("bklt").
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/export.h"
#include "cli/export_stack.h"
#include "cli/json.h"
#include "cli/string_table.h"
#include "libcaulk/dump.h"
#include "libcaulk/memory.h"

struct dhat {
    const struct opened *opened;
    struct json *json;
    struct string_table frames;
};

static void write_head(struct dhat *dhat)
{
    const struct process *process = &dhat->opened->dump->process;
    struct json *json = dhat->json;
    json_number(json, "dhatFileVersion", 2);
    json_string(json, "mode", "caulk, live blocks");
    json_string(json, "verb", "Allocated");
    json_bool(json, "bklt", false);
    json_bool(json, "bkacc", false);
    json_string(json, "bu", "byte");
    json_string(json, "bsu", "bytes");
    json_string(json, "bksu", "blocks");
    json_string(json, "tu", "ms");
    json_string(json, "Mtu", "s");
    json_string(json, "cmd", process->program);
    json_number(json, "pid", process->pid);
    json_number(json, "te", process->uptime_ns / 1000000);
}

/* "0x401136: make_node (node.c:12)", as Valgrind has them. */
static uint32_t frame_number(struct dhat *dhat, const struct frame *frame)
{
    char *function = export_function(frame), *text;
    if (!frame->address)
        text = format_text("%s", function);
    else if (frame->file && frame->line)
        text = format_text("0x%" PRIx64 ": %s (%s:%" PRIu32 ")", frame->address, function,
                           frame->file, frame->line);
    else
        text = format_text("0x%" PRIx64 ": %s (in %s)", frame->address, function,
                           frame->module ? frame->module : "?");
    uint32_t number = string_table_add(&dhat->frames, text);
    free(function);
    free(text);
    return number;
}

static void write_point(struct dhat *dhat, enum block_kind kind, struct amount amount,
                        const struct call_stack *stack)
{
    json_object(dhat->json, NULL);
    json_number(dhat->json, "tb", amount.bytes);
    json_number(dhat->json, "tbk", amount.blocks);
    json_array(dhat->json, "fs");
    json_number(dhat->json, NULL, string_table_add(&dhat->frames, block_kind_name(kind)));
    for (size_t i = 0; i < stack->count; i++)
        json_number(dhat->json, NULL, frame_number(dhat, &stack->frame[i]));
    json_end(dhat->json);
    json_end(dhat->json);
}

static void write_site(struct dhat *dhat, uint32_t site)
{
    const struct amount *of_kind = dhat->opened->analysis->sites.site[site].of_kind;
    struct call_stack stack;
    export_stack(dhat->opened, site, &stack);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (of_kind[kind].blocks)
            write_point(dhat, (enum block_kind)kind, of_kind[kind], &stack);
    call_stack_finish(&stack);
}

void export_dhat(const struct opened *opened, FILE *out)
{
    struct dhat dhat = {.opened = opened, .json = json_create(out)};
    string_table_add(&dhat.frames, "[root]");
    json_object(dhat.json, NULL);
    write_head(&dhat);
    json_array(dhat.json, "pps");
    for (uint32_t site = 0; site < opened->analysis->sites.count; site++)
        write_site(&dhat, site);
    json_end(dhat.json);
    json_array(dhat.json, "ftbl");
    for (uint32_t i = 0; i < dhat.frames.count; i++)
        json_string(dhat.json, NULL, string_table_text(&dhat.frames, i));
    json_end(dhat.json);
    json_end(dhat.json);
    json_destroy(dhat.json);
    string_table_finish(&dhat.frames);
}
