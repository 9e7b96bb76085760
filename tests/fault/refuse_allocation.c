/*
 * Preloaded into the command line, which calls libc's allocator by these names (cli/allocator.c):
 * its Nth allocation fails (REFUSE_NTH=N, counted from 1), and only that one. With REFUSE_NTH=0
 * none does, and their number is said on descriptor 3 at the end.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);

static atomic_long made;

/* Read when it is first asked for: other libraries' constructors allocate before ours would run. */
static long refused_number(void)
{
    static long number = -1;
    if (number < 0) {
        const char *text = getenv("REFUSE_NTH");
        number = text ? atol(text) : 0;
    }
    return number;
}

__attribute__((destructor)) static void say_number(void)
{
    if (refused_number() == 0)
        dprintf(3, "%ld\n", (long)made);
}

static int is_refused(void)
{
    if (atomic_fetch_add(&made, 1) + 1 != refused_number())
        return 0;
    errno = ENOMEM;
    return 1;
}

/* Once only: within a dlopen, a lookup for each of its allocations has spoilt the heap. */
static void *find_next(void **known, const char *name)
{
    if (!*known)
        *known = dlsym(RTLD_NEXT, name);
    return *known;
}

void *__libc_malloc(size_t bytes)
{
    static void *known;
    void *(*allocate)(size_t) = (void *(*)(size_t))find_next(&known, "__libc_malloc");
    return is_refused() ? NULL : allocate(bytes);
}

void *__libc_calloc(size_t count, size_t bytes)
{
    static void *known;
    void *(*allocate)(size_t, size_t) =
        (void *(*)(size_t, size_t))find_next(&known, "__libc_calloc");
    return is_refused() ? NULL : allocate(count, bytes);
}

void *__libc_realloc(void *block, size_t bytes)
{
    static void *known;
    void *(*resize)(void *, size_t) =
        (void *(*)(void *, size_t))find_next(&known, "__libc_realloc");
    return is_refused() ? NULL : resize(block, bytes);
}
