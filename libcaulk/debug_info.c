/*
 * A file's symbols and its debug information side by side: each knows names that the other doesn't.
 */
#include "libcaulk/debug_info.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/debug_file.h"
#include "libcaulk/debug_types.h"
#include "libcaulk/debug_units.h"
#include "libcaulk/debug_variables.h"
#include "libcaulk/memory.h"

struct debug_info {
    struct debug_file file;
    struct debug_units *units;
    struct debug_types *types;
    struct debug_variables *variables;
    uint64_t bias; /* the file's own addresses minus those in the debug information */
};

static const char *range_name(const struct range *range)
{
    return range ? (const char *)(uintptr_t)range->value : NULL;
}

enum debug_info_result debug_info_open(const struct debug_search *search, const char *path,
                                       const char *build_id, uint64_t built_before_ns,
                                       struct debug_info **ret_info)
{
    struct debug_info *info = allocate(1, sizeof(*info));
    enum debug_info_result result =
        debug_file_open(search, path, build_id, built_before_ns, &info->file);
    if (result != DEBUG_INFO_FULL) {
        free(info);
        return result;
    }
    struct Dwarf *dwarf = debug_file_dwarf(&info->file, &info->bias);
    info->units = debug_units_create(dwarf);
    info->types = debug_types_create(dwarf);
    info->variables = debug_variables_create(dwarf, info->bias);
    *ret_info = info;
    if (debug_units_count(info->units))
        return DEBUG_INFO_FULL;
    if (info->file.has_local_symbols)
        return DEBUG_INFO_SYMBOLS;
    return info->file.functions.count ? DEBUG_INFO_EXPORTS : DEBUG_INFO_NONE;
}

void debug_info_close(struct debug_info *info)
{
    if (!info)
        return;
    debug_units_destroy(info->units);
    debug_types_destroy(info->types);
    debug_variables_destroy(info->variables);
    debug_file_close(&info->file);
    free(info);
}

size_t debug_info_frames(struct debug_info *info, uint64_t address,
                         struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES])
{
    const char *symbol = range_name(range_table_find(&info->file.functions, address));
    size_t count = debug_units_frames(info->units, address - info->bias, ret_frames);
    if (!count && symbol)
        ret_frames[count++] = (struct source_frame){0};
    if (!count)
        return 0;
    /* The debug information names some C++ functions by their last part; the symbol never does. */
    struct source_frame *outermost = &ret_frames[count - 1];
    if (symbol && (!outermost->function || !strncmp(symbol, "_Z", 2)))
        outermost->function = symbol;
    return count;
}

const char *debug_info_variable(struct debug_info *info, uint64_t address, uint64_t *ret_offset,
                                uint64_t *ret_bytes)
{
    const struct range *range = range_table_find(&info->file.variables, address);
    if (range) {
        *ret_offset = address - range->start;
        *ret_bytes = range->bytes;
    }
    return range_name(range);
}

struct debug_types *debug_info_types(struct debug_info *info)
{
    return info->types;
}

struct debug_variables *debug_info_variables(struct debug_info *info)
{
    return info->variables;
}
