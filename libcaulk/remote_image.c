/*
 * ELF header → program headers → dynamic section → symbols and their names.
 *
 * The dynamic section doesn't say how many symbols there are; the GNU hash table does, through its
 * longest chain. Following the hash itself is simpler still: bucket, then chain, as the loader does
 * ("GNU hash ELF sections", Ali Bahrami).
 */
#include "libcaulk/remote_image.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "libcaulk/process_memory.h"

#define MAX_SEGMENTS 64
#define MAX_DYNAMIC 256
#define MAX_NAME 64
#define MAX_CHAIN 4096 /* a damaged table must not be followed for ever */

struct image {
    pid_t pid;
    uint64_t base, bias;
    uint64_t symbols, names, hash; /* run-time addresses */
};

static bool fail_as(int error)
{
    errno = error;
    return false;
}

static bool find_dynamic(struct image *image, uint64_t *ret_address)
{
    Elf64_Ehdr header;
    Elf64_Phdr segments[MAX_SEGMENTS];
    if (!process_memory_read(image->pid, image->base, &header, sizeof(header)))
        return false;
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_phnum > MAX_SEGMENTS ||
        header.e_phentsize != sizeof(Elf64_Phdr))
        return fail_as(ENOENT);
    if (!process_memory_read(image->pid, image->base + header.e_phoff, segments,
                             header.e_phnum * sizeof(*segments)))
        return false;
    uint64_t first = UINT64_MAX, dynamic = 0;
    for (unsigned i = 0; i < header.e_phnum; i++) {
        if (segments[i].p_type == PT_LOAD && segments[i].p_vaddr < first)
            first = segments[i].p_vaddr;
        if (segments[i].p_type == PT_DYNAMIC)
            dynamic = segments[i].p_vaddr;
    }
    image->bias = image->base - first;
    *ret_address = image->bias + dynamic;
    return dynamic ? true : fail_as(ENOENT);
}

/* glibc's loader replaces these addresses with run-time ones; others leave the file's. */
static uint64_t run_time(const struct image *image, uint64_t address)
{
    return address < image->base ? address + image->bias : address;
}

static bool read_dynamic(struct image *image, uint64_t address)
{
    for (int i = 0; i < MAX_DYNAMIC; i++) {
        Elf64_Dyn entry;
        if (!process_memory_read(image->pid, address + (unsigned)i * sizeof(entry), &entry,
                                 sizeof(entry)))
            return false;
        if (entry.d_tag == DT_NULL)
            break;
        if (entry.d_tag == DT_SYMTAB)
            image->symbols = run_time(image, entry.d_un.d_ptr);
        if (entry.d_tag == DT_STRTAB)
            image->names = run_time(image, entry.d_un.d_ptr);
        if (entry.d_tag == DT_GNU_HASH)
            image->hash = run_time(image, entry.d_un.d_ptr);
    }
    return image->symbols && image->names && image->hash ? true : fail_as(ENOENT);
}

static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

static bool is_named(const struct image *image, const Elf64_Sym *symbol, const char *name)
{
    char found[MAX_NAME];
    size_t bytes = strlen(name) + 1;
    return bytes <= sizeof(found) &&
           process_memory_read(image->pid, image->names + symbol->st_name, found, bytes) &&
           !memcmp(found, name, bytes);
}

static bool follow_chain(const struct image *image, uint64_t chains, uint32_t first,
                         uint32_t number, const char *name, Elf64_Sym *ret_symbol)
{
    uint32_t wanted = gnu_hash(name), hash = 0;
    for (int steps = 0; steps < MAX_CHAIN && !(hash & 1); steps++, number++) {
        if (!process_memory_read(image->pid, chains + (uint64_t)(number - first) * sizeof(hash),
                                 &hash, sizeof(hash)))
            return false;
        if ((hash | 1) != (wanted | 1))
            continue;
        Elf64_Sym symbol;
        if (!process_memory_read(image->pid, image->symbols + (uint64_t)number * sizeof(symbol),
                                 &symbol, sizeof(symbol)))
            return false;
        if (is_named(image, &symbol, name)) {
            *ret_symbol = symbol;
            return true;
        }
    }
    return fail_as(ENOENT);
}

static bool find_symbol(const struct image *image, const char *name, Elf64_Sym *ret_symbol)
{
    struct {
        uint32_t buckets, first_symbol, bloom_words, bloom_shift;
    } table;
    uint32_t number;
    if (!process_memory_read(image->pid, image->hash, &table, sizeof(table)))
        return false;
    if (!table.buckets)
        return fail_as(ENOENT);
    uint64_t buckets = image->hash + sizeof(table) + table.bloom_words * sizeof(uint64_t);
    uint64_t bucket = buckets + gnu_hash(name) % table.buckets * sizeof(number);
    if (!process_memory_read(image->pid, bucket, &number, sizeof(number)))
        return false;
    if (number < table.first_symbol || !number)
        return fail_as(ENOENT);
    return follow_chain(image, buckets + table.buckets * sizeof(number), table.first_symbol, number,
                        name, ret_symbol);
}

bool remote_symbol(pid_t pid, uint64_t base, const char *name, uint64_t *ret_address)
{
    struct image image = {.pid = pid, .base = base};
    uint64_t dynamic;
    Elf64_Sym symbol;
    if (!find_dynamic(&image, &dynamic) || !read_dynamic(&image, dynamic) ||
        !find_symbol(&image, name, &symbol))
        return false;
    if (symbol.st_shndx == SHN_UNDEF)
        return fail_as(ENOENT);
    *ret_address = image.bias + symbol.st_value;
    return true;
}
