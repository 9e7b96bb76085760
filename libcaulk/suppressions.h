/*
 * Leaks that are not to be reported, from a file in LeakSanitizer's format or Valgrind's, or both:
 *
 *     leak:PATTERN          any frame's function, file or module has the pattern in it; `*` stands
 *                           for anything, `^` and `$` for the beginning and the end
 *
 *     {
 *        NAME
 *        Memcheck:Leak
 *        match-leak-kinds: definite,indirect
 *        fun:PATTERN        the innermost frames, in order: `*` and `?` are wildcards, mangled
 *        obj:PATTERN        names are understood where they have none, or a star at their end,
 *        ...                `...` stands for any frames. Allocators' own at the top are left out
 *     }
 *
 * Blocks in braces for other tools or other kinds of error are read over; `#` begins a comment.
 */
#ifndef CAULK_SUPPRESSIONS_H
#define CAULK_SUPPRESSIONS_H

#include "libcaulk/call_stack.h"
#include "libcaulk/error.h"

enum frame_pattern_kind { PATTERN_FUNCTION, PATTERN_OBJECT, PATTERN_SOURCE, PATTERN_ANY_FRAMES };

struct frame_pattern {
    enum frame_pattern_kind kind;
    char *text;
};

struct suppression {
    unsigned line;  /* where it begins */
    char *anywhere; /* LeakSanitizer's pattern, or NULL: frames */
    struct frame_pattern *frames;
    uint32_t frame_count;
    bool applies;  /* false: for another tool, or another kind of leak */
    uint64_t used; /* how often it matched */
};

struct suppressions {
    uint32_t count;
    struct suppression *suppression;
};

/* On failure err says in which line. */
bool suppressions_read(const char *path, struct suppressions *ret_suppressions, struct error *err);
void suppressions_finish(struct suppressions *suppressions);

/* Does one of them match the stack? All that do are counted as used. */
bool suppressions_match(struct suppressions *suppressions, const struct call_stack *stack);

/* Does the whole text match the pattern? `*` stands for any characters; question: `?` for one. */
bool suppressions_glob(const char *pattern, const char *text, bool question);

#endif
