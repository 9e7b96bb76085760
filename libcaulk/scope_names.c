/* Few entries are ever asked for, so nothing is joined before. */
#include "libcaulk/scope_names.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/memory.h"

struct scope {
    uint32_t parent;
    const char *name;
};

#define SEPARATOR "::"

void scope_names_finish(struct scope_names *names)
{
    for (size_t i = 0; i < names->built_count; i++)
        free(names->built[i]);
    free(names->built);
    free(names->scopes);
    range_table_finish(&names->entries);
    *names = (struct scope_names){0};
}

uint32_t scope_names_add(struct scope_names *names, uint32_t parent, const char *name)
{
    if (!*name)
        return parent;
    names->scopes = need_room(names->scopes, names->count, sizeof(*names->scopes));
    names->scopes[names->count++] = (struct scope){parent, name};
    return names->count;
}

void scope_names_place(struct scope_names *names, uint64_t entry, uint32_t scope)
{
    if (scope != SCOPE_GLOBAL)
        range_table_add(&names->entries, &(struct range){entry, 1, scope, 0});
}

void scope_names_sort(struct scope_names *names)
{
    range_table_sort(&names->entries);
}

/* From the last part backwards: scopes know their parents only. */
static char *join(const struct scope_names *names, uint32_t scope, const char *name)
{
    size_t bytes = strlen(name) + 1;
    for (uint32_t i = scope; i != SCOPE_GLOBAL; i = names->scopes[i - 1].parent)
        bytes += strlen(names->scopes[i - 1].name) + strlen(SEPARATOR);
    char *joined = need_memory(malloc(bytes));
    char *at = joined + bytes - strlen(name) - 1;
    strcpy(at, name);
    for (uint32_t i = scope; i != SCOPE_GLOBAL; i = names->scopes[i - 1].parent) {
        at -= strlen(SEPARATOR);
        memcpy(at, SEPARATOR, strlen(SEPARATOR));
        at -= strlen(names->scopes[i - 1].name);
        memcpy(at, names->scopes[i - 1].name, strlen(names->scopes[i - 1].name));
    }
    return joined;
}

const char *scope_names_full(struct scope_names *names, uint64_t entry, const char *name)
{
    const struct range *range = range_table_find(&names->entries, entry);
    if (!range)
        return name;
    char *joined = join(names, (uint32_t)range->value, name);
    for (size_t i = 0; i < names->built_count; i++) {
        if (!strcmp(names->built[i], joined)) {
            free(joined);
            return names->built[i];
        }
    }
    names->built = need_room(names->built, names->built_count, sizeof(*names->built));
    names->built[names->built_count] = joined;
    return names->built[names->built_count++];
}
