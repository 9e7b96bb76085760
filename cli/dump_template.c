/*
 * The status block has it. Where the process's memory can't be read, or has no tracker, its
 * environment has CAULK_OPTIONS; but of that daemons make room for titles of their own.
 */
#include "cli/dump_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/launch.h"
#include "cli/written_text.h"
#include "libcaulk/memory.h"
#include "libcaulk/proc.h"

/* The caller frees it. */
static char *find_set(const struct target *target)
{
    if (*target->status.dump)
        return need_memory(strdup(target->status.dump));
    char *options = proc_variable(target->task, "CAULK_OPTIONS");
    char *set = launch_find_option(options, "dump");
    free(options);
    return set;
}

char *dump_template_inside(const struct target *target)
{
    char *set = find_set(target);
    const char *template = set ? set : STATUS_DUMP_DEFAULT;
    struct written_text text;
    written_text_begin(&text);
    for (; *template; template ++) {
        if (template[0] == '%' && template[1] == 'p') {
            fprintf(text.out, "%d", (int)target->inner_pid);
            template ++;
            continue;
        }
        putc(*template, text.out);
        if (template[0] == '%' && template[1])
            putc(*++template, text.out);
    }
    free(set);
    return written_text_end(&text);
}

char *dump_template(const struct target *target)
{
    char *inside = dump_template_inside(target);
    const char *base = inside[0] == '/' ? "root" : "cwd/";
    char *text = format_text("/proc/%d/%s%s", (int)target->task, base, inside);
    free(inside);
    return text;
}
