/*
 * Edges and root references of several dumps. Roots stand side by side. A block that is several
 * parts' has one row of edges: forked processes' rows are mostly equal, and then the first is
 * taken; else all of them, put in order, each pointer once.
 */
#include "libcaulk/dump_sum_parts.h"

#include <stdlib.h>

static bool allocate_pointers(struct pointers *pointers, uint64_t sources, uint64_t count)
{
    pointers->begin = calloc(sources + 1, sizeof(*pointers->begin));
    pointers->target = malloc((count + 1) * sizeof(*pointers->target));
    pointers->source_words = malloc((count + 1) * sizeof(*pointers->source_words));
    pointers->target_offset = malloc((count + 1) * sizeof(*pointers->target_offset));
    pointers->witness = malloc(count + 1);
    return pointers->begin && pointers->target && pointers->source_words &&
           pointers->target_offset && pointers->witness;
}

static void put_pointer(struct pointers *to, uint64_t place, const struct pointers *from,
                        uint64_t pointer, const uint32_t *block)
{
    to->target[place] = block[from->target[pointer]];
    to->source_words[place] = from->source_words[pointer];
    to->target_offset[place] = from->target_offset[pointer];
    to->witness[place] = from->witness[pointer];
}

struct pointer {
    uint32_t source_words, target, target_offset;
    uint8_t witness;
};

static struct pointer get_pointer(const struct pointers *pointers, uint64_t place)
{
    return (struct pointer){pointers->source_words[place], pointers->target[place],
                            pointers->target_offset[place], pointers->witness[place]};
}

static int compare_pointers(const void *left, const void *right)
{
    const struct pointer *a = left;
    const struct pointer *b = right;
    if (a->source_words != b->source_words)
        return a->source_words < b->source_words ? -1 : 1;
    if (a->target != b->target)
        return a->target < b->target ? -1 : 1;
    return (a->target_offset > b->target_offset) - (a->target_offset < b->target_offset);
}

/* Puts the row that begins there in order, each pointer once; *end moves back to its new end. */
static bool sort_row(struct pointers *pointers, uint64_t begin, uint64_t *end)
{
    uint64_t count = *end - begin;
    struct pointer *row = malloc(count * sizeof(*row));
    if (!row)
        return false;
    for (uint64_t i = 0; i < count; i++)
        row[i] = get_pointer(pointers, begin + i);
    qsort(row, count, sizeof(*row), compare_pointers);
    *end = begin;
    for (uint64_t i = 0; i < count; i++) {
        if (i && !compare_pointers(&row[i - 1], &row[i]))
            continue;
        pointers->source_words[*end] = row[i].source_words;
        pointers->target[*end] = row[i].target;
        pointers->target_offset[*end] = row[i].target_offset;
        pointers->witness[(*end)++] = row[i].witness;
    }
    free(row);
    return true;
}

static bool is_equal_row(const struct pointers *pointers, uint64_t a, uint64_t b, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct pointer left = get_pointer(pointers, a + i);
        struct pointer right = get_pointer(pointers, b + i);
        if (compare_pointers(&left, &right) != 0)
            return false;
    }
    return true;
}

/* Copies of a block as a list: the parts' blocks that went into it, the first part's first. */
struct copies {
    uint32_t *part;
    uint32_t *block;
    uint64_t *begin; /* by the sum's block */
};

static void copies_finish(struct copies *copies)
{
    free(copies->part);
    free(copies->block);
    free(copies->begin);
}

static bool copies_init(struct copies *copies, const struct sum *sum)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < sum->part_count; i++)
        total += sum->part[i].dump->block_count;
    *copies = (struct copies){
        .part = malloc((total + 1) * sizeof(*copies->part)),
        .block = malloc((total + 1) * sizeof(*copies->block)),
        .begin = calloc((size_t)sum->dump->block_count + 2, sizeof(*copies->begin))};
    if (!copies->part || !copies->block || !copies->begin)
        return false;
    uint64_t *fill = copies->begin + 1;
    for (uint32_t i = 0; i < sum->part_count; i++)
        for (uint32_t b = 0; b < sum->part[i].dump->block_count; b++)
            copies->begin[(uint64_t)sum->part[i].block[b] + 2]++;
    for (uint32_t b = 0; b < sum->dump->block_count; b++)
        fill[b + 1] += fill[b];
    for (uint32_t i = 0; i < sum->part_count; i++)
        for (uint32_t b = 0; b < sum->part[i].dump->block_count; b++) {
            uint64_t place = fill[sum->part[i].block[b]]++;
            copies->part[place] = i;
            copies->block[place] = b;
        }
    return true;
}

