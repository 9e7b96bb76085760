/*
 * The address space as the kernel sees it: /proc/self/maps, its text and its lines. Read once, in
 * the dump's child.
 */
#ifndef CAULK_MAPS_H
#define CAULK_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapping {
    uintptr_t start, end;
    uint64_t offset, inode;
    bool readable, writable, executable, shared;
    const char *name; /* in the text: not ended by NUL */
    size_t name_length;
};

struct maps {
    char *text;
    size_t text_bytes, text_capacity;
    struct mapping *items; /* ascending */
    size_t count;
};

/* Reads and parses; proc_fd: /proc/self's directory. Returns 0 or an errno. On failure ret_maps is
 * empty: all questions below are answered with no. */
int maps_read(int proc_fd, struct maps *ret_maps);

/* The same from smaps, which has more lines, with numbers, after each mapping's own. */
int maps_read_smaps(int proc_fd, struct maps *ret_maps);

/* Parses text that maps->text and text_bytes hold; a line that is none is left out. */
bool maps_parse(struct maps *maps);
void maps_finish(struct maps *maps);

/* The mapping that holds the address, or NULL. */
const struct mapping *maps_find(const struct maps *maps, uintptr_t address);

/* Whether every page of [start, end) lies in a readable mapping. */
bool maps_readable(const struct maps *maps, uintptr_t start, uintptr_t end);

bool mapping_name_is(const struct mapping *mapping, const char *name);
bool mapping_name_starts(const struct mapping *mapping, const char *start);

#endif
