/*
 * What the program said through caulk.h: declared edges, labels, ignored blocks, roots, and the
 * blocks of custom allocators. Kept beside the block table in tables of their own, under a lock
 * that is taken with signals blocked and that a forked child finds open (it lies in wiped memory).
 *
 * Freeing a block drops what was said about it: annotations_forget() is called by free only when
 * annotations_any() is true. Reading (…_next) is for the dump's child.
 */
#ifndef CAULK_ANNOTATIONS_H
#define CAULK_ANNOTATIONS_H

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
    const char *text; /* owned by the annotations */
};

bool annotations_add(const struct annotation *annotation);
void annotations_remove(enum annotation_kind kind, uintptr_t address, uintptr_t other);
bool annotations_any(void);
void annotations_forget(uintptr_t block);

/* In no order: starts with *cursor = 0, false at the end. */
bool annotations_next(size_t *cursor, struct annotation *ret_annotation);

#endif
