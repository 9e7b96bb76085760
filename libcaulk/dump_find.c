/* Looking things up in an open dump: blocks and modules by address, kinds by name. */
#include "libcaulk/dump.h"

#define WORD_BYTES 8u

/* How many of the blocks start at address or below it. */
static uint32_t blocks_up_to(const struct dump *dump, uint64_t address)
{
    uint32_t low = 0, high = dump->block_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (dump->block_address[middle] <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool block_contains(const struct dump *dump, uint32_t block, uint64_t address)
{
    uint64_t offset = address - dump->block_address[block];
    return offset < dump->block_bytes[block] || offset == 0;
}

static uint32_t overlapping_up_to(const struct dump *dump, uint32_t block)
{
    uint32_t low = 0, high = dump->overlapping_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (dump->overlapping[middle] <= block)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool dump_find_block(const struct dump *dump, uint64_t address, uint32_t *ret_block)
{
    uint32_t count = blocks_up_to(dump, address);
    if (!count)
        return false;
    if (block_contains(dump, count - 1, address)) {
        *ret_block = count - 1;
        return true;
    }
    for (uint32_t i = overlapping_up_to(dump, count - 1); i--;) {
        if (block_contains(dump, dump->overlapping[i], address)) {
            *ret_block = dump->overlapping[i];
            return true;
        }
    }
    return false;
}

/* Ticks are coarse: code may run in the tick after the one that its module's unloading was given.
 */
static bool ran_until(const struct module *module, uint32_t tick)
{
    return !module->unloaded_tick || tick <= (uint64_t)module->unloaded_tick + 1;
}

static bool unloaded_after(const struct module *module, const struct module *other)
{
    return other->unloaded_tick &&
           (!module->unloaded_tick || module->unloaded_tick > other->unloaded_tick);
}

/* Of two modules at one address: the one loaded last that was there at the tick already; else the
 * one loaded first after it. Loaded in the same tick (a program that loads its plugins twice), they
 * are in the order of their unloading. */
static bool is_nearer(const struct module *module, const struct module *found, uint32_t tick)
{
    if (module->loaded_tick == found->loaded_tick)
        return unloaded_after(module, found);
    if (module->loaded_tick <= tick)
        return found->loaded_tick > tick || module->loaded_tick > found->loaded_tick;
    return found->loaded_tick > module->loaded_tick;
}

const struct module *dump_find_module(const struct dump *dump, uint64_t address, uint32_t tick)
{
    bool anytime = dump->process.no_births;
    const struct module *found = NULL;
    for (uint32_t i = 0; i < dump->module_count; i++) {
        const struct module *module = &dump->modules[i];
        if (module->start > address)
            break;
        if (address < module->end && (anytime || ran_until(module, tick)) &&
            (!found || is_nearer(module, found, anytime ? UINT32_MAX : tick)))
            found = module;
    }
    return found;
}

static bool is_before(const struct symbol *symbol, uint32_t module, uint64_t address)
{
    if (symbol->module != module)
        return symbol->module < module;
    return symbol->address < address;
}

uint32_t dump_find_symbols(const struct dump *dump, uint32_t module, uint64_t address,
                           const struct symbol **ret_first)
{
    uint32_t low = 0, high = dump->code_symbol_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_before(&dump->symbols[middle], module, address))
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t end = low;
    while (end < dump->code_symbol_count && dump->symbols[end].module == module &&
           dump->symbols[end].address == address)
        end++;
    *ret_first = dump->symbols + low;
    return end - low;
}

const char *root_kind_name(enum root_kind kind)
{
    static const char *const names[ROOT_KIND_END] = {
        [ROOT_GLOBAL] = "global",       [ROOT_STACK] = "stack",   [ROOT_ALTSTACK] = "altstack",
        [ROOT_REGISTERS] = "registers", [ROOT_TLS] = "tls",       [ROOT_THREAD] = "thread",
        [ROOT_MAPPING] = "mapping",     [ROOT_KERNEL] = "kernel", [ROOT_DECLARED] = "declared",
        [ROOT_RUNTIME] = "runtime",     [ROOT_SUMMED] = "summed",
    };
    return names[kind];
}

const struct typed_block *dump_find_type(const struct dump *dump, uint32_t block)
{
    uint32_t low = 0, high = dump->typed_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (dump->typed[middle].block < block)
            low = middle + 1;
        else
            high = middle;
    }
    return low < dump->typed_count && dump->typed[low].block == block ? &dump->typed[low] : NULL;
}

static const char *name_in_layout(const struct dump *dump, const struct layout *layout,
                                  uint64_t word)
{
    const struct layout_name *names = dump->layout_names + layout->first;
    uint32_t low = 0, high = layout->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (names[middle].word < word)
            low = middle + 1;
        else
            high = middle;
    }
    return low < layout->count && names[low].word == word ? names[low].name : NULL;
}

/* The first of the block's, or where it would be. */
static uint32_t first_attributes(const struct dump *dump, uint32_t block)
{
    uint32_t low = 0, high = dump->attributes_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (dump->attributes[middle].block < block)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *dump_find_attribute(const struct dump *dump, uint32_t block, uint64_t offset)
{
    uint64_t padding = -dump->block_address[block] % WORD_BYTES, word;
    if (offset < padding || (offset - padding) % WORD_BYTES != 0)
        return NULL;
    word = (offset - padding) / WORD_BYTES;
    const char *name = NULL;
    for (uint32_t i = first_attributes(dump, block);
         !name && i < dump->attributes_count && dump->attributes[i].block == block &&
         dump->attributes[i].word <= word;
         i++)
        name = name_in_layout(dump, &dump->layouts[dump->attributes[i].layout],
                              word - dump->attributes[i].word);
    return name;
}
