/*
 * What the members of a cycle count themselves: how many references keep each (std::shared_ptr's
 * use_count, CPython's ob_refcnt, GObject's ref_count), beside how many pointers of the cycle's own
 * there are. As many: the cycle keeps itself alive, and nobody else is needed. Fewer pointers than
 * references: somebody else has never given one back, and the cycle is not, or not alone, the
 * cause.
 *
 * A std::weak_ptr is two words like a std::shared_ptr, and both point to what counts them: in
 * memory they look alike, so both are counted, as pointers and as references. Where debug
 * information tells them apart, as many shared ones as uses are enough.
 */
#ifndef CAULK_REFERENCES_H
#define CAULK_REFERENCES_H

#include "libcaulk/cycles.h"
#include "libcaulk/smart_pointer.h"

enum counter { COUNTER_SHARED_PTR, COUNTER_PYTHON, COUNTER_GOBJECT };

struct references {
    bool known; /* the rest: 0 where it is false */
    enum counter counter;
    uint32_t at;                    /* offset in the block to which a pointer that counts leads */
    uint32_t uses;                  /* as it is counted */
    uint32_t weak;                  /* weak references of std::shared_ptr's besides */
    uint64_t pointers;              /* in the cycle, to the object or to what counts it … */
    uint64_t shared, weak_pointers; /* … of which so many are known to be the one or the other */
};

static inline uint64_t references_counted(const struct references *references)
{
    return (uint64_t)references->uses + references->weak;
}

/* Does the cycle hold all that is counted? */
static inline bool references_inside(const struct references *references)
{
    return references->pointers >= references_counted(references) ||
           (references->shared && references->shared >= references->uses);
}

/* One for each member, in their order; the caller frees them. judge: NULL, or who knows more of
 * pointers. False where memory ran out. Cost: the members' edges. */
bool references_of_cycle(const struct heap_graph *heap, const struct cycles *cycles,
                         const struct cycle *cycle, const struct smart_judge *judge,
                         struct references **ret_references);

#endif
