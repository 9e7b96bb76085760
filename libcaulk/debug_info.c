/*
 * elfutils' libdwfl behind our own words.
 *
 * One Dwfl for each file, with the file at its own addresses: so a library that was unloaded and
 * another one at the same place never meet, and nothing depends on where a process had loaded it.
 *
 * libdw's own search for an address reads .debug_aranges, which clang does not write, walks a whole
 * compilation unit for every address, and compares symbols one after another. So there are small
 * indexes here: the units by address, each unit's functions by address (built at its first lookup),
 * and the symbols. A function's inlined calls are then found by going down from its entry alone.
 */
#include "libcaulk/debug_info.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libcaulk/range_table.h"

struct unit {
    Dwarf_Die lines;              /* the entry that leads to the line table */
    Dwarf_Die entries;            /* the same, or its other half in a .dwo file */
    struct range_table functions; /* value: the function's offset in .debug_info */
    bool walked;
};

struct debug_info {
    Dwfl *dwfl;
    Dwfl_Module *module;
    Dwarf_Addr bias; /* the file's own addresses minus those in the debug information */
    struct unit *units;
    size_t unit_count, unit_capacity;
    struct range_table unit_ranges;          /* value: number in units */
    struct range_table functions, variables; /* from the symbol tables; value: const char * */
    bool has_local_symbols;
};

/* Room for one more item. */
static void *grow(void *items, size_t count, size_t *capacity, size_t item_bytes)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 64;
    items = reallocarray(items, *capacity, item_bytes);
    if (!items)
        abort();
    return items;
}

static const char *range_name(const struct range *range)
{
    return range ? (const char *)(uintptr_t)range->value : NULL;
}

/* ---- the file ---- */

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

/* A dump may name anything as a module: a FIFO must not block, a device must not be touched. */
static int open_regular(const char *path, struct stat *ret_status)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && (fstat(fd, ret_status) || !S_ISREG(ret_status->st_mode))) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool report_file(struct debug_info *info, const char *path, int fd)
{
    info->dwfl = dwfl_begin(&callbacks);
    if (info->dwfl) {
        dwfl_report_begin(info->dwfl);
        info->module = dwfl_report_elf(info->dwfl, path, path, fd, 0, true);
        dwfl_report_end(info->dwfl, NULL, NULL);
    }
    if (!info->module)
        close(fd);
    return info->module;
}

static bool same_build(struct debug_info *info, const char *build_id)
{
    const unsigned char *bytes;
    GElf_Addr address;
    int count = dwfl_module_build_id(info->module, &bytes, &address);
    if (count < 0 || strlen(build_id) != 2 * (size_t)count)
        return false;
    for (int i = 0; i < count; i++) {
        char digits[3];
        snprintf(digits, sizeof(digits), "%02x", bytes[i]);
        if (memcmp(digits, build_id + 2 * i, 2))
            return false;
    }
    return true;
}

static bool newer_than(const struct stat *status, uint64_t time_ns)
{
    uint64_t changed = (uint64_t)status->st_mtim.tv_sec * 1000000000u;
    return changed + (uint64_t)status->st_mtim.tv_nsec > time_ns;
}

/* ---- symbols ---- */

/* People know `malloc`, not `__libc_malloc`; a global name rather than a local alias. */
static uint32_t symbol_rank(const char *name, const GElf_Sym *symbol)
{
    static const uint32_t binding_rank[] = {[STB_GLOBAL] = 2, [STB_WEAK] = 1, [STB_LOCAL] = 0};
    size_t underscores = strspn(name, "_");
    uint32_t plainness = underscores > 2 ? 0 : 2 - (uint32_t)underscores;
    unsigned binding = GELF_ST_BIND(symbol->st_info);
    return plainness * 3 + (binding <= STB_WEAK ? binding_rank[binding] : 0);
}

