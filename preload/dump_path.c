#include "preload/dump_path.h"

#include <string.h>
#include <sys/utsname.h>

#include "preload/plain_text.h"

struct output {
    char *text;
    size_t length, capacity;
};

static void append(struct output *output, const char *text, size_t length)
{
    if (output->length + length < output->capacity)
        memcpy(output->text + output->length, text, length);
    output->length += length;
}

static void append_number(struct output *output, uint64_t number)
{
    char digits[24];
    append(output, digits, text_format(digits, sizeof(digits), "%lu", (unsigned long)number));
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* False for a letter that means nothing. */
static bool append_fact(struct output *output, char letter, const struct dump_path_facts *facts)
{
    struct utsname host;
    const char *text = NULL;
    switch (letter) {
    case 'p':
        append_number(output, (uint64_t)facts->pid);
        return true;
    case 'n':
        append_number(output, facts->sequence);
        return true;
    case 't':
        append_number(output, facts->time_ns / 1000000000u);
        return true;
    case 'e':
        text = base_name(facts->program);
        break;
    case 'h':
        text = uname(&host) == 0 ? host.nodename : "localhost";
        break;
    case '%':
        text = "%";
        break;
    default:
        return false;
    }
    append(output, text, strlen(text));
    return true;
}

bool dump_path_expand(const char *template, const struct dump_path_facts *facts, char *ret_path,
                      size_t capacity)
{
    struct output output = {ret_path, 0, capacity};
    for (const char *c = template; *c; c++) {
        if (*c == '%' && c[1] && append_fact(&output, c[1], facts))
            c++;
        else
            append(&output, c, 1);
    }
    if (output.length >= capacity)
        return false;
    ret_path[output.length] = '\0';
    return true;
}

bool dump_path_is_numbered(const char *template)
{
    for (const char *c = template; *c; c++)
        if (*c == '%' && *++c == 'n')
            return true;
        else if (!*c)
            break;
    return false;
}
