/*
 * Blocks that are reachable only by a word on a stack that looks stale.
 *
 * No word says of itself that it is stale: a dead slot in a live frame looks like a variable. What
 * can be told is that it is the only one of its kind: one word on a stack leads to the block, no
 * other root does and no block that is reachable without it; and other blocks from its place are
 * lost. So a server's state that main() holds in a local variable is not called weak, and the last
 * one of a row of lost sessions is.
 */
#ifndef CAULK_STALE_WORDS_H
#define CAULK_STALE_WORDS_H

#include "libcaulk/verdicts.h"

/* A weak witness may be stale by what it is: a register that was not overwritten yet, whatever was
 * found on the stack of a thread that ran on. */
bool stale_words_is_weak(const struct dump *dump, const struct root *root);

/* Of the reachable blocks those that only weak witnesses and such words keep so. Verdicts: kinds
 * are decided. False where memory ran out. Cost: one look at the stacks' references, and a search
 * where a word is found. */
bool stale_words_find(const struct heap_graph *heap, const uint8_t *kind, bool *ret_found,
                      struct amount *ret_weak);

#endif
