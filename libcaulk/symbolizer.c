/*
 * Addresses to names: the dump says which module was where and when, debug_info.c what a module's
 * file says about an address. In between: each file opened once and late, each address looked up
 * once, each name demangled once.
 *
 * Keys of the cache are (module record, address), not the address alone: after a dlclose another
 * library can lie there.
 */
#include "libcaulk/symbolizer.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "libcaulk/debug_info.h"
#include "libcaulk/demangle.h"
#include "libcaulk/embedded_names.h"
#include "libcaulk/memory.h"
#include "libcaulk/plumbing.h"

struct module_file {
    bool opened;
    enum debug_info_result result;
    struct debug_info *info; /* borrowed where an earlier record has the same file */
    bool owns_info;
};

struct place_key {
    uint64_t address;
    uint64_t module; /* number, or NO_MODULE */
};
#define NO_MODULE UINT64_MAX

struct place {
    struct place_key key;
    struct frame *frames;
    size_t count;
    UT_hash_handle hh;
};

/* Demangled names by the address of the mangled one, which stays where it is until its file is
 * closed. */
struct readable_name {
    const char *symbol;
    char *name;
    UT_hash_handle hh;
};

struct symbolizer {
    const struct dump *dump;
    struct debug_search search;
    struct embedded_names embedded;
    struct module_file *files; /* one for each of the dump's modules */
    struct place *places;
    struct readable_name *names;
};

struct symbolizer *symbolizer_create(const struct dump *dump, const struct debug_search *search)
{
    struct symbolizer *symbolizer = allocate(1, sizeof(*symbolizer));
    symbolizer->dump = dump;
    if (search)
        symbolizer->search = *search;
    embedded_names_init(&symbolizer->embedded, dump);
    symbolizer->files = allocate(dump->module_count, sizeof(*symbolizer->files));
    return symbolizer;
}

void symbolizer_destroy(struct symbolizer *symbolizer)
{
    if (!symbolizer)
        return;
    struct place *place, *next_place;
    HASH_ITER(hh, symbolizer->places, place, next_place)
    {
        HASH_DEL(symbolizer->places, place);
        free(place->frames);
        free(place);
    }
    struct readable_name *name, *next_name;
    HASH_ITER(hh, symbolizer->names, name, next_name)
    {
        HASH_DEL(symbolizer->names, name);
        free(name->name);
        free(name);
    }
    for (uint32_t i = 0; i < symbolizer->dump->module_count; i++)
        if (symbolizer->files[i].owns_info)
            debug_info_close(symbolizer->files[i].info);
    free(symbolizer->files);
    embedded_names_finish(&symbolizer->embedded);
    free(symbolizer);
}

const struct dump *symbolizer_dump(const struct symbolizer *symbolizer)
{
    return symbolizer->dump;
}

static const char *readable(struct symbolizer *symbolizer, const char *symbol)
{
    struct readable_name *found;
    if (!symbol)
        return NULL;
    HASH_FIND_PTR(symbolizer->names, &symbol, found);
    if (!found) {
        found = allocate(1, sizeof(*found));
        found->symbol = symbol;
        found->name = demangle(symbol);
        HASH_ADD_PTR(symbolizer->names, symbol, found);
    }
    return found->name;
}

/* ---- modules ---- */

/* A module that was loaded several times has several records, and one file. */
static struct module_file *same_file(struct symbolizer *symbolizer, uint32_t number)
{
    const struct module *modules = symbolizer->dump->modules;
    for (uint32_t i = 0; i < symbolizer->dump->module_count; i++)
        if (symbolizer->files[i].opened && !strcmp(modules[i].path, modules[number].path) &&
            !strcmp(modules[i].build_id, modules[number].build_id))
            return &symbolizer->files[i];
    return NULL;
}

static struct module_file *module_file(struct symbolizer *symbolizer, uint32_t number)
{
    struct module_file *file = &symbolizer->files[number];
    if (file->opened)
        return file;
    const struct module_file *twin = same_file(symbolizer, number);
    const struct module *module = &symbolizer->dump->modules[number];
    if (twin) {
        file->result = twin->result;
        file->info = twin->info;
    } else if (module->path[0] == '/') {
        file->result = debug_info_open(&symbolizer->search, module->path, module->build_id,
                                       symbolizer->dump->process.time_ns, &file->info);
        file->owns_info = file->info;
    } else {
        file->result = DEBUG_INFO_MISSING;
    }
    file->opened = true;
    return file;
}

bool symbolizer_module(struct symbolizer *symbolizer, uint32_t module, const char **ret_reason)
{
    static const char *const reasons[] = {
        [DEBUG_INFO_FULL] = NULL,
        [DEBUG_INFO_SYMBOLS] = "no debug information, names only",
        [DEBUG_INFO_EXPORTS] = "no debug information, exported names only",
        [DEBUG_INFO_NONE] = "no names in it",
        [DEBUG_INFO_MISSING] = "missing",
        [DEBUG_INFO_CHANGED] = "changed since",
    };
    static const char *const embedded_reasons[] = {
        [DEBUG_INFO_MISSING] = "missing, but the dump has names of its own",
        [DEBUG_INFO_CHANGED] = "changed since, but the dump has names of its own",
    };
    const struct module_file *file = module_file(symbolizer, module);
    bool is_file = symbolizer->dump->modules[module].path[0] == '/';
    if (is_file && file->result >= DEBUG_INFO_MISSING &&
        embedded_names_any(&symbolizer->embedded, module)) {
        *ret_reason = embedded_reasons[file->result];
        return true;
    }
    *ret_reason = is_file ? reasons[file->result] : "not a file";
    return file->result <= DEBUG_INFO_EXPORTS;
}

