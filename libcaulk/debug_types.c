/*
 * An index of types by the key of their qualified name, made at the first search. A class's inner
 * types are not in it, but are looked for below the class. A type that a hundred units include is
 * in it once; entries with one name that are not the same thing make it ambiguous.
 *
 * The files are foreign: entries may refer to each other in rings, so that every walk has a bound.
 */
#include "libcaulk/debug_types.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "libcaulk/debug_members.h"
#include "libcaulk/memory.h"
#include "libcaulk/type_key.h"

#define PARTS_MAX 32
#define SCOPES_MAX 64
/* In one unit: each costs a walk over the unit. */
#define SPECIFIED_MAX 256

struct entry {
    uint64_t key;
    uint64_t bytes, line; /* what tells two types with one name apart */
    Dwarf_Die die;
    bool ambiguous;
    UT_hash_handle hh;
};

struct debug_types {
    Dwarf *dwarf;
    bool indexed, functions_indexed;
    unsigned specified; /* such entries in the unit that is walked, so far */
    struct entry *entries;
};

/* Goes through a scope and those within it. */
typedef void walk_fn(struct debug_types *types, Dwarf_Die *scope, uint64_t scope_key,
                     unsigned depth);

struct debug_types *debug_types_create(Dwarf *dwarf)
{
    struct debug_types *types = allocate(1, sizeof(*types));
    types->dwarf = dwarf;
    return types;
}

void debug_types_destroy(struct debug_types *types)
{
    if (!types)
        return;
    struct entry *entry, *next;
    HASH_ITER(hh, types->entries, entry, next)
    {
        HASH_DEL(types->entries, entry);
        free(entry);
    }
    free(types);
}

/* ---- the index ---- */

static uint64_t number(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    return dwarf_formudata(dwarf_attr(die, name, &attribute), &value) ? 0 : value;
}

static bool is_class(int tag)
{
    return tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static bool is_definition(Dwarf_Die *class)
{
    return !dwarf_hasattr(class, DW_AT_declaration);
}

static bool is_scope(int tag)
{
    return tag == DW_TAG_namespace || is_class(tag);
}

/* Of the whole name; false where it has no words, or too many. */
static bool key_in(uint64_t scope, const char *name, uint64_t *ret_key)
{
    uint64_t keys[PARTS_MAX];
    size_t count = name ? type_key_parts(scope, name, keys, PARTS_MAX) : 0;
    if (count)
        *ret_key = keys[count - 1];
    return count;
}

static void add_type(struct debug_types *types, uint64_t key, Dwarf_Die *die)
{
    struct entry *entry;
    const struct entry new = {.key = key,
                              .bytes = number(die, DW_AT_byte_size),
                              .line = number(die, DW_AT_decl_line),
                              .die = *die};
    if (!new.bytes)
        return;
    HASH_FIND(hh, types->entries, &key, sizeof(key), entry);
    if (entry) {
        entry->ambiguous |= entry->bytes != new.bytes || entry->line != new.line;
        return;
    }
    entry = allocate(1, sizeof(*entry));
    *entry = new;
    HASH_ADD(hh, types->entries, key, sizeof(key), entry);
}

/* C's `typedef struct { … } node;` */
static void add_typedef(struct debug_types *types, uint64_t scope, Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Die named;
    uint64_t key;
    if (dwarf_formref_die(dwarf_attr(die, DW_AT_type, &attribute), &named) &&
        is_class(dwarf_tag(&named)) && !dwarf_hasattr(&named, DW_AT_name) &&
        key_in(scope, dwarf_diename(die), &key))
        add_type(types, key, &named);
}

static const char *name_of(Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);
    return name || dwarf_tag(die) != DW_TAG_namespace ? name : TYPE_KEY_ANONYMOUS;
}

/* The child that is, or holds, what lies at an address. */
static bool find_child(Dwarf_Die *scope, const void *address, Dwarf_Die *ret_child)
{
    Dwarf_Die die;
    bool found = false;
    for (int end = dwarf_child(scope, &die); end == 0 && die.addr <= address;
         end = dwarf_siblingof(&die, &die)) {
        *ret_child = die;
        found = true;
    }
    return found;
}

