/*
 * Ways down to a function: many stacks of one depth.
 *
 *     caller > outer > half of the plain frames > inner > the other half > leaf
 *
 * outer and inner have MOST_WAYS call sites each, so MOST_WAYS squared stacks differ. To be
 * compiled without frame pointers, as most programs are.
 */
#ifndef CAULK_BENCH_PATHS_H
#define CAULK_BENCH_PATHS_H

#define MOST_WAYS 144u
#define LEAST_DEPTH 4u /* caller, outer, inner, leaf */

struct path {
    unsigned depth; /* frames from the caller to the leaf, both counted; LEAST_DEPTH or more */
    unsigned ways;  /* of outer, and of inner */
    unsigned way;   /* below ways squared */
    void (*leaf)(struct path *path);
    void *argument; /* the leaf's */
};

/* Behind a call, keeps it from becoming a jump; each number makes another call site. */
#define CALL_ENDS(number) __asm__ volatile("" : : "i"(number) : "memory")

static __attribute__((noinline)) void path_frames(struct path *path, unsigned frames,
                                                  void (*next)(struct path *path))
{
    if (frames > 1)
        path_frames(path, frames - 1, next);
    else
        next(path);
    CALL_ENDS(0);
}

static inline void path_down(struct path *path, unsigned frames, void (*next)(struct path *path))
{
    if (frames)
        path_frames(path, frames, next);
    else
        next(path);
}

#define SITES_1(number, path, frames, next)                                                        \
    case number:                                                                                   \
        path_down(path, frames, next);                                                             \
        CALL_ENDS(number);                                                                         \
        break;
#define SITES_4(number, ...)                                                                       \
    SITES_1(number, __VA_ARGS__)                                                                   \
    SITES_1(number + 1, __VA_ARGS__)                                                               \
    SITES_1(number + 2, __VA_ARGS__)                                                               \
    SITES_1(number + 3, __VA_ARGS__)
#define SITES_16(number, ...)                                                                      \
    SITES_4(number, __VA_ARGS__)                                                                   \
    SITES_4(number + 4, __VA_ARGS__)                                                               \
    SITES_4(number + 8, __VA_ARGS__)                                                               \
    SITES_4(number + 12, __VA_ARGS__)
#define SITES_48(number, ...)                                                                      \
    SITES_16(number, __VA_ARGS__)                                                                  \
    SITES_16(number + 16, __VA_ARGS__)                                                             \
    SITES_16(number + 32, __VA_ARGS__)
#define SITES_144(...) SITES_48(0, __VA_ARGS__) SITES_48(48, __VA_ARGS__) SITES_48(96, __VA_ARGS__)

static __attribute__((noinline)) void path_inner(struct path *path)
{
    unsigned plain = path->depth - LEAST_DEPTH;
    switch (path->way % path->ways) {
        SITES_144(path, plain - plain / 2, path->leaf)
    }
}

static __attribute__((noinline)) void path_outer(struct path *path)
{
    unsigned plain = path->depth - LEAST_DEPTH;
    switch (path->way / path->ways) {
        SITES_144(path, plain / 2, path_inner)
    }
}

/* The ways that outer and inner need for so many paths. */
static inline unsigned path_ways(unsigned paths)
{
    unsigned ways = 1;
    while (ways * ways < paths && ways < MOST_WAYS)
        ways++;
    return ways;
}

/* A multiplicative generator: Knuth, The Art of Computer Programming, vol. 2, 3.3.4. */
static inline unsigned path_random(unsigned long *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33);
}

#endif
