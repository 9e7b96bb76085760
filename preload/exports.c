/*
 * From the ELF header at the module's start to PT_DYNAMIC, from there to the symbols and their
 * names. How many symbols there are only their hash table says: it ends with the last chain.
 *
 * Everything read lies in the module, or nothing is read; what lies there may still be unmapped or
 * cut off, so all of it runs under a fault guard.
 */
#include "preload/exports.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#include "preload/fault_guard.h"
#include "preload/nested.h"
#include "preload/page_array.h"
#include "preload/pagemap.h"
#include "preload/pages.h"
#include "preload/sort.h"

#define NAME_BYTES_MAX 4096u
#define FIRST_CAPACITY 1024u

struct tables {
    const ElfW(Sym) * symbols;
    const char *strings;
    size_t string_bytes;
    const uint32_t *gnu_hash, *hash;
};

struct reading {
    const struct loaded_module *module;
    enum export_kind kind;
    struct exports *exports;
    bool out_of_memory;
};

/* Bytes of the module from there on; 0 where it lies outside. */
static size_t room_at(const struct loaded_module *module, const void *start)
{
    uintptr_t address = (uintptr_t)start;
    return address >= module->start && address < module->end ? module->end - address : 0;
}

/* Loaders put most addresses right in place, but not those of the kernel's own module. */
static const void *pointer_at(const struct loaded_module *module, ElfW(Addr) value)
{
    return (const void *)(value < module->start ? module->bias + value : value);
}

static void note_entry(const struct loaded_module *module, const ElfW(Dyn) * entry,
                       struct tables *tables)
{
    switch (entry->d_tag) {
    case DT_SYMTAB:
        tables->symbols = pointer_at(module, entry->d_un.d_ptr);
        break;
    case DT_STRTAB:
        tables->strings = pointer_at(module, entry->d_un.d_ptr);
        break;
    case DT_STRSZ:
        tables->string_bytes = entry->d_un.d_val;
        break;
    case DT_GNU_HASH:
        tables->gnu_hash = pointer_at(module, entry->d_un.d_ptr);
        break;
    case DT_HASH:
        tables->hash = pointer_at(module, entry->d_un.d_ptr);
        break;
    default:
        break;
    }
}

static const ElfW(Phdr) * find_dynamic(const struct loaded_module *module)
{
    const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)(module->start & ~(PAGE_BYTES - 1));
    if (room_at(module, (const void *)module->start) < sizeof(*header) ||
        memcmp(header, ELFMAG, SELFMAG) != 0)
        return NULL;
    const ElfW(Phdr) *segments = (const ElfW(Phdr) *)((uintptr_t)header + header->e_phoff);
    if (room_at(module, segments) / sizeof(*segments) < header->e_phnum)
        return NULL;
    for (unsigned i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_DYNAMIC)
            return &segments[i];
    return NULL;
}

static struct tables find_tables(const struct loaded_module *module)
{
    struct tables tables = {0};
    const ElfW(Phdr) *segment = find_dynamic(module);
    if (!segment)
        return tables;
    const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(module->bias + segment->p_vaddr);
    for (size_t left = room_at(module, entry) / sizeof(*entry); left && entry->d_tag != DT_NULL;
         left--, entry++)
        note_entry(module, entry, &tables);
    if (tables.string_bytes > room_at(module, tables.strings))
        tables.string_bytes = 0;
    return tables;
}

/* Buckets hold the first symbol of each chain, and chains end at an odd hash. */
static size_t count_by_gnu_hash(const struct loaded_module *module, const uint32_t *table)
{
    size_t words = room_at(module, table) / sizeof(*table);
    if (words < 4)
        return 0;
    size_t buckets = table[0], first = table[1], bloom_words = 2 * (size_t)table[2];
    size_t begin = 4 + bloom_words, last = 0;
    if (begin > words || buckets > words - begin)
        return 0;
    for (size_t i = 0; i < buckets; i++)
        if (table[begin + i] > last)
            last = table[begin + i];
    if (last < first)
        return first;
    for (size_t at = begin + buckets + (last - first); at < words; at++, last++)
        if (table[at] & 1)
            return last + 1;
    return 0;
}