/* An entry does not know in what it lies, so this goes down to it. */
static bool key_of_declaration(Dwarf_Die *declaration, uint64_t *ret_key)
{
    Dwarf_Die scope;
    uint64_t key = TYPE_KEY_GLOBAL;
    if (!dwarf_diecu(declaration, &scope, NULL, NULL))
        return false;
    for (unsigned depth = 0; depth < SCOPES_MAX; depth++) {
        if (!find_child(&scope, declaration->addr, &scope) ||
            (scope.addr != declaration->addr && !is_scope(dwarf_tag(&scope))) ||
            !key_in(key, name_of(&scope), &key))
            return false;
        if (scope.addr == declaration->addr) {
            *ret_key = key;
            return true;
        }
    }
    return false;
}

/* Defined elsewhere than where it belongs: `struct Window::Parts { … }`, and in a unit of its own.
 */
static void add_specified(struct debug_types *types, Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Die declaration;
    uint64_t key;
    if (types->specified++ < SPECIFIED_MAX &&
        dwarf_formref_die(dwarf_attr(die, DW_AT_specification, &attribute), &declaration) &&
        key_of_declaration(&declaration, &key))
        add_type(types, key, die);
}

static void index_scope(struct debug_types *types, Dwarf_Die *scope, uint64_t scope_key,
                        unsigned depth)
{
    Dwarf_Die die;
    uint64_t key;
    for (int end = dwarf_child(scope, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_typedef)
            add_typedef(types, scope_key, &die);
        else if (is_class(tag) && dwarf_hasattr(&die, DW_AT_specification))
            add_specified(types, &die);
        else if (is_class(tag) && is_definition(&die) && key_in(scope_key, name_of(&die), &key))
            add_type(types, key, &die);
        else if (tag == DW_TAG_namespace && depth < SCOPES_MAX && dwarf_haschildren(&die) &&
                 key_in(scope_key, name_of(&die), &key))
            index_scope(types, &die, key, depth + 1);
    }
}

/* ---- classes of functions ---- */

