/*
 * What is known of a pointer beside where it leads: does it own? A std::shared_ptr and a
 * std::weak_ptr are the same two words in memory, so who wants to know asks by the block and the
 * offset in it that a pointer lies at.
 */
#ifndef CAULK_SMART_POINTER_H
#define CAULK_SMART_POINTER_H

#include <stdbool.h>
#include <stdint.h>

enum smart_pointer {
    SMART_UNKNOWN, /* something else, or no debug information */
    SMART_SHARED,
    SMART_WEAK,          /* owns nothing */
    SMART_WEAK_ELEMENTS, /* a container's, which owns its memory, but none of what that points to */
    SMART_BACK, /* no smart pointer, but a container's node's way back; owns nothing either */
};

static inline bool smart_pointer_owns_nothing(enum smart_pointer smart)
{
    return smart == SMART_WEAK || smart == SMART_WEAK_ELEMENTS || smart == SMART_BACK;
}

struct smart_judge {
    enum smart_pointer (*judge)(const void *context, uint32_t block, uint64_t offset);
    const void *context;
};

/* judge: NULL where nobody can be asked. */
static inline enum smart_pointer smart_pointer_of(const struct smart_judge *judge, uint32_t block,
                                                  uint64_t offset)
{
    return judge ? judge->judge(judge->context, block, offset) : SMART_UNKNOWN;
}

#endif
