/*
 * Names are few and blocks with one may be many: equal strings are found once, in a table of open
 * addressing keyed by content (two types may have one name, or a label that of a type).
 */
#include "libcaulk/labels.h"

#include "libcaulk/type_name.h"

#include <stdlib.h>
#include <string.h>

struct table {
    uint32_t *slot;      /* label, or LABEL_NONE */
    uint32_t slot_count; /* a power of two */
};

static uint32_t hash_string(const char *string)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *string; string++)
        hash = (hash ^ (uint8_t)*string) * 16777619u;
    return hash;
}

static uint32_t *find_slot(const struct table *table, const struct labels *labels, const char *name)
{
    uint32_t i = hash_string(name) & (table->slot_count - 1);
    while (table->slot[i] != LABEL_NONE && strcmp(labels->name[table->slot[i]], name) != 0)
        i = (i + 1) & (table->slot_count - 1);
    return &table->slot[i];
}

/* Doubles the table and the room for names, and puts the names in again. */
static bool grow(struct table *table, struct labels *labels)
{
    struct table larger = {.slot_count = table->slot_count ? 2 * table->slot_count : 64};
    const char **name = realloc(labels->name, larger.slot_count * sizeof(*name));
    if (name)
        labels->name = name;
    larger.slot = malloc(larger.slot_count * sizeof(*larger.slot));
    if (!name || !larger.slot) {
        free(larger.slot);
        return false;
    }
    memset(larger.slot, 0xff, larger.slot_count * sizeof(*larger.slot));
    for (uint32_t i = 0; i < labels->count; i++)
        *find_slot(&larger, labels, labels->name[i]) = i;
    free(table->slot);
    *table = larger;
    return true;
}

static bool intern(struct table *table, struct labels *labels, const char *name,
                   uint32_t *ret_label)
{
    if (2 * labels->count >= table->slot_count && !grow(table, labels))
        return false;
    uint32_t *slot = find_slot(table, labels, name);
    if (*slot == LABEL_NONE) {
        labels->name[labels->count] = name;
        *slot = labels->count++;
    }
    *ret_label = *slot;
    return true;
}

static bool label_blocks(struct labels *labels, struct table *table, const struct dump *dump)
{
    for (uint32_t b = 0; b < dump->block_count; b++) {
        labels->of_block[b] = LABEL_NONE;
        if (dump->block_label && dump->block_label[b] &&
            !intern(table, labels, dump->block_label[b], &labels->of_block[b]))
            return false;
    }
    return true;
}

static bool name_types(struct labels *labels, const struct dump *dump)
{
    labels->shown = calloc((size_t)dump->type_count + 1, sizeof(*labels->shown));
    labels->shown_count = labels->shown ? dump->type_count : 0;
    for (uint32_t i = 0; i < labels->shown_count; i++)
        if (!(labels->shown[i] = type_name(&dump->types[i])))
            return false;
    return labels->shown;
}

/* A type may turn out to be another's name, or a label. Only types that name a block have one. */
static bool label_typed(struct labels *labels, struct table *table, const struct dump *dump)
{
    uint32_t *of_type = malloc(((size_t)dump->type_count + 1) * sizeof(*of_type));
    bool done = of_type;
    for (uint32_t i = 0; done && i < dump->type_count; i++)
        of_type[i] = LABEL_NONE;
    for (uint32_t i = 0; done && i < dump->typed_count; i++) {
        const struct typed_block *typed = &dump->typed[i];
        if (labels->of_block[typed->block] != LABEL_NONE)
            continue;
        if (of_type[typed->type] == LABEL_NONE)
            done = intern(table, labels, labels->shown[typed->type], &of_type[typed->type]);
        labels->of_block[typed->block] = of_type[typed->type];
    }
    free(of_type);
    return done;
}

bool labels_init(struct labels *labels, const struct dump *dump)
{
    *labels = (struct labels){0};
    if (!dump->block_label && !dump->typed_count)
        return true;
    struct table table = {0};
    labels->of_block = malloc(((size_t)dump->block_count + 1) * sizeof(*labels->of_block));
    bool done = labels->of_block && name_types(labels, dump) &&
                label_blocks(labels, &table, dump) && label_typed(labels, &table, dump);
    free(table.slot);
    if (!done)
        labels_finish(labels);
    return done;
}

void labels_finish(struct labels *labels)
{
    free(labels->name);
    free(labels->of_block);
    for (uint32_t i = 0; i < labels->shown_count; i++)
        free(labels->shown[i]);
    free(labels->shown);
    *labels = (struct labels){0};
}
