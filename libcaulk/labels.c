/*
 * Names are few and blocks with one may be many: equal strings are found once, in a table of open
 * addressing keyed by content (two types may have one name, or a label that of a type).
 */
#include "libcaulk/labels.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/text_hash.h"
#include "libcaulk/type_name.h"

struct table {
    uint32_t *slot;      /* label, or LABEL_NONE */
    uint32_t slot_count; /* a power of two */
};

static uint32_t *find_slot(const struct table *table, const struct labels *labels, const char *name)
{
    uint32_t i = (uint32_t)text_hash(TEXT_HASH_START, name) & (table->slot_count - 1);
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

static bool label_sums(struct labels *labels, struct table *table, const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->sum_count; i++) {
        labels->of_sum[i] = LABEL_NONE;
        if (dump->sums[i].label && !intern(table, labels, dump->sums[i].label, &labels->of_sum[i]))
            return false;
    }
    return true;
}

static bool label_owners(struct labels *labels, struct table *table, const struct dump *dump)
{
    for (uint32_t i = 0; i < dump->owner_count; i++) {
        labels->of_owner[i] = LABEL_NONE;
        if (dump->owners[i].label &&
            !intern(table, labels, dump->owners[i].label, &labels->of_owner[i]))
            return false;
    }
    return true;
}

static bool name_types(struct labels *labels, const struct dump *dump)
{
    labels->shown = calloc(2 * (size_t)dump->type_count + 1, sizeof(*labels->shown));
    if (!labels->shown)
        return false;
    labels->shown_count = 2 * dump->type_count;
    for (uint32_t i = 0; i < dump->type_count; i++) {
        labels->shown[i] = type_name(&dump->types[i]);
        labels->shown[dump->type_count + i] =
            labels->shown[i] ? type_part_name(labels->shown[i]) : NULL;
        if (!labels->shown[dump->type_count + i])
            return false;
    }
    return true;
}

struct naming {
    struct labels *labels;
    struct table *table;
    const struct dump *dump;
    uint32_t *label; /* by index in labels->shown, LABEL_NONE while no block was called so */
};

/* Names a block that has no name yet. A type may turn out to be another's name, or a label. */
static bool name_block(struct naming *naming, uint32_t block, uint32_t shown)
{
    uint32_t *of_block = &naming->labels->of_block[block], *label = &naming->label[shown];
    if (*of_block != LABEL_NONE)
        return true;
    if (*label == LABEL_NONE &&
        !intern(naming->table, naming->labels, naming->labels->shown[shown], label))
        return false;
    *of_block = *label;
    return true;
}

/* What an object of Python's points to and has no type is the object's own: an instance's
 * attributes, a dictionary's table, a list's items. */
static bool name_targets(struct naming *naming, uint32_t block, uint32_t type)
{
    const struct pointers *edges = &naming->dump->edges;
    uint32_t shown = naming->dump->type_count + type;
    for (uint64_t e = edges->begin[block]; e < edges->begin[block + 1]; e++)
        if (!(edges->witness[e] & WITNESS_LINK) &&
            naming->labels->of_block[edges->target[e]] == LABEL_NONE &&
            !dump_find_type(naming->dump, edges->target[e]) &&
            !name_block(naming, edges->target[e], shown))
            return false;
    return true;
}

static bool name_parts(struct naming *naming, const struct typed_block *typed)
{
    return !dump_type_is_python(naming->dump->types[typed->type].kind) ||
           name_targets(naming, typed->block, typed->type);
}

/* An instance's dictionary has a type of its own, and is a part all the same; so is its table. */
static bool name_dictionary(struct naming *naming, const struct attributes *attributes)
{
    const struct dump *dump = naming->dump;
    const struct typed_block *owner = dump_find_type(dump, attributes->block);
    const char *first = dump->layout_names[dump->layouts[attributes->layout].first].name;
    if (!owner || strcmp(first, ATTRIBUTE_DICTIONARY) != 0)
        return true;
    for (uint64_t e = dump->edges.begin[owner->block]; e < dump->edges.begin[owner->block + 1]; e++)
        if (dump->edges.source_words[e] == attributes->word &&
            (!name_block(naming, dump->edges.target[e], dump->type_count + owner->type) ||
             !name_targets(naming, dump->edges.target[e], owner->type)))
            return false;
    return true;
}

static bool name_blocks(struct labels *labels, struct table *table, const struct dump *dump)
{
    struct naming naming = {.labels = labels, .table = table, .dump = dump};
    naming.label = malloc(((size_t)labels->shown_count + 1) * sizeof(*naming.label));
    bool done = naming.label;
    for (uint32_t i = 0; done && i < labels->shown_count; i++)
        naming.label[i] = LABEL_NONE;
    for (uint32_t i = 0; done && i < dump->attributes_count; i++)
        done = name_dictionary(&naming, &dump->attributes[i]);
    for (uint32_t i = 0; done && i < dump->typed_count; i++)
        done = name_block(&naming, dump->typed[i].block, dump->typed[i].type);
    for (uint32_t i = 0; done && i < dump->typed_count; i++)
        done = name_parts(&naming, &dump->typed[i]);
    free(naming.label);
    return done;
}

const char *labels_whole_name(const char *name)
{
    return strncmp(name, TYPE_PART, strlen(TYPE_PART)) == 0 ? name + strlen(TYPE_PART) : name;
}

bool labels_is_control_block(const char *name)
{
    return strncmp(name, TYPE_CONTROL_BLOCK, strlen(TYPE_CONTROL_BLOCK)) == 0;
}

bool labels_is_part(const char *name)
{
    return strncmp(name, TYPE_PART, strlen(TYPE_PART)) == 0 || labels_is_control_block(name);
}

/* By what they were called, then by what they are. */
static bool name_all_blocks(struct labels *labels, struct table *table, const struct dump *dump)
{
    labels->of_block = malloc(((size_t)dump->block_count + 1) * sizeof(*labels->of_block));
    return labels->of_block && name_types(labels, dump) && label_blocks(labels, table, dump) &&
           name_blocks(labels, table, dump);
}

bool labels_init(struct labels *labels, const struct dump *dump)
{
    *labels = (struct labels){0};
    struct table table = {0};
    bool done = true;
    if (dump->block_label || dump->typed_count)
        done = name_all_blocks(labels, &table, dump);
    if (done && dump->sum_count) {
        labels->of_sum = malloc(dump->sum_count * sizeof(*labels->of_sum));
        labels->of_owner = malloc((dump->owner_count + 1ul) * sizeof(*labels->of_owner));
        done = labels->of_sum && labels->of_owner && label_sums(labels, &table, dump) &&
               label_owners(labels, &table, dump);
    }
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
    free(labels->of_sum);
    free(labels->of_owner);
    *labels = (struct labels){0};
}
