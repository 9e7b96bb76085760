/*
 * C++'s operators new and delete, where the allocator below is a library that defines them itself
 * (jemalloc, tcmalloc): then they never come by malloc. libstdc++'s own do, and the program's own
 * too, and need nothing.
 *
 * new takes a size and up to two more words (alignment, nothrow), delete a block and up to two
 * more: all are passed on. An exception passes through; the busy mark that it leaves is stale then.
 */
#include "preload/brought.h"
#include "preload/hook_entry.h"

typedef void *new_function(size_t bytes, uintptr_t second, uintptr_t third);
typedef void delete_function(void *block, uintptr_t second, uintptr_t third);

#define NEW_OPERATORS(X)                                                                           \
    X(plain, "_Znwm")                                                                              \
    X(array, "_Znam")                                                                              \
    X(nothrow, "_ZnwmRKSt9nothrow_t")                                                              \
    X(array_nothrow, "_ZnamRKSt9nothrow_t")                                                        \
    X(aligned, "_ZnwmSt11align_val_t")                                                             \
    X(array_aligned, "_ZnamSt11align_val_t")                                                       \
    X(aligned_nothrow, "_ZnwmSt11align_val_tRKSt9nothrow_t")                                       \
    X(array_aligned_nothrow, "_ZnamSt11align_val_tRKSt9nothrow_t")

#define DELETE_OPERATORS(X)                                                                        \
    X(plain, "_ZdlPv")                                                                             \
    X(array, "_ZdaPv")                                                                             \
    X(sized, "_ZdlPvm")                                                                            \
    X(array_sized, "_ZdaPvm")                                                                      \
    X(nothrow, "_ZdlPvRKSt9nothrow_t")                                                             \
    X(array_nothrow, "_ZdaPvRKSt9nothrow_t")                                                       \
    X(aligned, "_ZdlPvSt11align_val_t")                                                            \
    X(array_aligned, "_ZdaPvSt11align_val_t")                                                      \
    X(sized_aligned, "_ZdlPvmSt11align_val_t")                                                     \
    X(array_sized_aligned, "_ZdaPvmSt11align_val_t")                                               \
    X(aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t")                                      \
    X(array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t")

#define DEFINE_NEW(kind, symbol)                                                                   \
    static void *original_new_##kind;                                                              \
    static void *new_##kind(size_t bytes, uintptr_t second, uintptr_t third)                       \
    {                                                                                              \
        uintptr_t outer = thread_enter_allocator();                                                \
        void *block = ((new_function *)original_new_##kind)(bytes, second, third);                 \
        return hook_given(block, bytes, outer, capture_here());                                    \
    }

#define DEFINE_DELETE(kind, symbol)                                                                \
    static void *original_delete_##kind;                                                           \
    static void delete_##kind(void *block, uintptr_t second, uintptr_t third)                      \
    {                                                                                              \
        uintptr_t outer = thread_enter_allocator();                                                \
        hook_taken(block);                                                                         \
        ((delete_function *)original_delete_##kind)(block, second, third);                         \
        thread_leave(outer);                                                                       \
        pending_check(NULL);                                                                       \
    }

NEW_OPERATORS(DEFINE_NEW);
DELETE_OPERATORS(DEFINE_DELETE);

#define NEW_ROW(kind, symbol) {symbol, (void *)new_##kind, &original_new_##kind},
#define DELETE_ROW(kind, symbol) {symbol, (void *)delete_##kind, &original_delete_##kind},

const struct relink_row operator_rows[] = {NEW_OPERATORS(NEW_ROW) DELETE_OPERATORS(DELETE_ROW)};
const size_t operator_row_count = sizeof(operator_rows) / sizeof(operator_rows[0]);
