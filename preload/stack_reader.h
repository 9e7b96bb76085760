/*
 * Reads words of the program's stacks without ever faulting, however wrong the unwind information
 * or the stack is. Each thread has one; it must not be shared.
 *
 * A word is read only when one of these holds:
 *   1. It lies in `own`: a contiguous range, every page of which was found readable, that ends at
 *      the top of this thread's own stack and starts at the lowest stack pointer seen. Memory there
 *      belongs to the running thread and stays mapped as long as it runs.
 *   2. Unwind tables led there, on a coroutine's or signal stack, and its page was found readable
 *      in this walk: tables give the true frames of the running code, whose stack stays mapped
 *      meanwhile. An older finding is worth nothing: a stack that ends without a mark leads beyond
 *      itself, to what another thread or the program has unmapped since.
 *   3. A guess led there (code without tables): its page was found readable right now.
 * Who keeps words' addresses to look at them in a later walk must keep to the first.
 * A page is tested with rt_sigprocmask, which reads the word and then refuses to do anything: it is
 * allowed under every seccomp filter that libc survives, needs no descriptor and changes nothing.
 */
#ifndef CAULK_STACK_READER_H
#define CAULK_STACK_READER_H

#include <stdbool.h>
#include <stdint.h>

#define STACK_READER_PAGES 16u

struct stack_reader {
    uintptr_t own_start, own_end; /* both 0: not known */
    uintptr_t barrier;            /* below this the own stack can't reach: a page was unreadable */
    uintptr_t pages[STACK_READER_PAGES]; /* numbers of readable pages, plus one */
};

enum stack_trust { STACK_BY_TABLES, STACK_BY_GUESS };

/* Before each walk: makes the range reach down to sp, the stack pointer of the running thread, or
 * forgets what pages were found readable where it isn't on its own stack. */
void stack_reader_begin_slowly(struct stack_reader *reader, uintptr_t sp);

static inline bool stack_reader_owns(const struct stack_reader *reader, uintptr_t address)
{
    return address - reader->own_start < reader->own_end - reader->own_start;
}

static inline void stack_reader_begin(struct stack_reader *reader, uintptr_t sp)
{
    if (__builtin_expect(!stack_reader_owns(reader, sp), 0))
        stack_reader_begin_slowly(reader, sp);
}

bool stack_reader_may_read(struct stack_reader *reader, uintptr_t address, enum stack_trust trust);

/* False where there is nothing to read, or address is not a multiple of 8. */
static inline bool stack_reader_word(struct stack_reader *reader, uintptr_t address,
                                     enum stack_trust trust, uintptr_t *ret_word)
{
    if (__builtin_expect((address & 7) || !stack_reader_owns(reader, address), 0) &&
        !stack_reader_may_read(reader, address, trust))
        return false;
    *ret_word = *(const uintptr_t *)address;
    return true;
}

#endif
