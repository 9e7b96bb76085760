/*
 * Valgrind's XML, protocol 4, as Memcheck writes it: for Jenkins, ValgrindCI, IDEs. An error is a
 * leak of the analysis; as in Memcheck its bytes are those of its own blocks and of what they hold.
 * Memcheck has no word for cycles, and readers drop kinds that they don't know: so the cycle stands
 * in the auxiliary text, with the stack of the member that holds it.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/export.h"
#include "cli/export_leaks.h"
#include "cli/export_stack.h"
#include "cli/xml.h"

struct valgrind {
    const struct opened *opened;
    struct xml *xml;
    uint32_t errors;
};

static void write_time(struct valgrind *valgrind, const char *state, uint64_t time_ns)
{
    uint64_t ms = time_ns / 1000000, seconds = ms / 1000;
    xml_open(valgrind->xml, "status");
    xml_element(valgrind->xml, "state", "%s", state);
    xml_element(valgrind->xml, "time",
                "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%03" PRIu64,
                seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, ms % 1000);
    xml_close(valgrind->xml);
}

static void write_head(struct valgrind *valgrind)
{
    const struct process *process = &valgrind->opened->dump->process;
    struct xml *xml = valgrind->xml;
    xml_element(xml, "protocolversion", "4");
    xml_element(xml, "protocoltool", "memcheck");
    xml_open(xml, "preamble");
    xml_element(xml, "line", "caulk %s, dump %" PRIu32 " of pid %" PRIu32, CAULK_VERSION,
                process->sequence, process->pid);
    xml_close(xml);
    xml_element(xml, "pid", "%" PRIu32, process->pid);
    xml_element(xml, "ppid", "%" PRIu32, process->parent_pid);
    xml_element(xml, "tool", "memcheck");
    xml_open(xml, "args");
    xml_open(xml, "vargv");
    xml_element(xml, "exe", "caulk");
    xml_close(xml);
    xml_open(xml, "argv");
    xml_element(xml, "exe", "%s", process->program);
    xml_close(xml);
    xml_close(xml);
    write_time(valgrind, "RUNNING", 0);
}

/* Readers want file and line wherever there is a directory, and drop frames without a module. */
static void write_place(struct xml *xml, const struct frame *frame)
{
    if (!frame->file || !frame->line)
        return;
    const char *name = words_file_name(frame->file);
    if (name > frame->file)
        xml_element(xml, "dir", "%.*s", (int)(name - frame->file - 1), frame->file);
    xml_element(xml, "file", "%s", name);
    xml_element(xml, "line", "%" PRIu32, frame->line);
}

static void write_stack(struct valgrind *valgrind, const struct call_stack *stack)
{
    struct xml *xml = valgrind->xml;
    xml_open(xml, "stack");
    for (size_t i = 0; i < stack->count; i++) {
        const struct frame *frame = &stack->frame[i];
        char *function = export_function(frame);
        xml_open(xml, "frame");
        xml_element(xml, "ip", "0x%" PRIX64, frame->address);
        xml_element(xml, "obj", "%s", frame->module ? frame->module : "?");
        xml_element(xml, "fn", "%s", function);
        write_place(xml, frame);
        xml_close(xml);
        free(function);
    }
    xml_close(xml);
}

/* The shape's first member from another place, or where all are from one, that one. */
static uint32_t other_member(const struct opened *opened, const struct export_leak *leak)
{
    for (uint32_t m = 0; m < leak->shape->member_count; m++) {
        uint32_t site = opened_site_of(opened, leak->shape->members[m].block);
        if (site != leak->leak->site && site != SITE_NONE)
            return site;
    }
    return leak->leak->site;
}

static void write_cycle(struct valgrind *valgrind, const struct export_leak *leak)
{
    struct call_stack stack;
    export_stack(valgrind->opened, other_member(valgrind->opened, leak), &stack);
    xml_element(valgrind->xml, "auxwhat", "In a lost cycle: %s, held by what was allocated here",
                words_shape(valgrind->opened, leak->shape).s);
    write_stack(valgrind, &stack);
    call_stack_finish(&stack);
}

/* Valgrind has no word for what is pending; the text has. */
static const char *kind_of(const struct leak *leak)
{
    return leak->kind == KIND_POSSIBLE || leak_is_pending(leak) ? "Leak_PossiblyLost"
                                                                : "Leak_DefinitelyLost";
}

static void write_error(void *context, const struct export_leak *leak)
{
    struct valgrind *valgrind = context;
    const struct leak *row = leak->leak;
    struct xml *xml = valgrind->xml;
    xml_open(xml, "error");
    xml_element(xml, "unique", "0x%" PRIx32, valgrind->errors++);
    xml_element(xml, "tid", "1");
    xml_element(xml, "kind", "%s", kind_of(row));
    xml_open(xml, "xwhat");
    xml_element(xml, "text", "%s", export_leak_text(valgrind->opened, leak).s);
    xml_element(xml, "leakedbytes", "%" PRIu64, row->own.bytes + row->indirect.bytes);
    xml_element(xml, "leakedblocks", "%" PRIu64, row->own.blocks + row->indirect.blocks);
    xml_close(xml);
    write_stack(valgrind, &leak->stack);
    if (leak->shape)
        write_cycle(valgrind, leak);
    xml_close(xml);
}

void export_valgrind_xml(const struct opened *opened, FILE *out)
{
    struct valgrind valgrind = {.opened = opened, .xml = xml_create(out)};
    xml_open(valgrind.xml, "valgrindoutput");
    write_head(&valgrind);
    export_leaks_each(opened, write_error, &valgrind);
    xml_element(valgrind.xml, "errorcounts", "%s", "");
    write_time(&valgrind, "FINISHED", opened->dump->process.uptime_ns);
    xml_element(valgrind.xml, "suppcounts", "%s", "");
    xml_close(valgrind.xml);
    xml_destroy(valgrind.xml);
}
