#include "libcaulk/signature.h"

#include <string.h>

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

/* With its NUL: "ab" "c" is not "a" "bc". */
static uint64_t add_text(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (unsigned char)*text) * FNV_PRIME;
    while (*text++);
    return hash;
}

static const char *name_of(const struct frame *frame)
{
    if (frame->function)
        return frame->function;
    const char *slash = frame->module ? strrchr(frame->module, '/') : NULL;
    return slash ? slash + 1 : frame->module ? frame->module : "";
}

uint64_t signature_of(const struct call_stack *stack)
{
    uint64_t hash = FNV_START;
    for (size_t i = stack->user_begin; i < stack->user_end; i++)
        hash = add_text(hash, name_of(&stack->frame[i]));
    return hash;
}
