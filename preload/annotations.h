/*
 * What the program said through caulk.h: declared edges, labels, ignored blocks, roots, and the
 * blocks of custom allocators. Kept beside the block table in a table of its own, under a lock that
 * is taken with signals blocked and that a forked child finds open (it lies in wiped memory).
 *
 * Freeing a block drops what was said about it: annotations_forget() is called by free only when
 * annotations_any() is true. Reading (annotations_next) is for the dump's child.
 */
#ifndef CAULK_ANNOTATIONS_H
#define CAULK_ANNOTATIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum annotation_kind {
    ANNOTATION_OWN,   /* address owns `other` */
    ANNOTATION_LABEL, /* text */
    ANNOTATION_IGNORE,
    ANNOTATION_ROOT,   /* address, bytes */
    ANNOTATION_CUSTOM, /* block of a custom allocator: address, bytes, stack, birth */
    ANNOTATION_FREED   /* memory that a custom allocator freed: address, bytes; scanned by nobody */
};

struct annotation {
    enum annotation_kind kind;
    uintptr_t address;
    uintptr_t other;
    size_t bytes;
    uint32_t stack, birth;
    const char *text; /* owned by the annotations, cut to 255 bytes */
};

/* Replaces what was said with the same kind, address and (ANNOTATION_OWN) other. False when there
 * is no memory. */
bool annotations_add(const struct annotation *annotation);

/* other matters to ANNOTATION_OWN only. False where there was none. */
bool annotations_remove(enum annotation_kind kind, uintptr_t address, uintptr_t other,
                        struct annotation *ret_annotation);
bool annotations_find(enum annotation_kind kind, uintptr_t address);

/* This block is freed: drops what was said about anything that starts within its bytes (edges from
 * and to it, labels, roots, custom blocks). Only where annotations_any(). */
void annotations_forget(uintptr_t block, size_t bytes);

/* In no order: starts with *cursor = 0, false at the end. */
bool annotations_next(size_t *cursor, struct annotation *ret_annotation);

extern _Atomic size_t annotations_count;

static inline bool annotations_any(void)
{
    return atomic_load_explicit(&annotations_count, memory_order_relaxed) != 0;
}

#endif