static size_t count_symbols(const struct loaded_module *module, const struct tables *tables)
{
    size_t most = room_at(module, tables->symbols) / sizeof(*tables->symbols), count = 0;
    if (tables->gnu_hash)
        count = count_by_gnu_hash(module, tables->gnu_hash);
    else if (room_at(module, tables->hash) >= 2 * sizeof(*tables->hash))
        count = tables->hash[1];
    return count < most ? count : most;
}

static bool is_of_kind(const ElfW(Sym) * symbol, enum export_kind kind)
{
    unsigned type = ELF64_ST_TYPE(symbol->st_info);
    if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS || !symbol->st_size)
        return false;
    return kind == EXPORT_FUNCTION ? type == STT_FUNC || type == STT_GNU_IFUNC : type == STT_OBJECT;
}

/* People know `malloc`, not `__libc_malloc`; of equally plain names a strong one counts. */
static uint32_t rank_of(const ElfW(Sym) * symbol, const char *name)
{
    size_t underscores = strspn(name, "_");
    uint32_t plainness = underscores > 2 ? 0 : 2 - (uint32_t)underscores;
    return 2 * plainness + (ELF64_ST_BIND(symbol->st_info) == STB_GLOBAL);
}

static bool grow(struct exports *exports)
{
    struct exported *items =
        page_array_grow(exports->items, &exports->capacity, sizeof(*items), FIRST_CAPACITY);
    if (items)
        exports->items = items;
    return items != NULL;
}

static bool add(struct reading *reading, const struct tables *tables, const ElfW(Sym) * symbol)
{
    struct exports *exports = reading->exports;
    uintptr_t start = reading->module->bias + symbol->st_value;
    size_t room = room_at(reading->module, (const void *)start);
    if (!room || symbol->st_size > room || symbol->st_name >= tables->string_bytes)
        return true;
    const char *name = tables->strings + symbol->st_name;
    size_t length = strnlen(name, tables->string_bytes - symbol->st_name);
    if (!length || length >= NAME_BYTES_MAX)
        return true;
    if (exports->count == exports->capacity && !grow(exports))
        return false;
    exports->items[exports->count++] = (struct exported){.start = start,
                                                         .end = start + symbol->st_size,
                                                         .name = name,
                                                         .name_length = (uint32_t)length,
                                                         .rank = rank_of(symbol, name)};
    return true;
}

static void read_all(void *argument)
{
    struct reading *reading = argument;
    struct tables tables = find_tables(reading->module);
    size_t count = count_symbols(reading->module, &tables);
    for (size_t i = 0; i < count && !reading->out_of_memory; i++)
        if (is_of_kind(&tables.symbols[i], reading->kind))
            reading->out_of_memory = !add(reading, &tables, &tables.symbols[i]);
}

static int compare_exports(const void *left, const void *right)
{
    const struct exported *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a->end != b->end)
        return a->end > b->end ? -1 : 1;
    return (a->rank > b->rank) - (a->rank < b->rank);
}

bool exports_read(const struct loaded_module *module, enum export_kind kind,
                  struct exports *ret_exports)
{
    *ret_exports = (struct exports){0};
    struct reading reading = {.module = module, .kind = kind, .exports = ret_exports};
    if (!fault_guard_run(read_all, &reading))
        ret_exports->count = 0;
    sort_records(ret_exports->items, ret_exports->count, sizeof(*ret_exports->items),
                 compare_exports);
    return !reading.out_of_memory;
}

void exports_finish(struct exports *exports)
{
    pages_unmap(exports->items, exports->capacity * sizeof(*exports->items));
    *exports = (struct exports){0};
}

const struct exported *exports_find(const struct exports *exports, uintptr_t address)
{
    return nested_find(exports->items, exports->count, sizeof(*exports->items), address);
}
