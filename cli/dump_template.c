/*
 * The status block has it. Where the process's memory can't be read, or has no tracker, its
 * environment has CAULK_OPTIONS; but of that daemons make room for titles of their own.
 */
#include "cli/dump_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fatal.h"
#include "cli/launch.h"
#include "libcaulk/proc.h"

#define DEFAULT_TEMPLATE "/tmp/caulk.%p.%n.dump"

/* The caller frees it. */
static char *find_set(const struct target *target)
{
    if (*target->status.dump)
        return strdup(target->status.dump);
    char *options = proc_variable(target->task, "CAULK_OPTIONS");
    char *set = launch_find_option(options, "dump");
    free(options);
    return set;
}

char *dump_template_inside(const struct target *target)
{
    char *set = find_set(target);
    const char *template = set ? set : DEFAULT_TEMPLATE;
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        fatal(NULL, "out of memory");
    for (; *template; template ++) {
        if (template[0] == '%' && template[1] == 'p') {
            fprintf(out, "%d", (int)target->inner_pid);
            template ++;
            continue;
        }
        putc(*template, out);
        if (template[0] == '%' && template[1])
            putc(*++template, out);
    }
    if (fclose(out))
        fatal(NULL, "out of memory");
    free(set);
    return text;
}

char *dump_template(const struct target *target)
{
    char *text, *inside = dump_template_inside(target);
    if (asprintf(&text, "/proc/%d/%s%s", (int)target->task, inside[0] == '/' ? "root" : "cwd/",
                 inside) < 0)
        fatal(NULL, "out of memory");
    free(inside);
    return text;
}
