#include "libcaulk/signature.h"

#include <string.h>

#include "libcaulk/text_hash.h"

static const char *name_of(const struct frame *frame)
{
    if (frame->function)
        return frame->function;
    const char *slash = frame->module ? strrchr(frame->module, '/') : NULL;
    return slash ? slash + 1 : frame->module ? frame->module : "";
}

uint64_t signature_of(const struct call_stack *stack)
{
    uint64_t hash = TEXT_HASH_START;
    for (size_t i = stack->user_begin; i < stack->user_end; i++)
        hash = text_hash(hash, name_of(&stack->frame[i]));
    return hash;
}
