#include "cli/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/json.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

static char *format_clean(const char *format, va_list args)
{
    char *text = format_text_list(format, args);
    char *clean = need_memory(utf8_clean(text));
    free(text);
    return clean;
}

void diagnosis_add(struct diagnosis *diagnosis, enum level level, const char *about,
                   const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_clean(format, args);
    va_end(args);
    diagnosis->finding =
        need_room(diagnosis->finding, diagnosis->finding_count, sizeof(*diagnosis->finding));
    diagnosis->finding[diagnosis->finding_count++] =
        (struct finding_line){.level = level, .about = about, .text = text};
}

void diagnosis_advise(struct diagnosis *diagnosis, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct finding_line *last = &diagnosis->finding[diagnosis->finding_count - 1];
    free(last->advice);
    last->advice = format_clean(format, args);
    va_end(args);
}

void diagnosis_add_way(struct diagnosis *diagnosis, char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *what = format_clean(format, args);
    va_end(args);
    diagnosis->way = need_room(diagnosis->way, diagnosis->way_count, sizeof(*diagnosis->way));
    diagnosis->way[diagnosis->way_count++] = (struct way){what, command};
}

bool diagnosis_has(const struct diagnosis *diagnosis, enum level level)
{
    for (size_t i = 0; i < diagnosis->finding_count; i++)
        if (diagnosis->finding[i].level == level)
            return true;
    return false;
}

static const char *const level_words[] = {
    [LEVEL_BAD] = "bad", [LEVEL_WARN] = "warn", [LEVEL_OK] = "ok"};

static void print_finding(const struct finding_line *finding)
{
    static const enum text_colour colours[] = {
        [LEVEL_BAD] = TEXT_RED, [LEVEL_WARN] = TEXT_YELLOW, [LEVEL_OK] = TEXT_GREEN};
    printf("%s%-4s%s  %-9s %s", text_colour(colours[finding->level]), level_words[finding->level],
           text_colour(TEXT_PLAIN), finding->about, finding->text);
    if (finding->advice)
        printf(" %s→ %s%s", text_colour(TEXT_BOLD), finding->advice, text_colour(TEXT_PLAIN));
    putchar('\n');
}

void diagnosis_print(const struct diagnosis *diagnosis, long pid, const char *program)
{
    if (pid)
        printf("%s pid %ld\n", words_cut(program, 120).s, pid);
    for (enum level level = LEVEL_BAD; level <= LEVEL_OK; level++)
        for (size_t i = 0; i < diagnosis->finding_count; i++)
            if (diagnosis->finding[i].level == level)
                print_finding(&diagnosis->finding[i]);
    if (diagnosis->way_count)
        puts("\nwhat can still be done");
    for (size_t i = 0; i < diagnosis->way_count; i++)
        printf("  %s\n      %s\n", diagnosis->way[i].what, diagnosis->way[i].command);
}

static void put_findings(struct json *json, const struct diagnosis *diagnosis)
{
    json_array(json, "findings");
    for (enum level level = LEVEL_BAD; level <= LEVEL_OK; level++)
        for (size_t i = 0; i < diagnosis->finding_count; i++) {
            const struct finding_line *finding = &diagnosis->finding[i];
            if (finding->level != level)
                continue;
            json_object(json, NULL);
            json_string(json, "level", level_words[level]);
            json_string(json, "about", finding->about);
            json_string(json, "text", finding->text);
            json_string(json, "advice", finding->advice);
            json_end(json);
        }
    json_end(json);
}

void diagnosis_print_json(const struct diagnosis *diagnosis, long pid, const char *program)
{
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.doctor/1");
    if (pid)
        json_number(json, "pid", (uint64_t)pid);
    else
        json_null(json, "pid");
    json_string(json, "program", program);
    put_findings(json, diagnosis);
    json_array(json, "ways");
    for (size_t i = 0; i < diagnosis->way_count; i++) {
        json_object(json, NULL);
        json_string(json, "what", diagnosis->way[i].what);
        json_string(json, "command", diagnosis->way[i].command);
        json_end(json);
    }
    json_end(json);
    json_end(json);
    json_destroy(json);
}

void diagnosis_finish(struct diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->finding_count; i++) {
        free(diagnosis->finding[i].text);
        free(diagnosis->finding[i].advice);
    }
    for (size_t i = 0; i < diagnosis->way_count; i++) {
        free(diagnosis->way[i].what);
        free(diagnosis->way[i].command);
    }
    free(diagnosis->finding);
    free(diagnosis->way);
    *diagnosis = (struct diagnosis){0};
}
