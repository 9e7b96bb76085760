/*
 * A module's file is found by the name of its mapping, and is believed where it has the mapping's
 * inode. Its symbols are read piece by piece: nothing of the file is mapped, since it may be cut
 * short meanwhile.
 */
#include "preload/variables.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>

#include "preload/exports.h"
#include "preload/nested.h"
#include "preload/page_array.h"
#include "preload/raw_io.h"
#include "preload/seccomp.h"
#include "preload/sort.h"

#define SECTIONS_MAX 4096u
#define SYMBOLS_AT_ONCE 256u
#define FIRST_CAPACITY 1024u

struct reading {
    const struct loaded_module *module;
    struct variables *variables;
    int fd;
};

static bool grow(struct variables *variables)
{
    struct variable *items =
        page_array_grow(variables->items, &variables->capacity, sizeof(*items), FIRST_CAPACITY);
    if (items)
        variables->items = items;
    return items != NULL;
}

static bool is_writable(const struct loaded_module *module, uintptr_t start, uint64_t bytes)
{
    for (uint32_t i = 0; i < module->segment_count; i++) {
        const struct module_segment *segment = &module->segments[i];
        if (segment->flags & PF_W && start >= segment->start && start < segment->end)
            return bytes <= segment->end - start;
    }
    return false;
}

static bool add(struct reading *reading, uintptr_t start, uint64_t bytes)
{
    struct variables *variables = reading->variables;
    if (!bytes || !is_writable(reading->module, start, bytes))
        return true;
    if (variables->count == variables->capacity && !grow(variables))
        return false;
    variables->items[variables->count++] = (struct variable){start, start + bytes, 0};
    return true;
}

static bool add_exports(struct reading *reading)
{
    struct exports exports;
    bool done = exports_read(reading->module, EXPORT_VARIABLE, &exports);
    for (size_t i = 0; done && i < exports.count; i++)
        done = add(reading, exports.items[i].start, exports.items[i].end - exports.items[i].start);
    exports_finish(&exports);
    return done;
}

static bool read_at(const struct reading *reading, uint64_t offset, void *ret_bytes, size_t bytes)
{
    return syscall(SYS_pread64, reading->fd, ret_bytes, bytes, offset) == (ssize_t)bytes;
}

static bool find_symbols(const struct reading *reading, ElfW(Shdr) * ret_section)
{
    ElfW(Ehdr) header;
    if (!read_at(reading, 0, &header, sizeof(header)) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shentsize != sizeof(*ret_section))
        return false;
    for (unsigned i = 0; i < header.e_shnum && i < SECTIONS_MAX; i++) {
        if (!read_at(reading, header.e_shoff + i * sizeof(*ret_section), ret_section,
                     sizeof(*ret_section)))
            return false;
        if (ret_section->sh_type == SHT_SYMTAB)
            return true;
    }
    return false;
}

static bool add_symbols(struct reading *reading, const ElfW(Sym) * symbols, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ELF64_ST_TYPE(symbols[i].st_info) == STT_OBJECT && symbols[i].st_shndx != SHN_UNDEF &&
            symbols[i].st_shndx != SHN_ABS &&
            !add(reading, reading->module->bias + symbols[i].st_value, symbols[i].st_size))
            return false;
    return true;
}

static bool add_file(struct reading *reading)
{
    ElfW(Shdr) section;
    ElfW(Sym) symbols[SYMBOLS_AT_ONCE];
    if (!find_symbols(reading, &section))
        return true;
    uint64_t left = section.sh_size / sizeof(*symbols), at = section.sh_offset;
    while (left) {
        size_t count = left < SYMBOLS_AT_ONCE ? left : SYMBOLS_AT_ONCE;
        if (!read_at(reading, at, symbols, count * sizeof(*symbols)))
            return true;
        if (!add_symbols(reading, symbols, count))
            return false;
        left -= count;
        at += count * sizeof(*symbols);
    }
    return true;
}

/* The file that the module was mapped from, or -1. */
static int open_file(const struct dump_job *job, const struct loaded_module *module)
{
    char path[4096];
    struct stat status;
    const struct mapping *mapping = maps_find(&job->maps, module->start);
    if (!mapping || !mapping->inode || mapping->name_length >= sizeof(path) ||
        seccomp_kills(SYS_pread64))
        return -1;
    memcpy(path, mapping->name, mapping->name_length);
    path[mapping->name_length] = '\0';
    int fd = raw_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 ||
        (raw_status(fd, &status) && S_ISREG(status.st_mode) && status.st_ino == mapping->inode))
        return fd;
    raw_close(fd);
    return -1;
}

static bool add_module(const struct dump_job *job, struct reading *reading)
{
    if (reading->module->unloaded_tick != 0 || reading->module->flags & DUMP_MODULE_TRACKER)
        return true;
    if (!add_exports(reading))
        return false;
    reading->fd = open_file(job, reading->module);
    if (reading->fd < 0)
        return true;
    bool done = add_file(reading);
    raw_close(reading->fd);
    return done;
}

static int compare(const void *a, const void *b)
{
    const struct variable *left = a, *right = b;
    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    return (left->end < right->end) - (left->end > right->end);
}

bool variables_find(const struct dump_job *job, struct variables *ret_variables)
{
    *ret_variables = (struct variables){0};
    for (uint32_t i = 0; i < job->module_count; i++) {
        struct reading reading = {.module = job->modules[i], .variables = ret_variables};
        if (!add_module(job, &reading))
            return false;
    }
    sort_records(ret_variables->items, ret_variables->count, sizeof(*ret_variables->items),
                 compare);
    return true;
}

struct variable *variables_at(const struct variables *variables, uintptr_t address)
{
    return (struct variable *)nested_find(variables->items, variables->count,
                                          sizeof(*variables->items), address);
}
