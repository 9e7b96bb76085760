/* See dump_symbols.h. Only modules that some address lies in are looked at. */
#include "preload/dump_symbols.h"

#include <string.h>

#include "preload/exports.h"
#include "preload/fault_guard.h"

struct writing {
    struct dump_job *job;
    struct ranges wanted; /* return addresses, then places that roots' references lie in */
    uint64_t count;
    char name[4096]; /* longer than any export's */
};

static bool has_exports(const struct writing *writing, const struct loaded_module *module,
                        enum export_kind kind, struct exports *ret_exports)
{
    struct range part;
    *ret_exports = (struct exports){0};
    return module->unloaded_tick == 0 &&
           ranges_overlap(&writing->wanted, module->start, module->end, &part) &&
           exports_read(module, kind, ret_exports);
}

static void write_symbol(struct writing *writing, const struct exported *found,
                         struct dump_symbol symbol)
{
    struct dump_job *job = writing->job;
    if (found->name_length >= sizeof(writing->name) ||
        !fault_guard_copy(writing->name, (uintptr_t)found->name, found->name_length))
        return;
    symbol.name = dump_strings_add(&job->strings, writing->name, found->name_length);
    if (!symbol.name)
        return;
    dump_writer_bytes(&job->writer, &symbol, sizeof(symbol));
    writing->count++;
}

/* A call's last byte is in the function that called, its return address perhaps no more. */
static void write_functions(struct writing *writing, uint32_t number)
{
    const struct loaded_module *module = writing->job->modules[number];
    struct exports exports;
    struct range part = {0};
    if (!has_exports(writing, module, EXPORT_FUNCTION, &exports))
        return;
    uintptr_t at = module->start + 1;
    for (; ranges_overlap(&writing->wanted, at, module->end + 1, &part); at = part.end)
        for (uintptr_t pc = part.start; pc < part.end; pc++) {
            const struct exported *found = exports_find(&exports, pc - 1);
            if (found)
                write_symbol(writing, found, (struct dump_symbol){.address = pc, .module = number});
        }
    exports_finish(&exports);
}

static bool is_wanted(const struct writing *writing, const struct exported *found)
{
    struct range part;
    return ranges_overlap(&writing->wanted, found->start, found->end, &part);
}

/* Of several at one address the last that is pointed from: the smallest, by its best name. */
static void write_variables(struct writing *writing, uint32_t number)
{
    struct exports exports;
    if (!has_exports(writing, writing->job->modules[number], EXPORT_VARIABLE, &exports))
        return;
    const struct exported *best = NULL;
    for (size_t i = 0; i < exports.count; i++) {
        const struct exported *found = &exports.items[i];
        if (is_wanted(writing, found))
            best = found;
        bool last = i + 1 == exports.count || exports.items[i + 1].start != found->start;
        if (last && best)
            write_symbol(writing, best,
                         (struct dump_symbol){.address = best->start,
                                              .bytes = best->end - best->start,
                                              .module = number,
                                              .flags = DUMP_SYMBOL_VARIABLE});
        best = last ? NULL : best;
    }
    exports_finish(&exports);
}

static bool want_addresses(struct writing *writing)
{
    if (!dump_stacks_addresses(&writing->job->stacks, &writing->wanted))
        return false;
    ranges_settle(&writing->wanted);
    return true;
}

bool dump_symbols_write(struct dump_job *job)
{
    static struct writing writing;
    memset(&writing, 0, sizeof(writing));
    writing.job = job;
    if (!want_addresses(&writing))
        return false;
    dump_writer_begin(&job->writer, DUMP_SYMBOLS);
    for (uint32_t i = 0; i < job->module_count; i++)
        write_functions(&writing, i);
    ranges_finish(&writing.wanted);
    writing.wanted = job->pointing;
    ranges_settle(&writing.wanted);
    for (uint32_t i = 0; i < job->module_count; i++)
        write_variables(&writing, i);
    dump_writer_end(&job->writer, writing.count);
    return true;
}
