/*
 * See preload/relink.h. A module's dynamic section leads to its relocations; those that name one of
 * our functions are looked at in place. A slot of the procedure linkage table that was not used yet
 * points back at it and is taken too; where the loader has made the table read-only afterwards, it
 * is opened for the moment of the store.
 */
#include "preload/relink.h"

#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE_BYTES 4096u

struct request {
    const struct relink_row *rows;
    size_t count;
    uintptr_t except_start;
};

struct module {
    uintptr_t base, start, end; /* load bias; lowest and highest address */
    uintptr_t sealed_start, sealed_end;
    const ElfW(Sym) * symbols;
    const char *strings;
    const ElfW(Rela) * tables[2]; /* DT_RELA, DT_JMPREL */
    size_t table_bytes[2];
};

/* glibc has turned the addresses in the dynamic section into absolute ones, but not in the vDSO. */
static uintptr_t absolute(const struct module *module, uintptr_t value)
{
    return value < module->base ? value + module->base : value;
}

static void read_dynamic(struct module *module, const ElfW(Dyn) * entry)
{
    for (; entry->d_tag != DT_NULL; entry++) {
        uintptr_t pointer = absolute(module, entry->d_un.d_ptr);
        if (entry->d_tag == DT_SYMTAB)
            module->symbols = (const ElfW(Sym) *)pointer;
        else if (entry->d_tag == DT_STRTAB)
            module->strings = (const char *)pointer;
        else if (entry->d_tag == DT_RELA)
            module->tables[0] = (const ElfW(Rela) *)pointer;
        else if (entry->d_tag == DT_RELASZ)
            module->table_bytes[0] = entry->d_un.d_val;
        else if (entry->d_tag == DT_JMPREL)
            module->tables[1] = (const ElfW(Rela) *)pointer;
        else if (entry->d_tag == DT_PLTRELSZ)
            module->table_bytes[1] = entry->d_un.d_val;
    }
}

static struct module read_module(const struct dl_phdr_info *info)
{
    struct module module = {.base = info->dlpi_addr, .start = UINTPTR_MAX};
    const ElfW(Dyn) *dynamic = NULL;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        uintptr_t end = start + segment->p_memsz;
        if (segment->p_type == PT_DYNAMIC) {
            dynamic = (const ElfW(Dyn) *)start;
        } else if (segment->p_type == PT_GNU_RELRO) {
            module.sealed_start = start & -(uintptr_t)PAGE_BYTES;
            module.sealed_end = end & -(uintptr_t)PAGE_BYTES;
        } else if (segment->p_type == PT_LOAD) {
            module.start = start < module.start ? start : module.start;
            module.end = end > module.end ? end : module.end;
        }
    }
    if (dynamic)
        read_dynamic(&module, dynamic);
    return module;
}

static void store(const struct module *module, void *_Atomic *slot, void *value)
{
    uintptr_t page = (uintptr_t)slot & -(uintptr_t)PAGE_BYTES;
    bool sealed = page >= module->sealed_start && page < module->sealed_end;
    if (sealed && syscall(SYS_mprotect, page, PAGE_BYTES, PROT_READ | PROT_WRITE) != 0)
        return;
    atomic_store(slot, value);
    if (sealed)
        syscall(SYS_mprotect, page, PAGE_BYTES, PROT_READ);
}

static const struct relink_row *find_row(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->count; i++) {
        if (*request->rows[i].original && strcmp(request->rows[i].name, name) == 0)
            return &request->rows[i];
    }
    return NULL;
}

static bool is_reference(unsigned type)
{
    return type == R_X86_64_GLOB_DAT || type == R_X86_64_JUMP_SLOT || type == R_X86_64_64;
}

static void relink_one(const struct request *request, const struct module *module,
                       const ElfW(Rela) * relocation)
{
    unsigned type = ELF64_R_TYPE(relocation->r_info);
    const ElfW(Sym) *symbol = &module->symbols[ELF64_R_SYM(relocation->r_info)];
    if (!is_reference(type) || ELF64_R_SYM(relocation->r_info) == 0 || relocation->r_addend != 0)
        return;
    const struct relink_row *row = find_row(request, module->strings + symbol->st_name);
    if (!row)
        return;
    void *_Atomic *slot = (void *_Atomic *)(module->base + relocation->r_offset);
    void *value = atomic_load(slot);
    bool unused = type == R_X86_64_JUMP_SLOT && (uintptr_t)value >= module->start &&
                  (uintptr_t)value < module->end;
    if (value == *row->original || unused)
        store(module, slot, row->replacement);
}

static int relink_module(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    const struct request *request = argument;
    const struct module module = read_module(info);
    if (!module.symbols || !module.strings || module.start == request->except_start ||
        ((uintptr_t)relink_module >= module.start && (uintptr_t)relink_module < module.end))
        return 0;
    for (unsigned t = 0; t < 2; t++) {
        size_t count = module.tables[t] ? module.table_bytes[t] / sizeof(ElfW(Rela)) : 0;
        for (size_t i = 0; i < count; i++)
            relink_one(request, &module, &module.tables[t][i]);
    }
    return 0;
}

void relink_modules(const struct relink_row *rows, size_t count, uintptr_t except_start)
{
    dl_iterate_phdr(relink_module, &(struct request){rows, count, except_start});
}
