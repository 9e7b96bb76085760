/*
 * Private memory that the program keeps from its forked children (MADV_DONTFORK, as V8 does with
 * the JavaScript heap), or that they find wiped (MADV_WIPEONFORK, as BoringSSL's and other random
 * generators): its pages hold pointers to blocks. The dump's child has to see it, so the program's
 * calls are noted, and for the moment of the clone the memory is lent to children.
 *
 * Noted exactly, because advice given to what the program has meanwhile mapped there would take it
 * from the program's own children. What it advises past libc's wrappers is not seen.
 */
#ifndef CAULK_UNFORKED_H
#define CAULK_UNFORKED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A page may be both. */
enum unforked_kind { UNFORKED_ABSENT, UNFORKED_WIPED, UNFORKED_KINDS };

/* False without memory. In the constructor. */
bool unforked_start(void);

/* Bracket a call that gives such advice or changes mappings, and the notes about it: no snapshot
 * and no other such call comes between. Signals are blocked meanwhile; returns their mask. */
uint64_t unforked_lock(void);
void unforked_unlock(uint64_t mask);

/* Between the two. Bounds are those of the call: the kernel's whole pages are meant. */
void unforked_add(enum unforked_kind kind, const void *start, size_t bytes);
void unforked_remove(enum unforked_kind kind, const void *start, size_t bytes);
void unforked_forget(const void *start, size_t bytes); /* of either kind */
void unforked_move(const void *start, size_t bytes, const void *moved, size_t new_bytes);

/* While every thread is stopped, before and after the clone. */
void unforked_lend(void);
void unforked_take_back(void);

extern _Atomic bool unforked_ever;

/* Whether the program has ever given such advice: else its calls need no notes. */
static inline bool unforked_any(void)
{
    return atomic_load_explicit(&unforked_ever, memory_order_relaxed);
}

#endif
