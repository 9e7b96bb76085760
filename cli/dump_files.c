/*
 * The template becomes a glob pattern, to list what may match, and a regular expression, to know
 * what does, and which part of a name is the PID and which the dump's number.
 */
#include "cli/dump_files.h"

#include <glob.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/fatal.h"
#include "cli/written_text.h"
#include "libcaulk/memory.h"

#define MAX_GROUPS 8 /* the whole match and the parts kept */

struct pattern {
    char *glob;
    regex_t expression;
    unsigned pid_group, number_group; /* 0: the template has none */
};

/* Writes the template as a pattern: each sequence through `sequence`, other characters escaped
 * where they are special. */
static char *translate(const char *template, const char *special,
                       const char *(*sequence)(char kind, struct pattern *pattern),
                       struct pattern *pattern)
{
    struct written_text text;
    written_text_begin(&text);
    for (; *template; template ++) {
        const char *wild = template[0] == '%' ? sequence(template[1], pattern) : NULL;
        if (wild)
            fputs(wild, text.out);
        if (template[0] == '%' && (wild || template[1] == '%'))
            template ++;
        if (wild)
            continue;
        if (strchr(special, *template))
            putc('\\', text.out);
        putc(*template, text.out);
    }
    return written_text_end(&text);
}

static const char *glob_sequence(char kind, struct pattern *pattern)
{
    (void)pattern;
    return kind && strchr("pneht", kind) ? "*" : NULL;
}

static const char *expression_sequence(char kind, struct pattern *pattern)
{
    unsigned next = (pattern->pid_group ? 1 : 0) + (pattern->number_group ? 1 : 0) + 1;
    if (kind == 'p' && !pattern->pid_group)
        pattern->pid_group = next;
    else if (kind == 'n' && !pattern->number_group)
        pattern->number_group = next;
    else if (kind && strchr("pneht", kind))
        return kind == 'e' || kind == 'h' ? ".*" : "[0-9]+";
    else
        return NULL;
    return "([0-9]+)";
}

static void pattern_init(struct pattern *pattern, const char *template)
{
    *pattern = (struct pattern){.glob = translate(template, "*?[]\\", glob_sequence, NULL)};
    char *body = translate(template, ".^$*+?()[]{}|\\", expression_sequence, pattern);
    char *whole = format_text("^%s$", body);
    if (regcomp(&pattern->expression, whole, REG_EXTENDED))
        fatal(template, "this template of a dump's name is not understood");
    free(body);
    free(whole);
}

static uint64_t group_number(const char *path, const regmatch_t *groups, unsigned group)
{
    return group ? strtoull(path + groups[group].rm_so, NULL, 10) : 0;
}

struct match {
    char *path;
    uint64_t pid, number;
};

static bool is_new(const char *path, struct timespec since)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           (status.st_mtim.tv_sec > since.tv_sec ||
            (status.st_mtim.tv_sec == since.tv_sec && status.st_mtim.tv_nsec >= since.tv_nsec));
}

/* Adds a match, or puts it in the place of an earlier dump of the same process. */
static size_t keep_last(struct match *matches, size_t count, const struct match *match,
                        const struct pattern *pattern)
{
    for (size_t i = 0; pattern->pid_group && i < count; i++) {
        if (matches[i].pid == match->pid) {
            if (match->number > matches[i].number)
                matches[i] = *match;
            return count;
        }
    }
    matches[count] = *match;
    return count + 1;
}

void dump_files_find(const char *template, struct timespec since, struct dump_files *ret_files)
{
    struct pattern pattern;
    pattern_init(&pattern, template);
    glob_t found = {0};
    glob(pattern.glob, 0, NULL, &found);

    struct match *matches = allocate(found.gl_pathc + 1, sizeof(*matches));
    size_t count = 0;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        regmatch_t groups[MAX_GROUPS];
        char *path = found.gl_pathv[i];
        if (regexec(&pattern.expression, path, MAX_GROUPS, groups, 0) || !is_new(path, since))
            continue;
        struct match match = {path, group_number(path, groups, pattern.pid_group),
                              group_number(path, groups, pattern.number_group)};
        count = keep_last(matches, count, &match, &pattern);
    }
    ret_files->paths = allocate(count + 1, sizeof(*ret_files->paths));
    ret_files->count = count;
    for (size_t i = 0; i < count; i++)
        ret_files->paths[i] = need_memory(strdup(matches[i].path));
    free(matches);
    globfree(&found);
    free(pattern.glob);
    regfree(&pattern.expression);
}

void dump_files_finish(struct dump_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (struct dump_files){0};
}