/* The row of block number b, from all of its copies, at *end, which moves on. */
static bool fill_row(struct sum *sum, const struct copies *copies, uint32_t b, uint64_t *end)
{
    struct pointers *to = &sum->dump->edges;
    uint64_t begin = *end, first_end = *end;
    for (uint64_t c = copies->begin[b]; c < copies->begin[b + 1]; c++) {
        const struct sum_part *part = &sum->part[copies->part[c]];
        const struct pointers *from = &part->dump->edges;
        uint64_t row = *end;
        for (uint64_t e = from->begin[copies->block[c]]; e < from->begin[copies->block[c] + 1]; e++)
            put_pointer(to, (*end)++, from, e, part->block);
        if (c == copies->begin[b])
            first_end = *end;
        else if (*end - row == first_end - begin && is_equal_row(to, begin, row, *end - row))
            *end = row;
    }
    return *end == first_end || sort_row(to, begin, end);
}

static bool fill_edges(struct sum *sum, const struct copies *copies)
{
    struct pointers *to = &sum->dump->edges;
    for (uint32_t b = 0; b < sum->dump->block_count; b++) {
        to->begin[b] = to->count;
        if (!fill_row(sum, copies, b, &to->count))
            return false;
    }
    to->begin[sum->dump->block_count] = to->count;
    return true;
}

bool sum_edges(struct sum *sum)
{
    struct copies copies;
    uint64_t most = 0;
    for (uint32_t i = 0; i < sum->part_count; i++)
        most += sum->part[i].dump->edges.count;
    bool done = copies_init(&copies, sum) &&
                allocate_pointers(&sum->dump->edges, sum->dump->block_count, most) &&
                fill_edges(sum, &copies);
    copies_finish(&copies);
    return done;
}

static void add_root(struct sum *sum, const struct sum_part *part, uint32_t number)
{
    struct dump *to = sum->dump;
    const struct pointers *refs = &part->dump->refs;
    struct root root = part->dump->roots[number];
    if (root.kind == ROOT_GLOBAL && root.owner != NO_OWNER) {
        root.start += part->shift[root.owner];
        root.owner = part->module[root.owner];
    } else if (root.owner != NO_OWNER) {
        root.owner += part->first_thread;
    }
    to->refs.begin[to->root_count] = to->refs.count;
    to->roots[to->root_count++] = root;
    for (uint64_t r = refs->begin[number]; r < refs->begin[number + 1]; r++)
        put_pointer(&to->refs, to->refs.count++, refs, r, part->block);
    to->refs.begin[to->root_count] = to->refs.count;
}

static void add_declared(struct sum *sum, const struct sum_part *part)
{
    for (uint64_t d = 0; d < part->dump->declared_count; d++)
        sum->dump->declared[sum->dump->declared_count++] = (struct declared_edge){
            part->block[part->dump->declared[d].owner], part->block[part->dump->declared[d].block]};
}

bool sum_roots(struct sum *sum)
{
    uint64_t roots = 0, refs = 0, declared = 0;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        roots += sum->part[i].dump->root_count;
        refs += sum->part[i].dump->refs.count;
        declared += sum->part[i].dump->declared_count;
    }
    sum->dump->roots = malloc((roots + 1) * sizeof(*sum->dump->roots));
    sum->dump->declared = malloc((declared + 1) * sizeof(*sum->dump->declared));
    if (!sum->dump->roots || !sum->dump->declared ||
        !allocate_pointers(&sum->dump->refs, roots, refs))
        return false;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        for (uint32_t r = 0; r < sum->part[i].dump->root_count; r++)
            add_root(sum, &sum->part[i], r);
        add_declared(sum, &sum->part[i]);
    }
    return true;
}
