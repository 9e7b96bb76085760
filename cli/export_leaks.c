/* Sentences are for other programs' lists of findings: each says all by itself. */
#include "cli/export_leaks.h"

#include <stdlib.h>
#include <string.h>

#include "cli/export_stack.h"
#include "cli/finding_pointers.h"
#include "cli/text.h"
#include "libcaulk/memory.h"

/* Found once for a shape: its members may be of many sites. */
static const char *find_closing(const struct opened *opened, const struct shape *shape,
                                char **closing)
{
    struct phrase pointers[CLOSING_MAX];
    if (!*closing && finding_pointers_closing(opened, shape, pointers))
        *closing = need_memory(strdup(pointers[0].s));
    return *closing;
}

/* Site -> the worst lost shape with a member that was allocated there, + 1; 0: none. */
static uint32_t *find_shapes(const struct opened *opened)
{
    const struct analysis *analysis = opened->analysis;
    uint32_t *shape_of = allocate(analysis->sites.count, sizeof(*shape_of));
    for (uint32_t i = 0; i < analysis->shapes.lost_count; i++) {
        const struct shape *shape = &analysis->shapes.shape[i];
        for (uint32_t m = 0; m < shape->member_count; m++) {
            uint32_t site = opened_site_of(opened, shape->members[m].block);
            if (site != SITE_NONE && !shape_of[site])
                shape_of[site] = i + 1;
        }
    }
    return shape_of;
}

void export_leaks_each(const struct opened *opened, export_leak_fn *take, void *context)
{
    const struct analysis *analysis = opened->analysis;
    const struct shapes *shapes = &analysis->shapes;
    uint32_t *shape_of = find_shapes(opened);
    char **closing = allocate(shapes->lost_count, sizeof(*closing)); /* by shape */
    for (uint32_t i = 0; i < analysis->leaks.count; i++) {
        const struct leak *leak = &analysis->leaks.leak[i];
        uint32_t shape = leak->cyclic ? shape_of[leak->site] : 0;
        struct export_leak row = {.leak = leak};
        if (shape) {
            row.shape = &shapes->shape[shape - 1];
            row.closing = find_closing(opened, row.shape, &closing[shape - 1]);
        }
        export_stack(opened, leak->site, &row.stack);
        take(context, &row);
        call_stack_finish(&row.stack);
    }
    for (uint32_t i = 0; i < shapes->lost_count; i++)
        free(closing[i]);
    free(closing);
    free(shape_of);
}

static struct phrase how_lost(const struct opened *opened, const struct export_leak *leak)
{
    if (leak->leak->kind == KIND_POSSIBLE)
        return words_format("possibly lost: only pointers into the middle of it are left");
    if (leak_is_pending(leak->leak))
        return words_format("pending (Python's garbage collector will come back for them)");
    if (leak->shape)
        return words_format("lost in a cycle (%s)", words_shape(opened, leak->shape).s);
    return words_format("lost%s", leak->leak->cyclic ? " in a cycle" : "");
}

struct phrase export_leak_text(const struct opened *opened, const struct export_leak *leak)
{
    const struct leak *row = leak->leak;
    struct phrase held = {""}, closing = {""};
    if (row->indirect.blocks)
        held = words_format(", and %s, %s that only they hold",
                            text_counted(row->indirect.blocks, "block").s,
                            text_size(row->indirect.bytes).s);
    if (leak->closing)
        closing = words_format("; %s closes it", leak->closing);
    return words_format("%s, %s %s%s%s%s", text_counted(row->own.blocks, "block").s,
                        text_size(row->own.bytes).s, how_lost(opened, leak).s, held.s,
                        row->estimated ? " (estimated from a sample)" : "", closing.s);
}

struct phrase export_leak_place(const struct opened *opened, const struct export_leak *leak)
{
    const struct frame *frame = words_own_frame(&leak->stack);
    struct phrase place = words_place(frame);
    return words_format("%s%s%s", words_site(opened, leak->leak->site).s, *place.s ? " " : "",
                        place.s);
}