/* Calls add_type() for each; types NULL: only looks. Returns whether there are any. */
static bool add_local_classes(struct debug_types *types, Dwarf_Die *block, uint64_t function_key,
                              unsigned depth)
{
    Dwarf_Die die;
    uint64_t key;
    bool found = false;
    for (int end = dwarf_child(block, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
        int tag = dwarf_tag(&die);
        if (is_class(tag) && is_definition(&die) &&
            key_in(function_key, dwarf_diename(&die), &key)) {
            found = true;
            if (types)
                add_type(types, key, &die);
        } else if (tag == DW_TAG_lexical_block && depth < SCOPES_MAX && dwarf_haschildren(&die)) {
            found |= add_local_classes(types, &die, function_key, depth + 1);
        }
    }
    return found;
}

/* A member's scope is that of its declaration. */
static bool key_of_function(Dwarf_Die *function, uint64_t scope_key, uint64_t *ret_key)
{
    Dwarf_Attribute attribute;
    Dwarf_Die declaration;
    if (!dwarf_hasattr(function, DW_AT_specification))
        return key_in(scope_key, dwarf_diename(function), ret_key);
    return dwarf_formref_die(dwarf_attr(function, DW_AT_specification, &attribute), &declaration) &&
           key_of_declaration(&declaration, ret_key);
}

/* What was compiled of a function more than once refers to the entry that has its classes. */
static void index_functions(struct debug_types *types, Dwarf_Die *scope, uint64_t scope_key,
                            unsigned depth)
{
    Dwarf_Die die;
    uint64_t key;
    for (int end = dwarf_child(scope, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
        int tag = dwarf_tag(&die);
        if (!dwarf_haschildren(&die))
            continue;
        if (tag == DW_TAG_subprogram && !dwarf_hasattr(&die, DW_AT_abstract_origin) &&
            add_local_classes(NULL, &die, 0, 0) && key_of_function(&die, scope_key, &key))
            add_local_classes(types, &die, key, 0);
        else if (tag == DW_TAG_namespace && depth < SCOPES_MAX &&
                 key_in(scope_key, name_of(&die), &key))
            index_functions(types, &die, key, depth + 1);
    }
}

/* ---- all units ---- */

/* walk: begins at a unit's entry. */
static void walk_units(struct debug_types *types, Dwarf *dwarf, walk_fn *walk)
{
    Dwarf_CU *cu = NULL;
    Dwarf_Die die, split;
    uint8_t type;
    while (dwarf && dwarf_get_units(dwarf, cu, &cu, NULL, &type, &die, &split) == 0) {
        bool is_split = type == DW_UT_skeleton && split.addr;
        types->specified = 0;
        walk(types, is_split ? &split : &die, TYPE_KEY_GLOBAL, 0);
    }
}

static void walk_once(struct debug_types *types, bool *walked, walk_fn *walk)
{
    if (*walked || !types->dwarf)
        return;
    walk_units(types, types->dwarf, walk);
    walk_units(types, dwarf_getalt(types->dwarf), walk);
    *walked = true;
}

/* ---- searches ---- */

static bool find_inner(Dwarf_Die *class, uint64_t class_key, uint64_t inner_key)
{
    Dwarf_Die die;
    uint64_t key;
    for (int end = dwarf_child(class, &die); end == 0; end = dwarf_siblingof(&die, &die))
        if (is_class(dwarf_tag(&die)) && is_definition(&die) &&
            key_in(class_key, dwarf_diename(&die), &key) && key == inner_key) {
            *class = die;
            return number(class, DW_AT_byte_size);
        }
    return false;
}

static const char *without_keyword(const char *name)
{
    static const char *const keywords[] = {"struct ", "class ", "union "};
    for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
        if (!strncmp(name, keywords[i], strlen(keywords[i])))
            return name + strlen(keywords[i]);
    return name;
}

/* Of an inner class a class around it is in the index, or it is itself. ret_part: which of the
 * keys' is found. */
static struct entry *find_entry(struct debug_types *types, const uint64_t *keys, size_t count,
                                size_t *ret_part)
{
    struct entry *entry = NULL;
    for (size_t part = count; part-- > 0 && !entry; *ret_part = part)
        HASH_FIND(hh, types->entries, &keys[part], sizeof(keys[part]), entry);
    return entry;
}

/* Parameters before the last part, or the function that everybody has. */
static bool is_in_function(const char *name)
{
    static const char main_scope[] = "main::";
    if (strncmp(name, main_scope, strlen(main_scope)) == 0)
        return true;
    const char *bracket = name;
    while ((bracket = strchr(bracket, '(')) &&
           strncmp(bracket, TYPE_KEY_ANONYMOUS, strlen(TYPE_KEY_ANONYMOUS)) == 0)
        bracket++;
    return bracket;
}

static bool find(struct debug_types *types, const char *name, Dwarf_Die *ret_die)
{
    uint64_t keys[PARTS_MAX];
    size_t count = type_key_parts(TYPE_KEY_GLOBAL, without_keyword(name), keys, PARTS_MAX);
    size_t part = 0;
    walk_once(types, &types->indexed, index_scope);
    struct entry *entry = find_entry(types, keys, count, &part);
    if (!entry && is_in_function(name)) {
        walk_once(types, &types->functions_indexed, index_functions);
        entry = find_entry(types, keys, count, &part);
    }
    if (!entry || entry->ambiguous)
        return false;
    Dwarf_Die die = entry->die;
    while (++part < count)
        if (!find_inner(&die, keys[part - 1], keys[part]))
            return false;
    *ret_die = die;
    return true;
}

bool debug_types_size(struct debug_types *types, const char *name, uint64_t *ret_bytes)
{
    Dwarf_Die die;
    if (!find(types, name, &die))
        return false;
    *ret_bytes = number(&die, DW_AT_byte_size);
    return true;
}

bool debug_types_member(struct debug_types *types, const char *name, uint64_t offset,
                        char *ret_path, size_t capacity, enum smart_pointer *ret_smart)
{
    Dwarf_Die die;
    return find(types, name, &die) &&
           debug_members_path(&die, offset, ret_path, capacity, ret_smart);
}
