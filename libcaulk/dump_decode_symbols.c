/* Names that the dump has itself. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>
#include <string.h>

static enum symbol_kind kind_of(const struct dump_symbol *symbol)
{
    if (symbol->flags & DUMP_SYMBOL_MEMBER)
        return SYMBOL_MEMBER;
    return symbol->flags & DUMP_SYMBOL_VARIABLE ? SYMBOL_VARIABLE : SYMBOL_CODE;
}

static bool symbol_check(const struct dump *dump, const struct section *section, uint64_t index,
                         const struct dump_symbol *symbol, struct error *err)
{
    bool code = kind_of(symbol) == SYMBOL_CODE;
    if (symbol->flags & ~(DUMP_SYMBOL_VARIABLE | DUMP_SYMBOL_INLINED | DUMP_SYMBOL_MEMBER))
        return section_wrong(section, err, "record %" PRIu64 ": unknown flags 0x%" PRIx32, index,
                             symbol->flags);
    if (symbol->module >= dump->module_count)
        return section_wrong(section, err, "record %" PRIu64 ": module %" PRIu32 " of %" PRIu32,
                             index, symbol->module, dump->module_count);
    if (code != (symbol->bytes == 0) || symbol->bytes > UINT64_MAX - symbol->address)
        return section_wrong(section, err, "record %" PRIu64 ": %" PRIu64 " bytes at 0x%" PRIx64,
                             index, symbol->bytes, symbol->address);
    if (symbol->flags & (symbol->flags - 1))
        return section_wrong(section, err, "record %" PRIu64 ": flags 0x%" PRIx32 " exclude others",
                             index, symbol->flags);
    return true;
}

/* Whether one record may follow another. */
static bool follows(const struct symbol *last, const struct symbol *symbol)
{
    bool same_place = last->module == symbol->module && last->address == symbol->address;
    if (last->inlined)
        return same_place && symbol->kind == SYMBOL_CODE;
    if (last->kind != symbol->kind)
        return last->kind < symbol->kind;
    if (last->module != symbol->module)
        return last->module < symbol->module;
    return last->address < symbol->address;
}

static bool symbol_decode(struct dump *dump, const struct section *section, uint64_t index,
                          struct error *err)
{
    struct dump_symbol from;
    struct symbol *symbol = &dump->symbols[index];
    memcpy(&from, section->bytes + index * sizeof(from), sizeof(from));
    *symbol = (struct symbol){.address = from.address,
                              .bytes = from.bytes,
                              .kind = kind_of(&from),
                              .module = from.module,
                              .line = from.line,
                              .inlined = from.flags & DUMP_SYMBOL_INLINED};
    if (!symbol_check(dump, section, index, &from, err) ||
        !section_string(dump, section, index, from.name, &symbol->name, err) ||
        !section_string(dump, section, index, from.file, &symbol->file, err))
        return false;
    if (index && !follows(symbol - 1, symbol))
        return section_wrong(section, err, "record %" PRIu64 ": not in order", index);
    dump->code_symbol_count += symbol->kind == SYMBOL_CODE;
    return true;
}

bool dump_decode_symbols(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_records_check(section, sizeof(struct dump_symbol), err))
        return false;
    dump->symbols = section_allocate(section, section->count, sizeof(*dump->symbols), err);
    if (!dump->symbols)
        return false;
    for (uint64_t i = 0; i < section->count; i++) {
        if (!symbol_decode(dump, section, i, err))
            return false;
    }
    dump->symbol_count = (uint32_t)section->count;
    if (section->count && dump->symbols[section->count - 1].inlined)
        return section_wrong(section, err, "the last record is of an inlined function");
    return true;
}
