/*
 * Roots as they are found: each with a name and an owner, scanned at once into ROOT_REFS; those
 * without a reference leave no trace. ROOTS is written when all are known.
 */
#ifndef CAULK_ROOTS_H
#define CAULK_ROOTS_H

#include <stddef.h>
#include <stdint.h>

#include "preload/dump_job.h"

struct roots;

/* A reference of roots->current. */
typedef void roots_visit(void *context, const struct roots *roots,
                         const struct reference *reference);

struct roots {
    struct dump_job *job;
    roots_visit *visit; /* told of each reference instead of the file */
    void *context;
    struct dump_root *items; /* those with references */
    size_t count, capacity;
    struct dump_root current;
    uint32_t begun;  /* how many began until now, the current one among them */
    uint32_t *asked; /* by the order in which they begin: not 0 where one is kept without a
                        reference, then its number in ROOTS plus 1 */
    uint32_t asked_count;
    uint64_t last; /* offset of the current root's last reference */
    uint64_t references;
    int error;
};

/* Opens the section ROOT_REFS. */
void roots_init(struct roots *roots, struct dump_job *job);

/* For looking alone: nothing is written, and there is nothing to finish. */
void roots_look(struct roots *roots, struct dump_job *job, roots_visit *visit, void *context);

/* A root begins; start is 0 where its words have no address of interest. */
void roots_begin(struct roots *roots, enum dump_root_kind kind, uint32_t owner, uintptr_t start,
                 uintptr_t end);
void roots_name(struct roots *roots, const char *name, size_t length);

/* Scans a part of it, parts in ascending order. */
void roots_scan(struct roots *roots, uintptr_t start, uintptr_t end, enum scan_pages pages);

/* One word of it that lies at `offset` from its first aligned address. */
void roots_word(struct roots *roots, uint64_t word, uint64_t offset);

/* A reference that was found elsewhere, at `offset`. */
void roots_reference(struct roots *roots, const struct reference *reference, uint64_t offset);

/* One word, known to mean the whole block that it points into. */
void roots_whole(struct roots *roots, uint64_t word, uint64_t offset);
void roots_end(struct roots *roots);

/* Closes ROOT_REFS and writes ROOTS; returns 0 or an errno. */
int roots_write(struct roots *roots);

#endif
