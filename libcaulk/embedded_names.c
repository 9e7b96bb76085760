/* Code is found in the dump's own order; variables may nest, so they are in a range table. */
#include "libcaulk/embedded_names.h"

void embedded_names_init(struct embedded_names *names, const struct dump *dump)
{
    *names = (struct embedded_names){.dump = dump};
    for (uint32_t i = dump->code_symbol_count; i < dump->symbol_count; i++) {
        const struct range range = {
            .start = dump->symbols[i].address, .bytes = dump->symbols[i].bytes, .value = i};
        range_table_add(&names->variables, &range);
    }
    range_table_sort(&names->variables);
}

void embedded_names_finish(struct embedded_names *names)
{
    range_table_finish(&names->variables);
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

bool embedded_names_any(const struct embedded_names *names, uint32_t module)
{
    for (uint32_t i = 0; i < names->dump->code_symbol_count; i++)
        if (names->dump->symbols[i].module == module)
            return true;
    return false;
}

size_t embedded_names_frames(const struct embedded_names *names, uint32_t module, uint64_t address,
                             struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES])
{
    const struct symbol *symbol;
    uint32_t count = dump_find_symbols(names->dump, module, address, &symbol);
    if (count > DEBUG_INFO_MAX_FRAMES)
        count = DEBUG_INFO_MAX_FRAMES;
    for (uint32_t i = 0; i < count; i++)
        ret_frames[i] = (struct source_frame){.function = or_null(symbol[i].name),
                                              .file = or_null(symbol[i].file),
                                              .line = symbol[i].line,
                                              .inlined = symbol[i].inlined};
    return count;
}

const char *embedded_names_variable(const struct embedded_names *names, uint32_t module,
                                    uint64_t address, uint64_t *ret_offset, uint64_t *ret_bytes)
{
    const struct range *range = range_table_find(&names->variables, address);
    const struct symbol *symbol = range ? &names->dump->symbols[range->value] : NULL;
    if (!symbol || symbol->module != module || !*symbol->name)
        return NULL;
    *ret_offset = address - symbol->address;
    *ret_bytes = symbol->bytes;
    return symbol->name;
}
