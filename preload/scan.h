/*
 * Memory → references: every aligned word that points to a block; in code that the program made
 * itself every word, as operands of instructions are not aligned. Survives memory that can't be
 * read; leaves out private pages that nobody touched.
 */
#ifndef CAULK_SCAN_H
#define CAULK_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/heap_blocks.h"
#include "preload/maps.h"
#include "preload/pagemap.h"
#include "preload/ranges.h"

struct header_survey;
struct gobject;
struct talloc;

struct reference {
    uintptr_t source; /* address of the pointer; of an operand in code: of the word it begins in */
    uint32_t target;  /* block number */
    uint8_t witnesses;
    bool interior;
    uint64_t target_offset;
    uintptr_t target_address; /* of the block */
};

struct scan {
    const struct heap_blocks *heap;
    const struct maps *maps;
    struct pagemap *pagemap;
    const struct ranges *stale;         /* words that are no pointers; settled */
    const struct header_survey *header; /* adds its witness; NULL: nobody asks for it */
    const struct gobject *gobject;      /* … and so do these then, where objects begin */
    const struct talloc *talloc;
    bool code;    /* pointers begin at any address, and don't overlap */
    bool untag;   /* the lowest bit of a pointer is a mark: tsearch()'s nodes */
    bool partial; /* set where a page could not be read */
    void (*found)(void *context, const struct reference *reference);
    void *context;
};

/* Which pages of a range are worth reading. */
enum scan_pages {
    SCAN_ALL,
    SCAN_TOUCHED, /* of private memory: those that were ever touched */
    SCAN_WRITTEN  /* of a private file mapping: those that are no longer the file's */
};

/* All references in [start, end), ascending. */
void scan_range(struct scan *scan, uintptr_t start, uintptr_t end, enum scan_pages pages);

/* The reference that a word would be if it were stored at `source`; false where it is none. */
bool scan_word(struct scan *scan, uint64_t word, uintptr_t source, struct reference *ret_reference);

#endif
