/*
 * One Dwfl for each file, with the file at its own addresses: so a library that was unloaded and
 * another one at the same place never meet, and nothing depends on where a process had loaded it.
 *
 * libdwfl's own search for a symbol compares them one after another, so they are copied into range
 * tables.
 */
#include "libcaulk/debug_file.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libcaulk/memory.h"

#define BUILD_ID_BYTES_MAX 64u

struct dwfl_setup {
    Dwfl_Callbacks callbacks;
    char *folders;
};

static struct dwfl_setup *setup_create(const struct debug_search *search)
{
    struct dwfl_setup *setup = allocate(1, sizeof(*setup));
    setup->folders = debug_search_folders(search);
    setup->callbacks = (Dwfl_Callbacks){.find_elf = dwfl_build_id_find_elf,
                                        .find_debuginfo = dwfl_standard_find_debuginfo,
                                        .section_address = dwfl_offline_section_address,
                                        .debuginfo_path = &setup->folders};
    return setup;
}

static void setup_destroy(struct dwfl_setup *setup)
{
    if (setup)
        free(setup->folders);
    free(setup);
}

/* A dump may name anything as a module: a FIFO must not block, a device must not be touched. */
static int open_regular(const char *path, struct stat *ret_status)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && (fstat(fd, ret_status) || !S_ISREG(ret_status->st_mode))) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool report_file(struct debug_file *file, const struct debug_search *search,
                        const char *path, int fd)
{
    file->setup = setup_create(search);
    file->dwfl = dwfl_begin(&file->setup->callbacks);
    if (file->dwfl) {
        dwfl_report_begin(file->dwfl);
        file->module = dwfl_report_elf(file->dwfl, path, path, fd, 0, true);
        dwfl_report_end(file->dwfl, NULL, NULL);
    }
    if (!file->module)
        close(fd);
    return file->module;
}

static bool same_build(struct debug_file *file, const char *build_id)
{
    const unsigned char *bytes;
    GElf_Addr address;
    int count = dwfl_module_build_id(file->module, &bytes, &address);
    if (count < 0 || strlen(build_id) != 2 * (size_t)count)
        return false;
    for (int i = 0; i < count; i++) {
        char digits[3];
        snprintf(digits, sizeof(digits), "%02x", bytes[i]);
        if (memcmp(digits, build_id + 2 * i, 2))
            return false;
    }
    return true;
}

static bool newer_than(const struct stat *status, uint64_t time_ns)
{
    uint64_t changed = (uint64_t)status->st_mtim.tv_sec * 1000000000u;
    return changed + (uint64_t)status->st_mtim.tv_nsec > time_ns;
}

/* People know `malloc`, not `__libc_malloc`; a global name rather than a local alias. */
static uint32_t symbol_rank(const char *name, const GElf_Sym *symbol)
{
    static const uint32_t binding_rank[] = {[STB_GLOBAL] = 2, [STB_WEAK] = 1, [STB_LOCAL] = 0};
    size_t underscores = strspn(name, "_");
    uint32_t plainness = underscores > 2 ? 0 : 2 - (uint32_t)underscores;
    unsigned binding = GELF_ST_BIND(symbol->st_info);
    return plainness * 3 + (binding <= STB_WEAK ? binding_rank[binding] : 0);
}

