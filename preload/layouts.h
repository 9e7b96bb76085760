/*
 * The dump's layouts: which words, counted from some place, have which names. Objects of a type
 * mostly share one, so each is kept once. For the dump's child.
 */
#ifndef CAULK_LAYOUTS_H
#define CAULK_LAYOUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/dump_strings.h"

#define LAYOUTS_MAX (1u << 16)
#define LAYOUT_NAMES_MAX (1u << 20) /* in all of them */
#define LAYOUT_NONE UINT32_MAX

struct layout_name {
    uint32_t word, string;
};

struct layout {
    uint32_t first, count; /* in names */
};

struct layouts {
    struct dump_strings *strings;
    struct layout_name *names;
    uint32_t name_count;
    struct layout *items;
    uint32_t count;
    uint32_t *slots;    /* layout + 1, 0 where free; open addressing by content */
    uint32_t new_count; /* names of the one being made */
};

/* strings is borrowed. False when there is no memory. */
bool layouts_init(struct layouts *layouts, struct dump_strings *strings);
void layouts_finish(struct layouts *layouts);

/* Makes a layout: begin, its words' names by ascending word, end. */
void layouts_begin(struct layouts *layouts);
void layouts_name(struct layouts *layouts, uint32_t word, const char *name, size_t length);
/* The number of the layout that is like this, or LAYOUT_NONE where it has no names, or there is no
 * room. */
uint32_t layouts_end(struct layouts *layouts);

/* Words that the layout spans, from its place on. */
uint32_t layouts_words(const struct layouts *layouts, uint32_t layout);

/* The section LAYOUTS. */
void layouts_write(const struct layouts *layouts, struct dump_writer *writer);

#endif