static void add_symbol(struct debug_info *info, int number)
{
    GElf_Sym symbol;
    GElf_Addr address;
    GElf_Word section;
    const char *name =
        dwfl_module_getsym_info(info->module, number, &symbol, &address, &section, NULL, NULL);
    if (!name || !*name || section == SHN_UNDEF || section == SHN_ABS)
        return;
    unsigned type = GELF_ST_TYPE(symbol.st_info);
    struct range_table *table = type == STT_FUNC || type == STT_GNU_IFUNC  ? &info->functions
                                : type == STT_OBJECT || type == STT_COMMON ? &info->variables
                                                                           : NULL;
    if (!table)
        return;
    if (GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
        info->has_local_symbols = true;
    const struct range range = {.start = address,
                                .bytes = symbol.st_size,
                                .value = (uintptr_t)name,
                                .rank = symbol_rank(name, &symbol)};
    range_table_add(table, &range);
}

static void read_symbols(struct debug_info *info)
{
    int count = dwfl_module_getsymtab(info->module);
    for (int i = 1; i < count; i++)
        add_symbol(info, i);
    range_table_sort(&info->functions);
    range_table_sort(&info->variables);
}

/* ---- compilation units ---- */

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

static void add_unit(struct debug_info *info, Dwarf_Die *lines, Dwarf_Die *entries)
{
    info->units = grow(info->units, info->unit_count, &info->unit_capacity, sizeof(*info->units));
    struct unit *unit = &info->units[info->unit_count];
    *unit = (struct unit){.lines = *lines, .entries = *entries};
    add_ranges(&info->unit_ranges, lines, info->unit_count++);
}

static void read_units(struct debug_info *info)
{
    Dwarf *dwarf = dwfl_module_getdwarf(info->module, &info->bias);
    Dwarf_CU *cu = NULL;
    Dwarf_Half version;
    uint8_t type;
    Dwarf_Die die, split;
    while (dwarf && dwarf_get_units(dwarf, cu, &cu, &version, &type, &die, &split) == 0) {
        if (type == DW_UT_skeleton && split.addr)
            add_unit(info, &die, &split);
        else if (type == DW_UT_compile)
            add_unit(info, &die, &die);
    }
    range_table_sort(&info->unit_ranges);
}

enum debug_info_result debug_info_open(const char *path, const char *build_id,
                                       uint64_t built_before_ns, struct debug_info **ret_info)
{
    struct stat status;
    int fd = open_regular(path, &status);
    if (fd < 0)
        return DEBUG_INFO_MISSING;
    struct debug_info *info = calloc(1, sizeof(*info));
    if (!info)
        abort();
    if (!report_file(info, path, fd) ||
        (*build_id ? !same_build(info, build_id) : newer_than(&status, built_before_ns))) {
        debug_info_close(info);
        return DEBUG_INFO_CHANGED;
    }
    read_symbols(info);
    read_units(info);
    *ret_info = info;
    if (info->unit_ranges.count)
        return DEBUG_INFO_FULL;
    if (info->has_local_symbols)
        return DEBUG_INFO_SYMBOLS;
    return info->functions.count ? DEBUG_INFO_EXPORTS : DEBUG_INFO_NONE;
}

void debug_info_close(struct debug_info *info)
{
    if (!info)
        return;
    for (size_t i = 0; i < info->unit_count; i++)
        range_table_finish(&info->units[i].functions);
    free(info->units);
    range_table_finish(&info->unit_ranges);
    range_table_finish(&info->functions);
    range_table_finish(&info->variables);
    if (info->dwfl)
        dwfl_end(info->dwfl);
    free(info);
}

/* ---- functions and lines ---- */

struct die_list {
    Dwarf_Die *dies;
    size_t count, capacity;
};

static void die_list_push(struct die_list *list, const Dwarf_Die *die)
{
    list->dies = grow(list->dies, list->count, &list->capacity, sizeof(*list->dies));
    list->dies[list->count++] = *die;
}

/* Functions also hold functions: members of their local classes, nested ones. */
static bool may_hold_functions(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_class_type ||
           tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_subprogram ||
           tag == DW_TAG_lexical_block;
}

static void walk_unit(struct unit *unit)
{
    struct die_list open = {0};
    die_list_push(&open, &unit->entries);
    while (open.count) {
        Dwarf_Die die = open.dies[--open.count];
        for (int end = dwarf_child(&die, &die); end == 0; end = dwarf_siblingof(&die, &die)) {
            int tag = dwarf_tag(&die);
            if (tag == DW_TAG_subprogram)
                add_ranges(&unit->functions, &die, dwarf_dieoffset(&die));
            if (may_hold_functions(tag) && dwarf_haschildren(&die))
                die_list_push(&open, &die);
        }
    }
    free(open.dies);
    range_table_sort(&unit->functions);
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

static const char *function_name(Dwarf_Die *die)
{
    const char *name = string_attribute(die, DW_AT_linkage_name);
    return name ? name : string_attribute(die, DW_AT_name);
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

static size_t dwarf_frames(struct unit *unit, uint64_t address, struct source_frame *ret_frames)
{
    Dwarf_Die function, chain[DEBUG_INFO_MAX_FRAMES];
    size_t count = 1;
    ret_frames[0] = (struct source_frame){0};
    if (find_function(unit, address, &function)) {
        count = find_chain(&function, address, chain);
        for (size_t i = 0; i < count; i++) {
            Dwarf_Die *die = &chain[count - 1 - i];
            ret_frames[i] =
                (struct source_frame){.function = function_name(die), .inlined = i + 1 < count};
            if (i > 0)
                call_place(unit, &chain[count - i], &ret_frames[i]);
        }
    }
    line_place(unit, address, &ret_frames[0]);
    return count;
}

size_t debug_info_frames(struct debug_info *info, uint64_t address,
                         struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES])
{
    const char *symbol = range_name(range_table_find(&info->functions, address));
    uint64_t dwarf_address = address - info->bias;
    const struct range *range = range_table_find(&info->unit_ranges, dwarf_address);
    size_t count = 0;
    if (range)
        count = dwarf_frames(&info->units[range->value], dwarf_address, ret_frames);
    else if (symbol)
        ret_frames[count++] = (struct source_frame){0};
    if (!count)
        return 0;
    /* The debug information names some C++ functions without their class; the symbol never does. */
    struct source_frame *outermost = &ret_frames[count - 1];
    if (symbol && (!outermost->function || !strncmp(symbol, "_Z", 2)))
        outermost->function = symbol;
    return count;
}

const char *debug_info_variable(struct debug_info *info, uint64_t address, uint64_t *ret_offset)
{
    const struct range *range = range_table_find(&info->variables, address);
    if (range)
        *ret_offset = address - range->start;
    return range_name(range);
}
