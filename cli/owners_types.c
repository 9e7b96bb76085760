/* `caulk owners --types`: the same by types, whoever owns them. */
#include "cli/owners_types.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/analyze.h"
#include "cli/fatal.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

#define LINES_MAX 40

struct type_owner {
    uint32_t label;
    struct amount own, retained;
};

static int compare(const void *left, const void *right)
{
    const struct type_owner *a = left, *b = right;
    if (a->retained.bytes != b->retained.bytes)
        return a->retained.bytes > b->retained.bytes ? -1 : 1;
    return a->label < b->label ? -1 : a->label > b->label;
}

static void add_blocks(const struct opened *opened, struct type_owner *by_label)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    for (uint32_t b = 0; b < opened->dump->block_count; b++) {
        uint32_t label = labels_of(&heap->labels, b);
        if (label != LABEL_NONE && heap_graph_counts(heap, b))
            amount_add_block(&by_label[label].own, opened->dump->block_bytes[b]);
    }
}

/* Of all types that blocks have, the heaviest first. Release with free(). */
static struct type_owner *list_types(const struct opened *opened, uint32_t *ret_count)
{
    const struct labels *labels = &opened->analysis->heap.labels;
    struct type_owner *types = allocate(labels->count, sizeof(*types));
    struct amount *retained = allocate(labels->count, sizeof(*retained));
    struct error err;
    uint32_t count = 0;
    if (!owners_of_types(&opened->owners, retained, &err))
        fatal_error(&err);
    add_blocks(opened, types);
    for (uint32_t i = 0; i < labels->count; i++)
        if (types[i].own.blocks)
            types[count++] = (struct type_owner){i, types[i].own, retained[i]};
    free(retained);
    qsort(types, count, sizeof(*types), compare);
    *ret_count = count;
    return types;
}

void owners_types_json(struct json *json, const struct opened *opened)
{
    const struct labels *labels = &opened->analysis->heap.labels;
    uint32_t count;
    struct type_owner *types = list_types(opened, &count);
    json_array(json, "types");
    for (uint32_t i = 0; i < count; i++) {
        json_object(json, NULL);
        json_string(json, "type", labels->name[types[i].label]);
        json_amount(json, "own", types[i].own);
        json_amount(json, "retained", types[i].retained);
        json_end(json);
    }
    json_end(json);
    free(types);
}

void owners_types_print(const struct opened *opened)
{
    const struct labels *labels = &opened->analysis->heap.labels;
    uint32_t count;
    struct type_owner *types = list_types(opened, &count);
    const struct amount *live = &opened->analysis->live;
    analyze_print_process(opened);
    printf("Heap    %s in %s; what each type's blocks retain, whoever owns them\n\n",
           text_size(live->bytes).s, text_counted(live->blocks, "block").s);
    if (!count)
        puts("No block has a type.");
    for (uint32_t i = 0; i < count && i < LINES_MAX; i++)
        printf("%7s  %9s    %s × %s, %s\n",
               text_percent(types[i].retained.bytes, opened->owners.retained[0].bytes).s,
               text_size(types[i].retained.bytes).s, text_count(types[i].own.blocks).s,
               words_cut(labels->name[types[i].label], 80).s, text_size(types[i].own.bytes).s);
    if (count > LINES_MAX)
        printf("                     … %s more (--json has all)\n",
               text_counted(count - LINES_MAX, "type").s);
    free(types);
}
