/* Names. Where a name is not known, the next best that a person can look up. */
#include "cli/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text.h"
#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

#define NAME_CHARACTERS 60

/* Births are known to a tick; below that there is no telling. */
#define JUST_NOW_SECONDS 0.01

struct phrase words_format(const char *format, ...)
{
    struct phrase phrase;
    va_list args;
    va_start(args, format);
    vsnprintf(phrase.s, sizeof(phrase.s), format, args);
    va_end(args);
    return phrase;
}

/* A foreign string may be gigabytes long; what will not be shown is not looked at. */
static char *clean_beginning(const char *text, unsigned characters)
{
    char *beginning =
        need_memory(strndup(text, (size_t)characters * UTF8_BYTES_MAX + UTF8_BYTES_MAX));
    char *clean = need_memory(utf8_clean(beginning));
    free(beginning);
    return clean;
}

struct phrase words_cut(const char *text, unsigned characters)
{
    struct phrase phrase;
    size_t used = 0, last = 0;
    unsigned count = 0;
    char *clean = clean_beginning(text, characters);
    const char *at = clean;
    while (*at && count < characters && used + 2 * UTF8_BYTES_MAX < sizeof(phrase.s)) {
        size_t bytes = utf8_character(at);
        memcpy(phrase.s + used, at, bytes);
        last = used;
        used += bytes;
        at += bytes;
        count++;
    }
    if (*at)
        used = (size_t)(stpcpy(phrase.s + last, "…") - phrase.s);
    phrase.s[used] = '\0';
    free(clean);
    return phrase;
}

const char *words_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_clean(const char *text)
{
    char *clean = need_memory(utf8_clean(text));
    bool same = !strcmp(clean, text);
    free(clean);
    return same;
}

/* $'…', of which POSIX has only known since 2024, but every larger shell for long. */
static void quote_bytes(const char *text, char *end)
{
    end = stpcpy(end, "$'");
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < ' ' || byte >= 0x7f || byte == '\'' || byte == '\\')
            end += sprintf(end, "\\x%02x", byte);
        else
            *end++ = *text;
    }
    strcpy(end, "'");
}

char *words_quoted(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_./+-:@%,=";
    char *word = allocate(4 * strlen(text) + 4, 1);
    if (*text && text[strspn(text, plain)] == '\0')
        return strcpy(word, text);
    if (!is_clean(text)) {
        quote_bytes(text, word);
        return word;
    }
    char *end = stpcpy(word, "'");
    for (; *text; text++)
        if (*text == '\'')
            end = stpcpy(end, "'\\''");
        else
            *end++ = *text;
    strcpy(end, "'");
    return word;
}

char *words_path(const char *path)
{
    char *file = format_text("%s%s", *path == '-' ? "./" : "", path);
    char *word = words_quoted(file);
    free(file);
    return word;
}

struct phrase words_function(const struct frame *frame)
{
    if (frame->function)
        return words_cxx(frame->function, NAME_CHARACTERS);
    if (frame->module)
        return words_format("%s+0x%" PRIx64,
                            words_cut(words_file_name(frame->module), NAME_CHARACTERS).s,
                            frame->file_address);
    return words_format("?");
}

struct phrase words_place(const struct frame *frame)
{
    struct phrase phrase = {""};
    if (frame->file && frame->line)
        phrase = words_format(
            "%s:%" PRIu32, words_cut(words_file_name(frame->file), NAME_CHARACTERS).s, frame->line);
    else if (frame->python && frame->file)
        phrase = words_cut(words_file_name(frame->file), NAME_CHARACTERS);
    else if (frame->module && frame->function)
        phrase = words_cut(words_file_name(frame->module), NAME_CHARACTERS);
    return phrase;
}

/* zmalloc, xcalloc, ngx_palloc, allocate: a program's own wrapper, by which nothing is told apart.
 */
static bool is_wrapper(const struct frame *frame)
{
    return frame->function && strcasestr(frame->function, "alloc");
}

const struct frame *words_own_frame(const struct call_stack *stack)
{
    for (size_t i = stack->user_begin; i < stack->user_end; i++)
        if (!is_wrapper(&stack->frame[i]))
            return &stack->frame[i];
    if (!stack->count)
        return NULL;
    return &stack->frame[stack->user_begin < stack->user_end ? stack->user_begin : 0];
}

struct phrase words_through(const struct call_stack *stack)
{
    struct phrase phrase = {""};
    if (!stack->user_begin || stack->user_begin >= stack->user_end)
        return phrase;
    const struct frame *frame = &stack->frame[stack->user_begin - 1];
    const char *function = frame->function;
    if (!function || frame->interpreter)
        return phrase;
    /* "std::make_shared<Session, int>": the name before its arguments, without its namespace. */
    phrase = words_cut(function, NAME_CHARACTERS);
    phrase.s[strcspn(phrase.s, "<(")] = '\0';
    char *colon = strrchr(phrase.s, ':');
    if (colon)
        memmove(phrase.s, colon + 1, strlen(colon + 1) + 1);
    return phrase;
}

struct phrase words_stack(const struct call_stack *stack)
{
    const struct frame *frame = words_own_frame(stack);
    if (!frame)
        return words_format("block");
    return words_format("%s%s", words_function(frame).s, frame->function ? "()" : "");
}

struct phrase words_type(const char *type)
{
    return words_cxx(type, NAME_CHARACTERS);
}

struct phrase words_block(const struct opened *opened, uint32_t block)
{
    const char *type = labels_name_of(&opened->analysis->heap.labels, block);
    if (type)
        return words_type(type);
    struct call_stack stack;
    opened_block_stack(opened, block, &stack);
    struct phrase phrase = words_stack(&stack);
    call_stack_finish(&stack);
    return phrase;
}

struct phrase words_site(const struct opened *opened, uint32_t site)
{
    const char *type = opened->analysis->sites.site[site].type;
    if (type)
        return words_type(type);
    struct call_stack stack;
    opened_site_stack(opened, site, &stack);
    struct phrase phrase = words_stack(&stack);
    call_stack_finish(&stack);
    return phrase;
}

struct phrase words_born(const struct opened *opened, double first_seconds, double last_seconds)
{
    double uptime = opened_uptime(opened);
    /* Of a program that has run long enough, what its start left is known by that. */
    if (last_seconds < 60 && uptime > 600)
        return words_format("only in the first minute");
    double oldest = uptime > first_seconds ? uptime - first_seconds : 0;
    double newest = uptime > last_seconds ? uptime - last_seconds : 0;
    if (oldest < JUST_NOW_SECONDS)
        return words_format("just before the dump");
    struct text from = text_duration(oldest), to = text_duration(newest);
    if (strcmp(from.s, to.s) == 0)
        return words_format("%s ago", from.s);
    return words_format("between %s and %s ago", from.s, to.s);
}

int words_columns(const char *text)
{
    int columns = 0;
    for (; *text; columns++)
        text += utf8_character(text) ? utf8_character(text) : 1;
    return columns;
}

struct phrase words_id(char letter, uint32_t index)
{
    return words_format("%c%" PRIu64, letter, (uint64_t)index + 1);
}
