/* Reading a file of suppressions, line by line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/array_room.h"
#include "libcaulk/demangle.h"
#include "libcaulk/suppressions.h"

/* Where in a block in braces the next line belongs. */
enum state { OUTSIDE, NAME, KIND, FRAMES };

struct reading {
    const char *path;
    struct suppressions found;
    unsigned line;
    enum state state;
    struct error *err;
};

static bool fail(const struct reading *reading, const char *what)
{
    return error_set(reading->err, reading->path, "line %u: %s", reading->line, what);
}

static struct suppression *current(struct reading *reading)
{
    return &reading->found.suppression[reading->found.count - 1];
}

static bool begin(struct reading *reading)
{
    size_t count = reading->found.count;
    struct suppression *larger = array_room(reading->found.suppression, count, sizeof(*larger));
    if (!larger)
        return fail(reading, "out of memory");
    larger[count] = (struct suppression){.line = reading->line, .applies = true};
    reading->found.suppression = larger;
    reading->found.count++;
    return true;
}

/* The name that mangled parameters or, in a scope, an end and parameters make of it; else NULL. */
static char *demangle_cut(const char *text, size_t length, const char *end)
{
    char *whole = malloc(length + strlen(end) + 1);
    char *name = NULL;
    if (whole) {
        strcpy(mempcpy(whole, text, length), end);
        name = demangle(whole);
    }
    if (name && !strcmp(name, whole)) {
        free(name);
        name = NULL;
    }
    free(whole);
    return name;
}

/* A mangled name stands for what people read. One that ends in a star, as most that have one do, is
 * a function with any parameters ("_Z4openP*"), or whatever a scope has ("_ZN7Session*"). With
 * other wildcards it can't be told, and stays as it is. */
static char *demangle_pattern(const char *text)
{
    size_t length = strcspn(text, "*?");
    if (!text[length])
        return demangle(text);
    if (strcmp(text + length, "*") != 0)
        return strdup(text);
    char *function = demangle_cut(text, length, "v");
    if (function)
        return function;
    char *scope = demangle_cut(text, length, "Ev"), *all = NULL;
    if (!scope)
        return strdup(text);
    if (asprintf(&all, "%s*", scope) < 0)
        all = NULL;
    free(scope);
    return all;
}

static bool add_frame(struct reading *reading, enum frame_pattern_kind kind, const char *text)
{
    struct suppression *suppression = current(reading);
    struct frame_pattern *larger =
        array_room(suppression->frames, suppression->frame_count, sizeof(*larger));
    if (!larger)
        return fail(reading, "out of memory");
    suppression->frames = larger;
    bool mangled = kind == PATTERN_FUNCTION && !strncmp(text, "_Z", 2);
    char *copy = mangled ? demangle_pattern(text) : strdup(text);
    if (!copy)
        return fail(reading, "out of memory");
    larger[suppression->frame_count++] = (struct frame_pattern){kind, copy};
    return true;
}

static bool read_outside(struct reading *reading, const char *line)
{
    if (strcmp(line, "{") == 0) {
        reading->state = NAME;
        return begin(reading);
    }
    if (strncmp(line, "leak:", 5) != 0 || !line[5])
        return fail(reading, "neither leak:PATTERN nor a block in braces");
    if (!begin(reading))
        return false;
    current(reading)->anywhere = strdup(line + 5);
    return current(reading)->anywhere || fail(reading, "out of memory");
}

/* "Memcheck:Leak"; several tools may stand before the colon, with commas between. */
static bool is_for_leaks(const char *line)
{
    const char *colon = strchr(line, ':'), *tool = strstr(line, "Memcheck");
    if (!colon || !tool || tool > colon || strcmp(colon + 1, "Leak") != 0)
        return false;
    const char *end = tool + strlen("Memcheck");
    return (tool == line || tool[-1] == ',') && (*end == ',' || end == colon);
}

static bool read_frame(struct reading *reading, const char *line)
{
    static const struct {
        const char *prefix;
        enum frame_pattern_kind kind;
    } kinds[] = {{"fun:", PATTERN_FUNCTION}, {"obj:", PATTERN_OBJECT}, {"src:", PATTERN_SOURCE}};
    if (strcmp(line, "}") == 0) {
        reading->state = OUTSIDE;
        return true;
    }
    if (strcmp(line, "...") == 0)
        return add_frame(reading, PATTERN_ANY_FRAMES, "");
    if (strncmp(line, "match-leak-kinds:", 17) == 0) {
        current(reading)->applies =
            current(reading)->applies &&
            (strstr(line, "definite") || strstr(line, "indirect") || strstr(line, "all"));
        return true;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strncmp(line, kinds[i].prefix, 4) == 0)
            return add_frame(reading, kinds[i].kind, line + 4);
    /* other kinds of error have lines of their own, such as a system call's parameter */
    return !current(reading)->applies || fail(reading, "neither fun:, obj:, src: nor '...'");
}

static bool read_line(struct reading *reading, char *line)
{
    line += strspn(line, " \t");
    line[strcspn(line, "\r\n")] = '\0';
    for (size_t end = strlen(line); end && strchr(" \t", line[end - 1]); end--)
        line[end - 1] = '\0';
    if (!*line || *line == '#')
        return true;
    switch (reading->state) {
    case OUTSIDE:
        return read_outside(reading, line);
    case NAME:
        reading->state = KIND;
        return true;
    case KIND:
        current(reading)->applies = is_for_leaks(line);
        reading->state = FRAMES;
        return true;
    default:
        return read_frame(reading, line);
    }
}

static bool read_lines(struct reading *reading, FILE *in)
{
    char *line = NULL;
    size_t room = 0;
    bool done = true;
    while (done && getline(&line, &room, in) >= 0) {
        reading->line++;
        done = read_line(reading, line);
    }
    free(line);
    if (done && ferror(in))
        return error_set(reading->err, reading->path, "%s", strerror(errno));
    if (done && reading->state != OUTSIDE)
        return fail(reading, "the file ends inside a block in braces");
    return done;
}

bool suppressions_read(const char *path, struct suppressions *ret_suppressions, struct error *err)
{
    struct reading reading = {.path = path, .err = err};
    FILE *in = fopen(path, "re");
    if (!in)
        return error_set(err, path, "%s", strerror(errno));
    bool done = read_lines(&reading, in);
    fclose(in);
    if (!done) {
        suppressions_finish(&reading.found);
        return false;
    }
    *ret_suppressions = reading.found;
    return true;
}
