/*
 * libdw's own search for an address reads .debug_aranges, which clang does not write, and walks a
 * whole compilation unit for every address. So there are two small indexes here: the units by
 * address, and each unit's functions by address, built at its first lookup. A function's inlined
 * calls are then found by going down from its entry alone.
 */
#include "libcaulk/debug_units.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdlib.h>

#include "libcaulk/memory.h"
#include "libcaulk/range_table.h"
#include "libcaulk/scope_names.h"

struct unit {
    Dwarf_Die lines;              /* the entry that leads to the line table */
    Dwarf_Die entries;            /* the same, or its other half in a .dwo file */
    struct range_table functions; /* value: the function's offset in .debug_info */
    struct scope_names names;     /* of functions whose entry has no full name; by offset */
    bool walked;
};

struct debug_units {
    struct unit *units;
    size_t count;
    struct range_table ranges; /* value: number in units */
};

static void add_ranges(struct range_table *table, Dwarf_Die *die, uint64_t value)
{
    Dwarf_Addr base, start, end;
    for (ptrdiff_t at = 0; (at = dwarf_ranges(die, at, &base, &start, &end)) > 0;) {
        /* The linker leaves address 0 in the entries of functions that it dropped. */
        if (start == 0 || end <= start)
            continue;
        range_table_add(table, &(struct range){start, end - start, value, 0});
    }
}

static void add_unit(struct debug_units *units, Dwarf_Die *lines, Dwarf_Die *entries)
{
    units->units = need_room(units->units, units->count, sizeof(*units->units));
    struct unit *unit = &units->units[units->count];
    *unit = (struct unit){.lines = *lines, .entries = *entries};
    add_ranges(&units->ranges, lines, units->count++);
}

struct debug_units *debug_units_create(Dwarf *dwarf)
{
    struct debug_units *units = allocate(1, sizeof(*units));
    Dwarf_CU *cu = NULL;
    Dwarf_Half version;
    uint8_t type;
    Dwarf_Die die, split;
    while (dwarf && dwarf_get_units(dwarf, cu, &cu, &version, &type, &die, &split) == 0) {
        if (type == DW_UT_skeleton && split.addr)
            add_unit(units, &die, &split);
        else if (type == DW_UT_compile)
            add_unit(units, &die, &die);
    }
    range_table_sort(&units->ranges);
    return units;
}

void debug_units_destroy(struct debug_units *units)
{
    if (!units)
        return;
    for (size_t i = 0; i < units->count; i++) {
        range_table_finish(&units->units[i].functions);
        scope_names_finish(&units->units[i].names);
    }
    free(units->units);
    range_table_finish(&units->ranges);
    free(units);
}

size_t debug_units_count(const struct debug_units *units)
{
    return units->count;
}

/* ---- functions ---- */

struct open_entry {
    Dwarf_Die die;
    uint32_t scope;
};

/* Entries whose children have still to be walked. */
struct open_list {
    struct open_entry *entries;
    size_t count;
};

static void open_list_push(struct open_list *list, const Dwarf_Die *die, uint32_t scope)
{
    list->entries = need_room(list->entries, list->count, sizeof(*list->entries));
    list->entries[list->count++] = (struct open_entry){*die, scope};
}

/* Functions also hold functions: members of their local classes, nested ones. */
static bool may_hold_functions(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_class_type ||
           tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_subprogram ||
           tag == DW_TAG_lexical_block;
}

static uint32_t scope_of(struct unit *unit, Dwarf_Die *die, uint32_t parent)
{
    const char *name = dwarf_diename(die);
    if (!name && dwarf_tag(die) == DW_TAG_namespace)
        name = "(anonymous namespace)";
    return scope_names_add(&unit->names, parent, name ? name : "");
}

static void walk_children(struct unit *unit, struct open_list *open, struct open_entry parent)
{
    Dwarf_Die die;
    for (int end = dwarf_child(&parent.die, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_subprogram) {
            add_ranges(&unit->functions, &die, dwarf_dieoffset(&die));
            scope_names_place(&unit->names, dwarf_dieoffset(&die), parent.scope);
        }
        if (may_hold_functions(tag) && dwarf_haschildren(&die))
            open_list_push(open, &die, scope_of(unit, &die, parent.scope));
    }
}

static void walk_unit(struct unit *unit)
{
    struct open_list open = {0};
    open_list_push(&open, &unit->entries, SCOPE_GLOBAL);
    while (open.count) {
        open.count--;
        walk_children(unit, &open, open.entries[open.count]);
    }
    free(open.entries);
    range_table_sort(&unit->functions);
    scope_names_sort(&unit->names);
    unit->walked = true;
}

