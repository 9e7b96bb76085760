#include "cli/html.h"

#include <stdarg.h>
#include <stdlib.h>

#include "libcaulk/utf8.h"

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static int is_control(unsigned char c)
{
    return (c < ' ' && c != '\n' && c != '\t') || c == 0x7f;
}

void html_text(FILE *out, const char *text)
{
    while (*text) {
        size_t bytes = utf8_character(text);
        const char *entity = entity_of(*text);
        if (entity)
            fputs(entity, out);
        else if (!bytes || is_control((unsigned char)*text))
            fputs("\xef\xbf\xbd", out);
        else
            fwrite(text, 1, bytes, out);
        text += bytes ? bytes : 1;
    }
}

void html_put(FILE *out, const char *markup, ...)
{
    va_list texts;
    const char *text;
    va_start(texts, markup);
    for (; *markup; markup++) {
        if (*markup != '$')
            putc(*markup, out);
        else if ((text = va_arg(texts, const char *)))
            html_text(out, text);
        else
            abort();
    }
    if (va_arg(texts, const char *))
        abort();
    va_end(texts);
}

/* In JSON these stand in strings alone, where an escape means the same. */
void html_json(FILE *out, const char *json, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (json[i] == '<' || json[i] == '>' || json[i] == '&')
            fprintf(out, "\\u%04x", json[i]);
        else
            putc(json[i], out);
}
