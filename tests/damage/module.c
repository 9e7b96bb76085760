/*
 * Damages the file of a module that a dump names. libelf and libdw read it; what they make of it
 * may be wrong names or none, but the command comes to its end and says the same of the heap.
 */
#include <elf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/damage/damage.h"
#include "tests/damage/fields.h"

static const struct field file_fields[] = {
    FIELD_OF(Elf64_Ehdr, e_ident),     FIELD_OF(Elf64_Ehdr, e_type),
    FIELD_OF(Elf64_Ehdr, e_machine),   FIELD_OF(Elf64_Ehdr, e_version),
    FIELD_OF(Elf64_Ehdr, e_phoff),     FIELD_OF(Elf64_Ehdr, e_shoff),
    FIELD_OF(Elf64_Ehdr, e_flags),     FIELD_OF(Elf64_Ehdr, e_ehsize),
    FIELD_OF(Elf64_Ehdr, e_phentsize), FIELD_OF(Elf64_Ehdr, e_phnum),
    FIELD_OF(Elf64_Ehdr, e_shentsize), FIELD_OF(Elf64_Ehdr, e_shnum),
    FIELD_OF(Elf64_Ehdr, e_shstrndx),  FIELD_END};
static const struct field segment_fields[] = {
    FIELD_OF(Elf64_Phdr, p_type),   FIELD_OF(Elf64_Phdr, p_flags),
    FIELD_OF(Elf64_Phdr, p_offset), FIELD_OF(Elf64_Phdr, p_vaddr),
    FIELD_OF(Elf64_Phdr, p_filesz), FIELD_OF(Elf64_Phdr, p_memsz),
    FIELD_OF(Elf64_Phdr, p_align),  FIELD_END};
static const struct field section_fields[] = {FIELD_OF(Elf64_Shdr, sh_name),
                                              FIELD_OF(Elf64_Shdr, sh_type),
                                              FIELD_OF(Elf64_Shdr, sh_flags),
                                              FIELD_OF(Elf64_Shdr, sh_addr),
                                              FIELD_OF(Elf64_Shdr, sh_offset),
                                              FIELD_OF(Elf64_Shdr, sh_size),
                                              FIELD_OF(Elf64_Shdr, sh_link),
                                              FIELD_OF(Elf64_Shdr, sh_info),
                                              FIELD_OF(Elf64_Shdr, sh_addralign),
                                              FIELD_OF(Elf64_Shdr, sh_entsize),
                                              FIELD_END};

static void visit_copy(const struct damage *damage, size_t at, const void *bytes, size_t size,
                       const char *what)
{
    struct dump_image copy = damage_copy(damage);
    memcpy(copy.bytes + at, bytes, size);
    damage->visit(&copy, what);
    free(copy.bytes);
}

static Elf64_Shdr section_header(const struct dump_image *file, const Elf64_Ehdr *header,
                                 unsigned index)
{
    Elf64_Shdr section;
    memcpy(&section, file->bytes + header->e_shoff + index * sizeof(section), sizeof(section));
    return section;
}

/* Zeros, ones and a pattern over all of it, and each of some places in it. */
static void damage_contents(const struct damage *damage, const Elf64_Shdr *section, unsigned index)
{
    static const uint8_t fillers[] = {0, 0xff, 0x7f, 0x80, 0x01};
    uint64_t step = damage_step(damage, section->sh_size);
    char what[80];
    for (size_t f = 0; f < sizeof(fillers); f++) {
        struct dump_image copy = damage_copy(damage);
        memset(copy.bytes + section->sh_offset, fillers[f], section->sh_size);
        snprintf(what, sizeof(what), "section %u: all 0x%02x", index, fillers[f]);
        damage->visit(&copy, what);
        free(copy.bytes);
        for (uint64_t at = 0; at < section->sh_size; at += step) {
            snprintf(what, sizeof(what), "section %u, byte %" PRIu64 ": 0x%02x", index, at,
                     fillers[f]);
            visit_copy(damage, section->sh_offset + at, &fillers[f], 1, what);
        }
    }
}

static void damage_ends(const struct damage *damage)
{
    uint64_t step = damage_step(damage, damage->whole->size);
    char what[80];
    for (size_t size = 0; size < damage->whole->size; size += step) {
        struct dump_image copy = *damage->whole;
        copy.size = size;
        snprintf(what, sizeof(what), "module cut to %zu bytes", size);
        damage->visit(&copy, what);
    }
}

void damage_module(const struct damage *damage)
{
    Elf64_Ehdr header;
    memcpy(&header, damage->whole->bytes, sizeof(header));
    const struct records all[] = {
        {"ELF header", file_fields, sizeof(header), 0, 1},
        {"segment", segment_fields, sizeof(Elf64_Phdr), header.e_phoff, header.e_phnum},
        {"section header", section_fields, sizeof(Elf64_Shdr), header.e_shoff, header.e_shnum}};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        damage_records(damage, &all[i], damage_visit);
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section = section_header(damage->whole, &header, i);
        if (section.sh_type != SHT_NOBITS && section.sh_size)
            damage_contents(damage, &section, i);
    }
    damage_ends(damage);
}
