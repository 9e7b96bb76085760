/* The owners' tree with a module's data as one owner. */
#include "cli/info_retained.h"

#include <stdlib.h>

#include "cli/fatal.h"
#include "cli/text.h"
#include "libcaulk/memory.h"

static struct amount *place_of(const struct info_retained *retained, const struct dump *dump,
                               const struct root *root)
{
    if (root->owner == NO_OWNER)
        return NULL;
    if (root->kind == ROOT_GLOBAL)
        return &retained->module[root->owner];
    return root->owner < dump->thread_count ? &retained->thread[root->owner] : NULL;
}

static void add_up(struct info_retained *retained, const struct owners *owners)
{
    const struct dump *dump = owners->heap->dump;
    for (uint32_t r = 0; r < owners->roots.count; r++) {
        const struct root *root = &dump->roots[owners->roots.owner[r].root];
        struct amount *place = place_of(retained, dump, root);
        if (place)
            amount_add(place, owners_retained(owners, owners->heap->graph.node_count + r));
    }
}

void info_retained_init(struct info_retained *retained, const struct opened *opened)
{
    const struct analysis *analysis = opened->analysis;
    struct owners owners;
    struct error err;
    retained->module = allocate(opened->dump->module_count, sizeof(*retained->module));
    retained->thread = allocate(opened->dump->thread_count, sizeof(*retained->thread));
    text_progress("adding up");
    bool done =
        owners_init(&owners, &analysis->heap, &analysis->verdicts, &analysis->cycles, NULL, &err);
    text_progress(NULL);
    if (!done)
        fatal_error(&err);
    add_up(retained, &owners);
    owners_finish(&owners);
}

void info_retained_finish(struct info_retained *retained)
{
    free(retained->module);
    free(retained->thread);
}
