/*
 * An index by address, made at the first search. A declaration elsewhere (`extern`, a class's
 * static member) has what the definition lacks.
 *
 * The files are foreign: entries may refer to each other in rings, so that every walk has a bound.
 */
#include "libcaulk/debug_variables.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "libcaulk/debug_entry.h"
#include "libcaulk/debug_members.h"
#include "libcaulk/memory.h"

#define SCOPES_MAX 64
#define STEPS_MAX 16

struct variable {
    uint64_t address;
    Dwarf_Die die; /* which has the type */
    UT_hash_handle hh;
};

struct debug_variables {
    Dwarf *dwarf;
    uint64_t bias;
    bool indexed, functions_indexed;
    struct variable *variables;
};

struct debug_variables *debug_variables_create(Dwarf *dwarf, uint64_t bias)
{
    struct debug_variables *variables = allocate(1, sizeof(*variables));
    variables->dwarf = dwarf;
    variables->bias = bias;
    return variables;
}

void debug_variables_destroy(struct debug_variables *variables)
{
    if (!variables)
        return;
    struct variable *variable, *next;
    HASH_ITER(hh, variables->variables, variable, next)
    {
        HASH_DEL(variables->variables, variable);
        free(variable);
    }
    free(variables);
}

/* ---- the index ---- */

/* With split debug information the address stands in the file that was split. */
static bool read_address(Dwarf_Attribute *location, Dwarf_Op *operation, uint64_t *ret_address)
{
    Dwarf_Attribute elsewhere;
    switch (operation->atom) {
    case DW_OP_addr:
        *ret_address = operation->number;
        return true;
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index:
        return dwarf_getlocation_attr(location, operation, &elsewhere) == 0 &&
               dwarf_formaddr(&elsewhere, ret_address) == 0;
    default:
        return false;
    }
}

/* Of a variable that lies where it lies for good. */
static bool address_of(Dwarf_Die *die, uint64_t *ret_address)
{
    Dwarf_Attribute location;
    Dwarf_Op *operations;
    size_t count;
    return dwarf_attr(die, DW_AT_location, &location) &&
           dwarf_getlocation(&location, &operations, &count) == 0 && count == 1 &&
           read_address(&location, operations, ret_address);
}

static void add_variable(struct debug_variables *variables, Dwarf_Die *die)
{
    struct variable *variable;
    uint64_t address;
    Dwarf_Die typed = *die;
    if (!address_of(die, &address))
        return;
    for (int i = 0; i < STEPS_MAX && !dwarf_hasattr(&typed, DW_AT_type); i++)
        if (!debug_entry_follow(&typed, DW_AT_specification) &&
            !debug_entry_follow(&typed, DW_AT_abstract_origin))
            return;
    address += variables->bias;
    HASH_FIND(hh, variables->variables, &address, sizeof(address), variable);
    if (variable)
        return;
    variable = allocate(1, sizeof(*variable));
    *variable = (struct variable){.address = address, .die = typed};
    HASH_ADD(hh, variables->variables, address, sizeof(address), variable);
}

static bool is_code(int tag)
{
    return tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block ||
           tag == DW_TAG_inlined_subroutine;
}

static void index_scope(struct debug_variables *variables, Dwarf_Die *scope, bool functions,
                        unsigned depth)
{
    Dwarf_Die die;
    for (int end = dwarf_child(scope, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
        int tag = dwarf_tag(&die);
        bool inner = tag == DW_TAG_namespace || (functions && is_code(tag));
        if (tag == DW_TAG_variable)
            add_variable(variables, &die);
        else if (inner && depth < SCOPES_MAX && dwarf_haschildren(&die))
            index_scope(variables, &die, functions, depth + 1);
    }
}

static void index_units(struct debug_variables *variables, bool functions)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Die die, split;
    uint8_t type;
    while (variables->dwarf &&
           dwarf_get_units(variables->dwarf, cu, &cu, NULL, &type, &die, &split) == 0) {
        bool is_split = type == DW_UT_skeleton && split.addr;
        index_scope(variables, is_split ? &split : &die, functions, 0);
    }
}

static struct variable *find(struct debug_variables *variables, uint64_t address)
{
    struct variable *variable = NULL;
    bool *indexed[] = {&variables->indexed, &variables->functions_indexed};
    for (int functions = 0; functions < 2 && !variable; functions++) {
        if (!*indexed[functions])
            index_units(variables, functions);
        *indexed[functions] = true;
        HASH_FIND(hh, variables->variables, &address, sizeof(address), variable);
    }
    return variable;
}

/* ---- types ---- */

static bool append(char *text, size_t capacity, const char *more, size_t bytes)
{
    size_t used = strlen(text);
    if (used + bytes >= capacity)
        return false;
    memcpy(text + used, more, bytes);
    text[used + bytes] = '\0';
    return true;
}

static bool append_name(Dwarf_Die *type, char *text, size_t capacity)
{
    const char *name = dwarf_diename(type);
    return name && append(text, capacity, name, strcspn(name, "<"));
}

/* Of what an entry is of: "node *[]" is an array of pointers to nodes. */
static bool append_type(Dwarf_Die *entry, unsigned depth, char *text, size_t capacity)
{
    Dwarf_Die type = *entry;
    if (!debug_entry_follow(&type, DW_AT_type))
        return append(text, capacity, "void", strlen("void"));
    debug_entry_follow(&type, DW_AT_signature); /* a class may be defined in a unit of its own */
    int tag = dwarf_tag(&type);
    if (tag != DW_TAG_pointer_type && tag != DW_TAG_array_type && !debug_entry_is_qualifier(tag))
        return append_name(&type, text, capacity);
    if (depth == STEPS_MAX || !append_type(&type, depth + 1, text, capacity))
        return false;
    if (tag == DW_TAG_array_type)
        return append(text, capacity, "[]", 2);
    bool again = text[strlen(text) - 1] == '*';
    return debug_entry_is_qualifier(tag) ||
           append(text, capacity, again ? "*" : " *", again ? 1 : 2);
}

bool debug_variables_type(struct debug_variables *variables, uint64_t address, char *ret_type,
                          size_t capacity)
{
    struct variable *variable = find(variables, address);
    ret_type[0] = '\0';
    return variable && append_type(&variable->die, 0, ret_type, capacity);
}

bool debug_variables_member(struct debug_variables *variables, uint64_t address, uint64_t offset,
                            char *ret_path, size_t capacity)
{
    const struct variable *variable = find(variables, address);
    return variable && debug_members_path_in(&variable->die, offset, ret_path, capacity);
}
