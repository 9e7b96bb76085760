/* What a cycle's own counts of references say about who keeps it alive. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/cycle_pointers.h"
#include "cli/text.h"
#include "cli/words.h"

/* Over all members that count. */
struct summary {
    uint32_t known;
    uint32_t least, most; /* uses */
    enum counter counter;
    bool weak;        /* weak references are inside as well */
    uint32_t missing; /* the first member that has references elsewhere, or member_count */
};

static struct summary sum_up(const struct references *references, uint32_t member_count)
{
    struct summary summary = {.least = UINT32_MAX, .missing = member_count};
    for (uint32_t m = 0; m < member_count; m++) {
        const struct references *one = &references[m];
        if (!one->known)
            continue;
        summary.known++;
        summary.least = one->uses < summary.least ? one->uses : summary.least;
        summary.most = one->uses > summary.most ? one->uses : summary.most;
        summary.counter = one->counter > summary.counter ? one->counter : summary.counter;
        summary.weak |= one->weak && one->pointers >= references_counted(one);
        if (summary.missing == member_count && !references_inside(one))
            summary.missing = m;
    }
    return summary;
}

static const char *count_name(enum counter counter)
{
    static const char *const names[] = {
        [COUNTER_SHARED_PTR] = "use_count",
        [COUNTER_PYTHON] = "ob_refcnt",
        [COUNTER_GOBJECT] = "ref_count",
    };
    return names[counter];
}

static struct phrase all_inside(const struct summary *summary)
{
    const char *name = count_name(summary->counter);
    if (summary->least != summary->most)
        return words_format("%s %" PRIu32 " to %" PRIu32
                            "; all these references are inside the cycle",
                            name, summary->least, summary->most);
    return words_format("%s %" PRIu32 "%s; %s inside the cycle", name, summary->most,
                        summary->known > 1 ? " each" : "",
                        summary->most > 1 || summary->weak ? "all references are"
                                                           : "that reference is");
}

static struct phrase some_elsewhere(const struct opened *opened, uint32_t block,
                                    const struct references *references)
{
    struct phrase weak = words_format("%s", "");
    if (references->weak)
        weak = words_format(" and %s weak", text_count(references->weak).s);
    struct phrase inside =
        words_format("only %s", text_counted(references->pointers, "reference").s);
    if (references->weak_pointers && references->weak_pointers == references->pointers)
        inside = words_format("only weak ones");
    return words_format("%s has %s %" PRIu32 "%s, but %s inside the cycle: another one was "
                        "never released",
                        words_cut(words_block(opened, block).s, 40).s,
                        count_name(references->counter), references->uses, weak.s, inside.s);
}

struct proof words_proof(const struct opened *opened, const struct shape *shape)
{
    const struct analysis *analysis = opened->analysis;
    const struct cycle *cycle = &analysis->cycles.cycle[shape->example];
    struct proof proof = {"", {""}};
    struct references *references = cycle_references(opened, cycle);
    struct summary summary = sum_up(references, cycle->member_count);
    if (summary.missing < cycle->member_count)
        proof = (struct proof){
            "counts",
            some_elsewhere(opened, analysis->cycles.member[cycle->first + summary.missing],
                           &references[summary.missing])};
    else if (summary.known)
        proof = (struct proof){"proof", all_inside(&summary)};
    free(references);
    return proof;
}
