/*
 * See module_symbols.h. The way is the one that the loader goes: program headers, dynamic section,
 * hash table, bucket, chain. Every step is peeked at, since a module may be mapped in any state,
 * and whatever counts something is cut at a number that no module has.
 */
#include "preload/module_symbols.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#include "preload/peek.h"

#define HEADERS_MAX 64u
#define DYNAMIC_MAX 256u
#define CHAIN_MAX 4096u
#define NAME_BYTES 64u

struct tables {
    uintptr_t hash, symbols, strings;
};

/* Of DT_GNU_HASH; the filter's words, the buckets and the chains follow. */
struct hash_head {
    uint32_t bucket_count, first_symbol, filter_words, filter_shift;
};

/* The loader has made addresses of the offsets in the dynamic section, where it can write there. */
static uintptr_t address_of(const struct loaded_module *module, uint64_t value)
{
    return value < module->start ? module->bias + value : value;
}

static bool find_dynamic(const struct maps *maps, const struct loaded_module *module,
                         uintptr_t *ret_dynamic)
{
    ElfW(Ehdr) file;
    ElfW(Phdr) header;
    if (!peek(maps, module->start, &file, sizeof(file)) ||
        memcmp(file.e_ident, ELFMAG, SELFMAG) != 0)
        return false;
    for (unsigned i = 0; i < file.e_phnum && i < HEADERS_MAX; i++) {
        uintptr_t at = module->start + file.e_phoff + i * sizeof(header);
        if (!peek(maps, at, &header, sizeof(header)))
            return false;
        *ret_dynamic = module->bias + header.p_vaddr;
        if (header.p_type == PT_DYNAMIC)
            return true;
    }
    return false;
}

static bool find_tables(const struct maps *maps, const struct loaded_module *module,
                        struct tables *ret_tables)
{
    uintptr_t at;
    ElfW(Dyn) entry;
    memset(ret_tables, 0, sizeof(*ret_tables));
    if (!find_dynamic(maps, module, &at))
        return false;
    for (unsigned i = 0; i < DYNAMIC_MAX; i++, at += sizeof(entry)) {
        if (!peek(maps, at, &entry, sizeof(entry)) || entry.d_tag == DT_NULL)
            break;
        uintptr_t address = address_of(module, entry.d_un.d_ptr);
        if (entry.d_tag == DT_GNU_HASH)
            ret_tables->hash = address;
        else if (entry.d_tag == DT_SYMTAB)
            ret_tables->symbols = address;
        else if (entry.d_tag == DT_STRTAB)
            ret_tables->strings = address;
    }
    return ret_tables->hash && ret_tables->symbols && ret_tables->strings;
}

static uint32_t hash_of(const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

static bool is_named(const struct maps *maps, const struct tables *tables, const ElfW(Sym) * symbol,
                     const char *name)
{
    char text[NAME_BYTES];
    size_t length = strlen(name);
    return length < sizeof(text) && symbol->st_shndx != SHN_UNDEF &&
           peek(maps, tables->strings + symbol->st_name, text, length + 1) &&
           memcmp(text, name, length + 1) == 0;
}

/* The chain of symbols whose hashes fall into one bucket; the last one's hash is odd. */
static bool search_chain(const struct maps *maps, const struct tables *tables, uintptr_t chains,
                         uint32_t index, const char *name, ElfW(Sym) * ret_symbol)
{
    uint32_t wanted = hash_of(name), hash = 0;
    for (unsigned i = 0; i < CHAIN_MAX && !(hash & 1); i++, index++) {
        if (!peek(maps, chains + index * sizeof(hash), &hash, sizeof(hash)))
            return false;
        if ((hash | 1) == (wanted | 1) &&
            peek(maps, tables->symbols + index * sizeof(*ret_symbol), ret_symbol,
                 sizeof(*ret_symbol)) &&
            is_named(maps, tables, ret_symbol, name))
            return true;
    }
    return false;
}

static bool search(const struct maps *maps, const struct tables *tables, const char *name,
                   ElfW(Sym) * ret_symbol)
{
    struct hash_head head;
    uint32_t first;
    if (!peek(maps, tables->hash, &head, sizeof(head)) || head.bucket_count == 0)
        return false;
    uintptr_t buckets = tables->hash + sizeof(head) + head.filter_words * sizeof(uint64_t);
    uintptr_t chains =
        buckets + head.bucket_count * sizeof(uint32_t) - head.first_symbol * sizeof(uint32_t);
    uintptr_t bucket = buckets + hash_of(name) % head.bucket_count * sizeof(first);
    return peek(maps, bucket, &first, sizeof(first)) && first >= head.first_symbol &&
           search_chain(maps, tables, chains, first, name, ret_symbol);
}

bool module_symbol_find(const struct maps *maps, const struct loaded_module *module,
                        const char *name, struct module_symbol *ret_symbol)
{
    struct tables tables;
    ElfW(Sym) symbol;
    if (module->unloaded_tick != 0 || !find_tables(maps, module, &tables) ||
        !search(maps, &tables, name, &symbol))
        return false;
    *ret_symbol = (struct module_symbol){module->bias + symbol.st_value, symbol.st_size};
    return true;
}

const struct loaded_module *module_symbol_owner(const struct maps *maps,
                                                const struct loaded_module *const *modules,
                                                uint32_t module_count, const char *name,
                                                struct module_symbol *ret_symbol)
{
    for (uint32_t i = 0; i < module_count; i++)
        if (module_symbol_find(maps, modules[i], name, ret_symbol))
            return modules[i];
    return NULL;
}
