#include "cli/snapshot_names.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

#define TYPE_CHARACTERS 100

void snapshot_names_init(struct snapshot_names *names, const struct opened *opened)
{
    *names = (struct snapshot_names){
        .opened = opened,
        .of_site = allocate(opened->analysis->sites.count, sizeof(*names->of_site)),
        .of_label = allocate(opened->analysis->heap.labels.count, sizeof(*names->of_label)),
    };
}

void snapshot_names_finish(struct snapshot_names *names)
{
    string_table_finish(&names->texts);
    free(names->of_site);
    free(names->of_label);
}

uint32_t snapshot_names_add(struct snapshot_names *names, const char *text)
{
    return string_table_add(&names->texts, text);
}

/* "session_open() session.c:22" */
static struct phrase site_name(const struct opened *opened, uint32_t site)
{
    struct call_stack stack;
    opened_site_stack(opened, site, &stack);
    const struct frame *frame = words_own_frame(&stack);
    struct phrase place = {""};
    if (frame)
        place = words_place(frame);
    call_stack_finish(&stack);
    return words_format("%s%s%s", words_site(opened, site).s, *place.s ? " " : "", place.s);
}

uint32_t snapshot_names_block(struct snapshot_names *names, uint32_t block)
{
    const struct labels *labels = &names->opened->analysis->heap.labels;
    uint32_t label = labels_of(labels, block), site = opened_site_of(names->opened, block);
    if (label == LABEL_NONE && site == SITE_NONE)
        return snapshot_names_add(names, "(pool)");
    uint32_t *name = label != LABEL_NONE ? &names->of_label[label] : &names->of_site[site];
    if (!*name) {
        struct phrase text = label != LABEL_NONE ? words_cut(labels->name[label], TYPE_CHARACTERS)
                                                 : site_name(names->opened, site);
        *name = 1 + snapshot_names_add(names, text.s);
    }
    return *name - 1;
}

uint32_t snapshot_names_sum(struct snapshot_names *names, uint32_t index)
{
    const struct opened *opened = names->opened;
    const struct block_sum *sum = &opened->dump->sums[index];
    uint32_t site = opened->analysis->sites.of_stack[sum->stack];
    struct phrase what =
        sum->label ? words_cut(sum->label, TYPE_CHARACTERS) : words_site(opened, site);
    return snapshot_names_add(names, words_format("%s × %s", text_count(sum->blocks).s, what.s).s);
}

uint32_t snapshot_names_offset(struct snapshot_names *names, uint64_t offset)
{
    uint32_t *name = &names->of_offset[offset];
    if (!*name)
        *name = 1 + snapshot_names_add(names, words_format("+0x%02" PRIx64, offset).s);
    return *name - 1;
}
