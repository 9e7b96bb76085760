/*
 * Folded stacks: a line for each verdict of each site, its frames from the outermost in, and bytes.
 * The first "frame" is the verdict, so one file has a flame graph of what is lost beside that of
 * what is not; `grep ^definite` takes one out.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/export.h"
#include "cli/export_stack.h"

/* A semicolon ends a frame's name. */
static void write_name(FILE *out, const struct frame *frame)
{
    char *name = export_function(frame);
    for (char *at = name; *at; at++)
        if (*at == ';')
            *at = ',';
    fprintf(out, ";%s", *name ? name : "?");
    free(name);
}

static void write_site(FILE *out, const struct opened *opened, uint32_t site)
{
    const struct amount *of_kind = opened->analysis->sites.site[site].of_kind;
    struct call_stack stack;
    export_stack(opened, site, &stack);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (!of_kind[kind].blocks)
            continue;
        fprintf(out, "%s", block_kind_name((enum block_kind)kind));
        for (size_t i = stack.count; i-- > 0;)
            write_name(out, &stack.frame[i]);
        fprintf(out, " %" PRIu64 "\n", of_kind[kind].bytes);
    }
    call_stack_finish(&stack);
}

void export_folded(const struct opened *opened, FILE *out)
{
    for (uint32_t site = 0; site < opened->analysis->sites.count; site++)
        write_site(out, opened, site);
}
