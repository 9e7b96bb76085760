/* See interior.h. */
#include "preload/interior.h"

#include <string.h>

#include "libcaulk/dump_format.h"

#define WORD sizeof(uint64_t)
#define TABLE_WORDS_MAX 20u /* a function must be among the first words of a virtual table */
#define BESIDE_BYTES 64u    /* OCaml's chunks keep their block's start 56 bytes before */

/* hashbrown: the slots' states follow the slots, and the first ones once more. */
#define STATES_REPEATED 16u
#define SLOTS_LEAST 4u
#define STATE_EMPTY 0xff

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

/* An empty list's head points to itself, too: by its first word, or by its second after none. */
static bool is_list_head(uintptr_t address, uintptr_t word)
{
    return word == address ||
           (word == address + WORD && (word_at(address) == 0 || word_at(address) == address));
}

/* Who has the place has the block's start, too. */
static bool is_beside_start(uintptr_t address, size_t bytes, size_t offset)
{
    size_t first = offset > BESIDE_BYTES ? (offset - BESIDE_BYTES) & ~(WORD - 1) : 0;
    size_t end = offset + BESIDE_BYTES < bytes ? offset + BESIDE_BYTES : bytes;
    for (size_t at = first; at + WORD <= end; at += WORD)
        if (word_at(address + at) == address && !is_list_head(address, address + at))
            return true;
    return false;
}

/* The bytes from the place on, noted among others before it: what a wrapper of malloc gave out. */
static bool is_after_length(uintptr_t address, size_t bytes, size_t offset)
{
    if (offset % WORD != 0 || offset == WORD)
        return false;
    for (size_t at = offset > BESIDE_BYTES ? offset - BESIDE_BYTES : 0; at < offset; at += WORD)
        if (word_at(address + at) == bytes - offset)
            return true;
    return false;
}

/* A byte for each of 2^n slots says whether it is taken; at least one in eight is not. */
static bool is_hash_table(uintptr_t address, size_t bytes, size_t offset)
{
    const uint8_t *states = (const uint8_t *)address + offset;
    size_t slots = bytes - offset - STATES_REPEATED;
    if (offset % STATES_REPEATED != 0 || bytes - offset < SLOTS_LEAST + STATES_REPEATED ||
        (slots & (slots - 1)) != 0 || !memchr(states, STATE_EMPTY, slots))
        return false;
    size_t repeated = slots < STATES_REPEATED ? slots : STATES_REPEATED;
    size_t again = slots < STATES_REPEATED ? STATES_REPEATED : slots;
    return memcmp(states, states + again, repeated) == 0;
}

static bool is_told_by_contents(uintptr_t address, size_t bytes, size_t offset)
{
    return is_beside_start(address, bytes, offset) || is_after_length(address, bytes, offset) ||
           is_hash_table(address, bytes, offset);
}

unsigned interior_witnesses(const struct maps *maps, uintptr_t address, size_t bytes, size_t offset)
{
    if (address % WORD != 0)
        return 0;
    return (is_string(address, bytes, offset) ? DUMP_WITNESS_STDSTRING : 0) |
           (is_length(address, bytes, offset) ? DUMP_WITNESS_LENGTH64 : 0) |
           (is_array(address, bytes, offset) ? DUMP_WITNESS_NEWARRAY : 0) |
           (is_base(maps, address, bytes, offset) ? DUMP_WITNESS_MULTIPLE_INHERITANCE : 0) |
           (is_told_by_contents(address, bytes, offset) ? DUMP_WITNESS_CONTENTS : 0);
}
