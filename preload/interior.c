/* See interior.h. */
#include "preload/interior.h"

#include "libcaulk/dump_format.h"

#define WORD sizeof(uint64_t)
#define TABLE_WORDS_MAX 20u /* a function must be among the first words of a virtual table */

static uint64_t word_at(uintptr_t address)
{
    return *(const uint64_t *)address;
}

/* std::string before C++11: length, capacity and count of references precede the characters. */
static bool is_string(uintptr_t address, size_t bytes, size_t offset)
{
    if (offset != 3 * WORD || bytes <= 3 * WORD)
        return false;
    uint64_t length = word_at(address), capacity = word_at(address + WORD);
    return length <= capacity && capacity == bytes - 3 * WORD - 1;
}

/* The block's size in its first word, as sqlite keeps it. */
static bool is_length(uintptr_t address, size_t bytes, size_t offset)
{
    return offset == WORD && bytes > WORD && word_at(address) == bytes - WORD;
}

/* new[] of objects with destructors: their number is in the first word. */
static bool is_array(uintptr_t address, size_t bytes, size_t offset)
{
    if (offset != WORD || bytes <= WORD)
        return false;
    uint64_t elements = word_at(address);
    return elements > 0 && elements <= bytes - WORD && (bytes - WORD) % elements == 0;
}

static bool is_code(const struct maps *maps, uintptr_t address)
{
    const struct mapping *mapping = maps_find(maps, address);
    return mapping && mapping->executable;
}

/* A pointer to read-only data of a module, where functions are listed. */
static bool is_virtual_table(const struct maps *maps, uintptr_t address)
{
    const struct mapping *mapping = address % WORD == 0 ? maps_find(maps, address) : NULL;
    if (!mapping || !mapping->readable || mapping->executable || mapping->inode == 0)
        return false;
    for (unsigned i = 0; i < TABLE_WORDS_MAX && address + WORD <= mapping->end; i++) {
        if (is_code(maps, word_at(address)))
            return true;
        address += WORD;
    }
    return false;
}

/* A base class that is not the first: the object and this part of it begin with such tables. */
static bool is_base(const struct maps *maps, uintptr_t address, size_t bytes, size_t offset)
{
    return offset % WORD == 0 && offset + WORD <= bytes &&
           is_virtual_table(maps, word_at(address)) &&
           is_virtual_table(maps, word_at(address + offset));
}

unsigned interior_witnesses(const struct maps *maps, uintptr_t address, size_t bytes, size_t offset)
{
    if (address % WORD != 0)
        return 0;
    return (is_string(address, bytes, offset) ? DUMP_WITNESS_STDSTRING : 0) |
           (is_length(address, bytes, offset) ? DUMP_WITNESS_LENGTH64 : 0) |
           (is_array(address, bytes, offset) ? DUMP_WITNESS_NEWARRAY : 0) |
           (is_base(maps, address, bytes, offset) ? DUMP_WITNESS_MULTIPLE_INHERITANCE : 0);
}
