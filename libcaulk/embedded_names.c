/* Code is found in the dump's own order; variables may nest, so they are in a range table, and
 * members, which have other names for the same places, in another. */
#include "libcaulk/embedded_names.h"

void embedded_names_init(struct embedded_names *names, const struct dump *dump)
{
    *names = (struct embedded_names){.dump = dump};
    for (uint32_t i = dump->code_symbol_count; i < dump->symbol_count; i++) {
        const struct symbol *symbol = &dump->symbols[i];
        const struct range range = {.start = symbol->address, .bytes = symbol->bytes, .value = i};
        bool member = symbol->kind == SYMBOL_MEMBER;
        range_table_add(member ? &names->members : &names->variables, &range);
    }
    range_table_sort(&names->variables);
    range_table_sort(&names->members);
}

void embedded_names_finish(struct embedded_names *names)
{
    range_table_finish(&names->variables);
    range_table_finish(&names->members);
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

/* What covers an address of a module, or NULL. */
static const struct symbol *find(const struct embedded_names *names,
                                 const struct range_table *table, uint32_t module, uint64_t address)
{
    const struct range *range = range_table_find(table, address);
    const struct symbol *symbol = range ? &names->dump->symbols[range->value] : NULL;
    return symbol && symbol->module == module ? symbol : NULL;
}

const char *embedded_names_type(const struct embedded_names *names, uint32_t module,
                                uint64_t address)
{
    const struct symbol *symbol = find(names, &names->variables, module, address);
    return symbol ? or_null(symbol->file) : NULL;
}

const char *embedded_names_member(const struct embedded_names *names, uint32_t module,
                                  uint64_t address)
{
    const struct symbol *symbol = find(names, &names->members, module, address);
    return symbol && symbol->address == address ? or_null(symbol->name) : NULL;
}

const char *embedded_names_variable(const struct embedded_names *names, uint32_t module,
                                    uint64_t address, uint64_t *ret_offset, uint64_t *ret_bytes)
{
    const struct symbol *symbol = find(names, &names->variables, module, address);
    if (!symbol || !*symbol->name)
        return NULL;
    *ret_offset = address - symbol->address;
    *ret_bytes = symbol->bytes;
    return symbol->name;
}