static bool find_function(struct unit *unit, uint64_t address, Dwarf_Die *ret_die)
{
    if (!unit->walked)
        walk_unit(unit);
    const struct range *range = range_table_find(&unit->functions, address);
    Dwarf *dwarf = dwarf_cu_getdwarf(unit->entries.cu);
    return range && dwarf_offdie(dwarf, range->value, ret_die);
}

/* The part of die that covers address, one level down. */
static bool find_inner(Dwarf_Die *die, uint64_t address, Dwarf_Die *ret_inner)
{
    Dwarf_Die child;
    for (int end = dwarf_child(die, &child); end == 0; end = dwarf_siblingof(&child, &child)) {
        int tag = dwarf_tag(&child);
        bool is_scope = tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block ||
                        tag == DW_TAG_try_block || tag == DW_TAG_catch_block;
        if (is_scope && dwarf_haspc(&child, address) == 1) {
            *ret_inner = child;
            return true;
        }
    }
    return false;
}

/* The function and the calls inlined in it at address, outermost first. */
static size_t find_chain(Dwarf_Die *function, uint64_t address, Dwarf_Die *ret_chain)
{
    size_t count = 1;
    Dwarf_Die scope = *function;
    ret_chain[0] = scope;
    while (count < DEBUG_INFO_MAX_FRAMES && find_inner(&scope, address, &scope))
        if (dwarf_tag(&scope) == DW_TAG_inlined_subroutine)
            ret_chain[count++] = scope;
    return count;
}

static const char *string_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr_integrate(die, name, &attribute));
}

/* The entry that has the name: a compiled or inlined copy refers to it, a member's definition to
 * its declaration. */
static Dwarf_Die named_entry(Dwarf_Die die)
{
    Dwarf_Attribute attribute;
    if (dwarf_attr(&die, DW_AT_abstract_origin, &attribute))
        dwarf_formref_die(&attribute, &die);
    if (dwarf_attr(&die, DW_AT_specification, &attribute))
        dwarf_formref_die(&attribute, &die);
    return die;
}

static const char *function_name(struct unit *unit, Dwarf_Die *die)
{
    const char *linkage_name = string_attribute(die, DW_AT_linkage_name);
    const char *name = string_attribute(die, DW_AT_name);
    if (linkage_name || !name)
        return linkage_name;
    Dwarf_Die entry = named_entry(*die);
    return scope_names_full(&unit->names, dwarf_dieoffset(&entry), name);
}

static uint64_t number_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    return dwarf_formudata(dwarf_attr(die, name, &attribute), &value) ? 0 : value;
}

static void call_place(struct unit *unit, Dwarf_Die *inlined, struct source_frame *caller)
{
    Dwarf_Files *files;
    size_t count;
    if (dwarf_getsrcfiles(&unit->lines, &files, &count) == 0)
        caller->file = dwarf_filesrc(files, number_attribute(inlined, DW_AT_call_file), NULL, NULL);
    caller->line = (uint32_t)number_attribute(inlined, DW_AT_call_line);
}

static void line_place(struct unit *unit, uint64_t address, struct source_frame *frame)
{
    Dwarf_Line *line = dwarf_getsrc_die(&unit->lines, address);
    int number = 0;
    if (!line)
        return;
    frame->file = dwarf_linesrc(line, NULL, NULL);
    if (dwarf_lineno(line, &number) == 0 && number > 0)
        frame->line = (uint32_t)number;
}

static size_t function_frames(struct unit *unit, Dwarf_Die *function, uint64_t address,
                              struct source_frame *ret_frames)
{
    Dwarf_Die chain[DEBUG_INFO_MAX_FRAMES];
    size_t count = find_chain(function, address, chain);
    for (size_t i = 0; i < count; i++) {
        Dwarf_Die *die = &chain[count - 1 - i];
        ret_frames[i] =
            (struct source_frame){.function = function_name(unit, die), .inlined = i + 1 < count};
        if (i > 0)
            call_place(unit, &chain[count - i], &ret_frames[i]);
    }
    return count;
}

size_t debug_units_frames(struct debug_units *units, uint64_t address,
                          struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES])
{
    const struct range *range = range_table_find(&units->ranges, address);
    if (!range)
        return 0;
    struct unit *unit = &units->units[range->value];
    Dwarf_Die function;
    size_t count = 1;
    if (find_function(unit, address, &function))
        count = function_frames(unit, &function, address, ret_frames);
    else
        ret_frames[0] = (struct source_frame){0};
    line_place(unit, address, &ret_frames[0]);
    return count;
}
