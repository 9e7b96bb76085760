/*
 * libelf behind our own words. It checks every offset in the file against the file's size.
 */
#include "libcaulk/elf_file.h"

#include <gelf.h>
#include <libelf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void read_interpreter(Elf *elf, const GElf_Phdr *segment, char *ret_path)
{
    Elf_Data *data =
        elf_getdata_rawchunk(elf, (int64_t)segment->p_offset, segment->p_filesz, ELF_T_BYTE);
    if (data && data->d_size)
        snprintf(ret_path, PATH_MAX, "%.*s", (int)(data->d_size < PATH_MAX ? data->d_size : 0),
                 (const char *)data->d_buf);
}

static bool read_segments(Elf *elf, struct elf_file *file)
{
    size_t count;
    if (elf_getphdrnum(elf, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr segment;
        if (!gelf_getphdr(elf, (int)i, &segment))
            return false;
        if (segment.p_type == PT_INTERP)
            read_interpreter(elf, &segment, file->interpreter);
    }
    return true;
}

static bool is_definition(Elf *elf, const GElf_Shdr *section, const GElf_Sym *symbol,
                          const char *wanted)
{
    if (symbol->st_shndx == SHN_UNDEF || GELF_ST_TYPE(symbol->st_info) != STT_FUNC ||
        GELF_ST_BIND(symbol->st_info) == STB_LOCAL)
        return false;
    const char *name = elf_strptr(elf, section->sh_link, symbol->st_name);
    return name && !strcmp(name, wanted);
}

static bool section_defines(Elf *elf, Elf_Scn *section, const char *wanted)
{
    GElf_Shdr header;
    Elf_Data *data = NULL;
    if (!gelf_getshdr(section, &header) ||
        (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM))
        return false;
    while ((data = elf_getdata(section, data))) {
        GElf_Sym symbol;
        for (int i = 0; gelf_getsym(data, i, &symbol); i++)
            if (is_definition(elf, &header, &symbol, wanted))
                return true;
    }
    return false;
}

static bool defines(Elf *elf, const char *wanted)
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));)
        if (section_defines(elf, section, wanted))
            return true;
    return false;
}

/* gcc's, and what clang links with -shared-libsan. */
static bool is_sanitizer(const char *library)
{
    static const char *const names[] = {"libasan.so", "libhwasan.so",     "liblsan.so",
                                        "libtsan.so", "libclang_rt.asan", "libclang_rt.hwasan"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strncmp(library, names[i], strlen(names[i])))
            return true;
    return false;
}

static bool section_needs_sanitizer(Elf *elf, Elf_Scn *section)
{
    GElf_Shdr header;
    Elf_Data *data = NULL;
    if (!gelf_getshdr(section, &header) || header.sh_type != SHT_DYNAMIC)
        return false;
    while ((data = elf_getdata(section, data))) {
        GElf_Dyn entry;
        for (int i = 0; gelf_getdyn(data, i, &entry); i++) {
            const char *name =
                entry.d_tag == DT_NEEDED ? elf_strptr(elf, header.sh_link, entry.d_un.d_val) : NULL;
            if (name && is_sanitizer(name))
                return true;
        }
    }
    return false;
}

static bool needs_sanitizer(Elf *elf)
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));)
        if (section_needs_sanitizer(elf, section))
            return true;
    return false;
}

bool elf_file_read(int fd, struct elf_file *ret_file)
{
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    if (!elf)
        return false;
    struct elf_file file = {0};
    GElf_Ehdr header;
    bool valid = gelf_getehdr(elf, &header) && read_segments(elf, &file);
    if (valid) {
        file.is_x86_64 = gelf_getclass(elf) == ELFCLASS64 && header.e_machine == EM_X86_64;
        file.is_program = header.e_type == ET_EXEC || header.e_type == ET_DYN;
        file.defines_malloc = defines(elf, "malloc");
        file.needs_sanitizer = needs_sanitizer(elf);
        *ret_file = file;
    }
    elf_end(elf);
    return valid;
}
