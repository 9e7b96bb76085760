/* A dump taken apart into its sections, to be changed and put together again. */
#ifndef CAULK_TESTS_DAMAGE_PARTS_H
#define CAULK_TESTS_DAMAGE_PARTS_H

#include "tests/damage/damage.h"
#include "tests/support/bytes.h"

struct damage_parts {
    struct bytes sections[DUMP_SECTION_COUNT]; /* by kind, from 1 on */
    uint64_t counts[DUMP_SECTION_COUNT];
};

void damage_parts_init(struct damage_parts *parts, const struct dump_image *whole);
void damage_parts_finish(struct damage_parts *parts);

/* Puts them together and visits what comes out. */
void damage_parts_visit(const struct damage *damage, const struct damage_parts *parts,
                        const char *what);

#endif
