/*
 * See type_name.h. std::shared_ptr counts by an object of one of three classes:
 *
 *     std::_Sp_counted_ptr_inplace<Session, …>   made by make_shared: the object lies in it
 *     std::_Sp_counted_ptr<Session*, …>          beside an object of its own
 *     std::_Sp_counted_deleter<Session*, …>      … that is not simply deleted
 */
#include "libcaulk/type_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/demangle.h"

#define TOGETHER "std::_Sp_counted_ptr_inplace<"

/* How long the first of a template's arguments is: up to a comma or the end outside all brackets.
 */
static size_t argument_length(const char *text)
{
    size_t length = 0;
    for (int depth = 0; text[length]; length++) {
        if (strchr("<({[", text[length]))
            depth++;
        else if (strchr(">)}]", text[length]) && depth-- == 0)
            break;
        else if (text[length] == ',' && depth == 0)
            break;
    }
    return length;
}

/* prefix, the text's first bytes, suffix. */
static char *compose(const char *prefix, const char *text, size_t length, const char *suffix)
{
    char *name;
    return asprintf(&name, "%s%.*s%s", prefix, (int)length, text, suffix) < 0 ? NULL : name;
}

static char *counted_name(const char *readable)
{
    const char *argument = strchr(readable, '<');
    if (!argument)
        return strdup(readable);
    size_t length = argument_length(++argument);
    if (strncmp(readable, TOGETHER, strlen(TOGETHER)) == 0)
        return compose("", argument, length, "");
    if (length && argument[length - 1] == '*')
        length--;
    return compose(TYPE_CONTROL_BLOCK, argument, length, "");
}

char *type_name(const struct type *type)
{
    if (dump_type_is_plain(type->kind))
        return strdup(type->name);
    char *name = NULL, *readable = demangle_type(type->name);
    if (readable && type->kind == TYPE_CXX_COUNTED)
        name = counted_name(readable);
    else if (readable && type->kind == TYPE_CXX_ARRAY)
        name = compose("", readable, strlen(readable), "[]");
    else if (readable)
        name = strdup(readable);
    free(readable);
    return name;
}

char *type_part_name(const char *name)
{
    return compose(TYPE_PART, name, strlen(name), "");
}
