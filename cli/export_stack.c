/* What was not recorded becomes a frame too: else such blocks would be nobody's in a flame graph.
 */
#include "cli/export_stack.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/words.h"
#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

static void append(struct call_stack *stack, const char *function)
{
    stack->frame = need_memory(reallocarray(stack->frame, stack->count + 1, sizeof(*stack->frame)));
    stack->frame[stack->count++] = (struct frame){.function = function};
}

void export_stack(const struct opened *opened, uint32_t site, struct call_stack *ret_stack)
{
    opened_site_stack(opened, site, ret_stack);
    if (!ret_stack->count)
        append(ret_stack, "(stack not recorded)");
    else if (ret_stack->truncated)
        append(ret_stack, "(not recorded further)");
}

size_t export_stack_call_end(const struct call_stack *stack, size_t begin)
{
    size_t end = begin;
    while (end + 1 < stack->count && stack->frame[end].inlined)
        end++;
    return end + 1;
}

uint32_t export_number(struct id_table *table, uint64_t key)
{
    uint32_t number;
    if (!id_table_add(table, key, &number))
        memory_fail();
    return number;
}

uint32_t export_calls_add(struct export_calls *calls, const struct frame *frame, uint32_t place,
                          bool *ret_new)
{
    uint32_t known = calls->calls.count;
    uint64_t address = export_number(&calls->addresses, frame->address);
    uint32_t number = export_number(&calls->calls, address << 32 | place);
    *ret_new = number == known;
    return number;
}

void export_calls_finish(struct export_calls *calls)
{
    id_table_finish(&calls->addresses);
    id_table_finish(&calls->calls);
}

static char *name_by_module(const struct frame *frame)
{
    return format_text("%s+0x%" PRIx64, words_file_name(frame->module), frame->file_address);
}

char *export_function(const struct frame *frame)
{
    char *made = !frame->function && frame->module ? name_by_module(frame) : NULL;
    const char *name = frame->function ? frame->function : made ? made : "?";
    char *clean = need_memory(utf8_clean(name));
    free(made);
    return clean;
}