const struct embedded_names *symbolizer_embedded(const struct symbolizer *symbolizer)
{
    return &symbolizer->embedded;
}

struct debug_info *symbolizer_debug_info(struct symbolizer *symbolizer, uint32_t module)
{
    return module_file(symbolizer, module)->info;
}

/* ---- frames ---- */

/* More than a function's name is its line. */
static unsigned knowledge(const struct source_frame *frames, size_t count)
{
    unsigned most = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned known = frames[i].line ? 2 : frames[i].function != NULL;
        most = known > most ? known : most;
    }
    return most;
}

/* A call's last instruction ends at its return address, where another line or function may begin:
 * one byte before it is inside the call. */
static size_t find_frames(struct symbolizer *symbolizer, uint32_t number, uint64_t address,
                          struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES])
{
    struct source_frame embedded[DEBUG_INFO_MAX_FRAMES] = {0};
    struct debug_info *info = module_file(symbolizer, number)->info;
    uint64_t bias = symbolizer->dump->modules[number].bias;
    size_t count = info ? debug_info_frames(info, address - bias - 1, ret_frames) : 0;
    size_t own = embedded_names_frames(&symbolizer->embedded, number, address, embedded);
    if (knowledge(embedded, own) <= knowledge(ret_frames, count))
        return count;
    memcpy(ret_frames, embedded, own * sizeof(*embedded));
    return own;
}

static void look_up(struct symbolizer *symbolizer, const struct module *module, struct place *place)
{
    struct source_frame found[DEBUG_INFO_MAX_FRAMES] = {0};
    uint64_t address = place->key.address;
    size_t count = 0;
    if (module)
        count = find_frames(symbolizer, (uint32_t)place->key.module, address, found);
    place->count = count ? count : 1;
    place->frames = allocate(place->count, sizeof(*place->frames));
    for (size_t i = 0; i < place->count; i++) {
        struct frame *frame = &place->frames[i];
        *frame = (struct frame){.address = address,
                                .file_address = module ? address - module->bias : address,
                                .module = module ? module->path : NULL,
                                .function = readable(symbolizer, found[i].function),
                                .file = found[i].file,
                                .line = found[i].line,
                                .inlined = found[i].inlined};
        frame->plumbing = plumbing_is(frame, module);
    }
}

static struct frames place_frames(struct symbolizer *symbolizer, uint64_t address,
                                  const struct module *module)
{
    const struct place_key key = {.address = address,
                                  .module = module ? (uint64_t)(module - symbolizer->dump->modules)
                                                   : NO_MODULE};
    struct place *place;
    HASH_FIND(hh, symbolizer->places, &key, sizeof(key), place);
    if (!place) {
        place = allocate(1, sizeof(*place));
        place->key = key;
        look_up(symbolizer, module, place);
        HASH_ADD(hh, symbolizer->places, key, sizeof(key), place);
    }
    return (struct frames){place->frames, place->count};
}

struct frames symbolizer_lookup(struct symbolizer *symbolizer, uint64_t address, uint32_t tick)
{
    return place_frames(symbolizer, address, dump_find_module(symbolizer->dump, address - 1, tick));
}

struct frames symbolizer_lookup_in(struct symbolizer *symbolizer, uint64_t address, uint32_t module)
{
    return place_frames(symbolizer, address, &symbolizer->dump->modules[module]);
}

bool symbolizer_misses(struct symbolizer *symbolizer, uint32_t module)
{
    const struct dump *dump = symbolizer->dump;
    if (module_file(symbolizer, module)->result < DEBUG_INFO_MISSING ||
        dump->modules[module].path[0] != '/')
        return false;
    bool used = false;
    for (uint32_t node = 1; node <= dump->stack_count; node++) {
        uint64_t inside = dump->stack_pc[node] - 1;
        if (inside < dump->modules[module].start || inside >= dump->modules[module].end)
            continue;
        if (symbolizer_lookup_in(symbolizer, dump->stack_pc[node], module).frame->line)
            return false;
        used = true;
    }
    return used;
}

/* ---- data ---- */

struct data_name symbolizer_data_name(struct symbolizer *symbolizer, uint64_t address,
                                      uint32_t tick)
{
    const struct module *module = dump_find_module(symbolizer->dump, address, tick);
    struct data_name found = {.offset = address};
    if (!module)
        return found;
    found.module = module->path;
    found.offset = address - module->bias;
    uint32_t number = (uint32_t)(module - symbolizer->dump->modules);
    struct debug_info *info = module_file(symbolizer, number)->info;
    const char *name = NULL;
    if (info)
        name = debug_info_variable(info, address - module->bias, &found.offset, &found.bytes);
    if (!name)
        name = embedded_names_variable(&symbolizer->embedded, number, address, &found.offset,
                                       &found.bytes);
    found.name = readable(symbolizer, name);
    return found;
}
