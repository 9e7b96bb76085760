/*
 * Full names for functions that are known by their last part only: "run" → "app::Server::run".
 *
 * A tree of named scopes (namespaces, classes, functions), and entries (numbers of any kind) that
 * lie in them. Names are borrowed and must outlive this; full names are built once, when asked for.
 */
#ifndef CAULK_SCOPE_NAMES_H
#define CAULK_SCOPE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "libcaulk/range_table.h"

/* The scope of what lies in none. */
#define SCOPE_GLOBAL 0u

/* Of zeros it is empty. */
struct scope_names {
    struct scope *scopes; /* by number - 1: SCOPE_GLOBAL is not in it */
    uint32_t count;
    struct range_table entries; /* value: scope */
    char **built;               /* full names, by scope and last part */
    size_t built_count;
};

void scope_names_finish(struct scope_names *names);

/* A scope within parent; returns its number. name: "" for one without a name. */
uint32_t scope_names_add(struct scope_names *names, uint32_t parent, const char *name);

/* Says in which scope an entry lies. After the last one, sort. */
void scope_names_place(struct scope_names *names, uint64_t entry, uint32_t scope);
void scope_names_sort(struct scope_names *names);

/* The full name of an entry; `name` itself where it lies in no scope. Borrowed until finish. */
const char *scope_names_full(struct scope_names *names, uint64_t entry, const char *name);

#endif
