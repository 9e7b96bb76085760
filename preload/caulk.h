/*
 * What a program can tell caulk, and ask of it. Include this and link nothing: while the tracker
 * (libcaulk.so) is not preloaded, every call does nothing and returns 0, at the cost of a load and
 * a branch. For C and C++; on other systems than x86-64 Linux the calls are empty.
 *
 * The calls may be made from any thread. A block is given by the address that the allocator
 * returned; what is said of a place where no live block begins is ignored, and what was said of a
 * block ends when it is freed. But for caulk_dump, a call costs a lock and a look at a table.
 */
#ifndef CAULK_H
#define CAULK_H

#if defined(__GNUC__)
#pragma GCC system_header /* no warnings in programs about what is none of theirs */
#endif

#include <stddef.h>

/*
 * The tracker's entry points are weak symbols that the loader fills in. The pointer is read from
 * the global offset table by hand: with an ordinary weak reference, linkers decide at link time
 * that it is null where the program is not position-independent.
 */
#if defined(__x86_64__) && defined(__LP64__) && defined(__linux__) && defined(__GNUC__)
#define CAULK_ENTRY(pointer, symbol)                                                               \
    __asm__(".weak " symbol "\n\t{movq " symbol "@GOTPCREL(%%rip), %0|mov %0, QWORD PTR " symbol   \
            "@GOTPCREL[rip]}"                                                                      \
            : "=r"(pointer))
#else
#define CAULK_ENTRY(pointer, symbol) ((pointer) = 0)
#endif

/* Argument n is an address alone: what lies there need not be initialized yet. So compilers are
 * told, and the entry points get addresses as numbers. */
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 11
#define CAULK_ADDRESS(n) __attribute__((access(none, n)))
#else
#define CAULK_ADDRESS(n)
#endif

#if defined(__GNUC__)
#define CAULK_INLINE static __inline__ __attribute__((always_inline, unused))
#else
#define CAULK_INLINE static inline
#endif

/*
 * Write a dump now, to path, or where the tracker's `dump` option says if it is NULL. All threads
 * are stopped for some milliseconds; this one goes on when the file is whole: 0, or -1 with errno
 * set (EEXIST: a file is never overwritten; EAGAIN: nothing is tracked; or whatever was refused).
 */
CAULK_INLINE int caulk_dump(const char *path)
{
    int (*entry)(const char *);
    CAULK_ENTRY(entry, "caulk_tracker_dump");
    return entry ? entry(path) : 0;
}

/*
 * The block at owner keeps the block at block alive, although no pointer in it says so: compressed,
 * tagged or hashed pointers, pointers held elsewhere. Ends with caulk_disown, or when either block
 * is freed.
 */
CAULK_INLINE CAULK_ADDRESS(1) CAULK_ADDRESS(2) void caulk_own(const void *owner, const void *block)
{
    void (*entry)(size_t, size_t);
    CAULK_ENTRY(entry, "caulk_tracker_own");
    if (entry)
        entry((size_t)owner, (size_t)block);
}

/* Takes back what caulk_own said of the two. */
CAULK_INLINE CAULK_ADDRESS(1)
    CAULK_ADDRESS(2) void caulk_disown(const void *owner, const void *block)
{
    void (*entry)(size_t, size_t);
    CAULK_ENTRY(entry, "caulk_tracker_disown");
    if (entry)
        entry((size_t)owner, (size_t)block);
}

/* A name for the block's type, shown wherever the block is; the last one counts. Of the text the
 * first 255 bytes are copied. */
CAULK_INLINE CAULK_ADDRESS(1) void caulk_label(const void *block, const char *type)
{
    void (*entry)(size_t, const char *);
    CAULK_ENTRY(entry, "caulk_tracker_label");
    if (entry)
        entry((size_t)block, type);
}

/* Leaked on purpose: neither the block nor what only it owns is reported. */
CAULK_INLINE CAULK_ADDRESS(1) void caulk_ignore(const void *block)
{
    void (*entry)(size_t);
    CAULK_ENTRY(entry, "caulk_tracker_ignore");
    if (entry)
        entry((size_t)block);
}

/* Memory that holds pointers to blocks and is scanned as globals are, until caulk_unroot, or until
 * a block that it begins in is freed. */
CAULK_INLINE CAULK_ADDRESS(1) void caulk_root(const void *start, size_t bytes)
{
    void (*entry)(size_t, size_t);
    CAULK_ENTRY(entry, "caulk_tracker_root");
    if (entry)
        entry((size_t)start, bytes);
}

CAULK_INLINE CAULK_ADDRESS(1) void caulk_unroot(const void *start)
{
    void (*entry)(size_t);
    CAULK_ENTRY(entry, "caulk_tracker_unroot");
    if (entry)
        entry((size_t)start);
}

/*
 * For allocators of the program's own, whose memory comes from a mapping or from inside a block of
 * malloc's: a block was handed out, a block was taken back. The blocks then count one by one, each
 * with the stack of this call; the malloc block around them no longer does. Memory that was
 * taken back is not scanned. Freeing the malloc block around them ends them all.
 */
CAULK_INLINE CAULK_ADDRESS(1) void caulk_allocated(const void *block, size_t bytes)
{
    void (*entry)(size_t, size_t);
    CAULK_ENTRY(entry, "caulk_tracker_allocated");
    if (entry)
        entry((size_t)block, bytes);
}

CAULK_INLINE CAULK_ADDRESS(1) void caulk_freed(const void *block)
{
    void (*entry)(size_t);
    CAULK_ENTRY(entry, "caulk_tracker_freed");
    if (entry)
        entry((size_t)block);
}

#undef CAULK_ENTRY
#undef CAULK_ADDRESS
#undef CAULK_INLINE

#endif