static void add_symbol(struct debug_file *file, int number)
{
    GElf_Sym symbol;
    GElf_Addr address;
    GElf_Word section;
    const char *name =
        dwfl_module_getsym_info(file->module, number, &symbol, &address, &section, NULL, NULL);
    if (!name || !*name || section == SHN_UNDEF || section == SHN_ABS)
        return;
    unsigned type = GELF_ST_TYPE(symbol.st_info);
    struct range_table *table = type == STT_FUNC || type == STT_GNU_IFUNC  ? &file->functions
                                : type == STT_OBJECT || type == STT_COMMON ? &file->variables
                                                                           : NULL;
    if (!table)
        return;
    if (GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
        file->has_local_symbols = true;
    const struct range range = {.start = address,
                                .bytes = symbol.st_size,
                                .value = (uintptr_t)name,
                                .rank = symbol_rank(name, &symbol)};
    range_table_add(table, &range);
}

static void read_symbols(struct debug_file *file)
{
    int count = dwfl_module_getsymtab(file->module);
    for (int i = 1; i < count; i++)
        add_symbol(file, i);
    range_table_sort(&file->functions);
    range_table_sort(&file->variables);
}

/* Takes the descriptor over. */
static bool open_build(const struct debug_search *search, const char *path, int fd,
                       const char *build_id, struct debug_file *ret_file)
{
    struct debug_file file = {0};
    if (!report_file(&file, search, path, fd) || (*build_id && !same_build(&file, build_id))) {
        debug_file_close(&file);
        return false;
    }
    read_symbols(&file);
    *ret_file = file;
    return true;
}

static enum debug_info_result open_path(const struct debug_search *search, const char *path,
                                        const char *build_id, uint64_t built_before_ns,
                                        struct debug_file *ret_file)
{
    struct stat status;
    int fd = open_regular(path, &status);
    if (fd < 0)
        return DEBUG_INFO_MISSING;
    if (!*build_id && newer_than(&status, built_before_ns)) {
        close(fd);
        return DEBUG_INFO_CHANGED;
    }
    return open_build(search, path, fd, build_id, ret_file) ? DEBUG_INFO_FULL : DEBUG_INFO_CHANGED;
}

static size_t bytes_of_hex(const char *hex, uint8_t *ret_bytes, size_t most)
{
    size_t count = 0;
    unsigned byte;
    for (; count < most && sscanf(hex + 2 * count, "%2x", &byte) == 1; count++)
        ret_bytes[count] = (uint8_t)byte;
    return count;
}

/* libdwfl's own search for a program's file by its build id, which ends at the servers. Gives the
 * descriptor, or -1. */
static int find_program(const struct debug_search *search, const char *build_id)
{
    struct dwfl_setup *setup = setup_create(search);
    uint8_t bytes[BUILD_ID_BYTES_MAX];
    size_t count = bytes_of_hex(build_id, bytes, sizeof(bytes));
    int fd = -1;
    char *name = NULL;
    Elf *elf = NULL;
    Dwfl *dwfl = dwfl_begin(&setup->callbacks);
    Dwfl_Module *module = dwfl ? dwfl_report_module(dwfl, "", 0, 1) : NULL;
    if (module && dwfl_module_report_build_id(module, bytes, count, 0) == 0)
        fd = dwfl_build_id_find_elf(module, NULL, NULL, 0, &name, &elf);
    free(name);
    if (dwfl)
        dwfl_end(dwfl);
    setup_destroy(setup);
    return fd;
}

static bool open_elsewhere(const struct debug_search *search, const char *path,
                           const char *build_id, struct debug_file *ret_file)
{
    struct stat status;
    char *found = debug_search_build_id(search, build_id);
    int fd = found ? open_regular(found, &status) : -1;
    bool opened = fd >= 0 && open_build(search, found, fd, build_id, ret_file);
    free(found);
    if (opened || !*build_id)
        return opened;
    fd = find_program(search, build_id);
    return fd >= 0 && open_build(search, path, fd, build_id, ret_file);
}

enum debug_info_result debug_file_open(const struct debug_search *search, const char *path,
                                       const char *build_id, uint64_t built_before_ns,
                                       struct debug_file *ret_file)
{
    char *there = debug_search_path(search, path);
    enum debug_info_result result = open_path(search, there, build_id, built_before_ns, ret_file);
    free(there);
    if (result != DEBUG_INFO_FULL && open_elsewhere(search, path, build_id, ret_file))
        return DEBUG_INFO_FULL;
    return result;
}

void debug_file_close(struct debug_file *file)
{
    range_table_finish(&file->functions);
    range_table_finish(&file->variables);
    if (file->dwfl)
        dwfl_end(file->dwfl);
    setup_destroy(file->setup);
}

struct Dwarf *debug_file_dwarf(struct debug_file *file, uint64_t *ret_bias)
{
    return dwfl_module_getdwarf(file->module, ret_bias);
}
