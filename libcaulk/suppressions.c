/* Whether a stack matches. Patterns are short and stacks too: the plain algorithms do. */
#include "libcaulk/suppressions.h"

#include <stdlib.h>
#include <string.h>

/* After a star, the rest is tried at every place, the last star's alone: an earlier one need not
 * take more. */
bool suppressions_glob(const char *pattern, const char *text, bool question)
{
    const char *star = NULL, *from = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = ++pattern;
            from = text;
        } else if (*pattern == *text || (question && *pattern == '?')) {
            pattern++, text++;
        } else if (star) {
            pattern = star;
            text = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

/* LeakSanitizer's way: somewhere in the text, unless anchored. */
static bool matches_within(const char *pattern, const char *text)
{
    size_t length = strlen(pattern);
    bool start = pattern[0] == '^', end = length > start && pattern[length - 1] == '$';
    char *glob = text ? malloc(length + 3) : NULL;
    if (!glob)
        return false;
    char *at = stpcpy(glob, start ? "" : "*");
    at = mempcpy(at, pattern + start, length - start - end);
    strcpy(at, end ? "" : "*");
    bool matches = suppressions_glob(glob, text, false);
    free(glob);
    return matches;
}

static bool matches_anywhere(const char *pattern, const struct call_stack *stack)
{
    for (size_t i = 0; i < stack->count; i++) {
        const struct frame *frame = &stack->frame[i];
        if (matches_within(pattern, frame->function) || matches_within(pattern, frame->file) ||
            matches_within(pattern, frame->module))
            return true;
    }
    return false;
}

static bool matches_frame(const struct frame_pattern *pattern, const struct frame *frame)
{
    const char *text = pattern->kind == PATTERN_FUNCTION ? frame->function
                       : pattern->kind == PATTERN_OBJECT ? frame->module
                                                         : frame->file;
    return suppressions_glob(pattern->text, text ? text : "", true);
}

/* As in suppressions_glob(): the last `...` alone is tried at every place. */
static bool matches_from(const struct suppression *suppression, uint32_t pattern,
                         const struct call_stack *stack)
{
    const uint32_t none = suppression->frame_count;
    uint32_t after_any = none;
    size_t frame = 0, from = 0;
    while (pattern < suppression->frame_count) {
        if (suppression->frames[pattern].kind == PATTERN_ANY_FRAMES) {
            after_any = ++pattern;
            from = frame;
        } else if (frame < stack->count &&
                   matches_frame(&suppression->frames[pattern], &stack->frame[frame])) {
            pattern++, frame++;
        } else if (after_any != none && from < stack->count) {
            pattern = after_any;
            frame = ++from;
        } else {
            return false;
        }
    }
    return true;
}

/* Stacks here begin at the allocator's caller. */
static bool is_allocators(const struct frame_pattern *pattern)
{
    static const char *const names[] = {
        "malloc", "calloc",       "realloc",        "memalign", "posix_memalign", "aligned_alloc",
        "valloc", "operator new", "operator new[]", "_Znwm",    "_Znam"};
    if (pattern->kind != PATTERN_FUNCTION)
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (suppressions_glob(pattern->text, names[i], true))
            return true;
    return false;
}

static bool matches(const struct suppression *suppression, const struct call_stack *stack)
{
    if (!suppression->applies)
        return false;
    if (suppression->anywhere)
        return matches_anywhere(suppression->anywhere, stack);
    uint32_t first = 0;
    while (first < suppression->frame_count && is_allocators(&suppression->frames[first]))
        first++;
    return matches_from(suppression, first, stack) ||
           (first && matches_from(suppression, 0, stack));
}

bool suppressions_match(struct suppressions *suppressions, const struct call_stack *stack)
{
    bool matched = false;
    for (uint32_t i = 0; i < suppressions->count; i++) {
        if (!matches(&suppressions->suppression[i], stack))
            continue;
        suppressions->suppression[i].used++;
        matched = true;
    }
    return matched;
}

void suppressions_finish(struct suppressions *suppressions)
{
    for (uint32_t i = 0; i < suppressions->count; i++) {
        struct suppression *suppression = &suppressions->suppression[i];
        for (uint32_t k = 0; k < suppression->frame_count; k++)
            free(suppression->frames[k].text);
        free(suppression->frames);
        free(suppression->anywhere);
    }
    free(suppressions->suppression);
    *suppressions = (struct suppressions){0};
}
