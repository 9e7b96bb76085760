/* The dump's strings: each text once, named by its offset in the section. */
#ifndef CAULK_DUMP_STRINGS_H
#define CAULK_DUMP_STRINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/dump_writer.h"

struct dump_strings {
    char *text;
    size_t bytes, capacity;
    uint32_t *slots; /* offsets, 0 where free; open addressing */
    size_t slot_count, used;
};

bool dump_strings_init(struct dump_strings *strings);

/* The offset of a text, which need not end with NUL; 0, the empty string, without memory. */
uint32_t dump_strings_add(struct dump_strings *strings, const char *text, size_t length);
uint32_t dump_strings_text(struct dump_strings *strings, const char *text); /* NULL is empty */

void dump_strings_write(const struct dump_strings *strings, struct dump_writer *writer);
void dump_strings_finish(struct dump_strings *strings);

#endif
