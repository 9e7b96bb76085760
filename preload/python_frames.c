/*
 * Most stacks were seen before. So the frames' list is only hashed, two words a link
 * (preload/python_link.h). By the bounds of preload/path_hash.h the number of all words stands for
 * the stack, and the path cache leads from it to the node. What is not found there is looked for
 * without the C stack, and else read frame by frame (preload/python_unseen.h).
 */
#include "preload/python_frames.h"

#include "libcaulk/dump_format.h"
#include "preload/log.h"
#include "preload/python_link.h"
#include "preload/python_unseen.h"
#include "preload/tracker.h"
#include "preload/unwind.h"

#define CHECKED_BITS 15

static const struct python_runtime *found;
static const struct python_runtime *_Atomic running; /* NULL where its frames are not read */

/* Nodes of C stacks that no signal handler is on, by their lower bits. */
static _Atomic uint32_t checked[1u << CHECKED_BITS];

struct chain {
    const char *frame; /* the innermost */
    unsigned links;    /* how many are looked at */
    unsigned __int128 sum;
};

/* Once for each kind of layout, because the compiler then keeps all in registers. */
__attribute__((always_inline)) static inline struct chain
read_links(const struct python_layout *from, bool is_address, const char *frame,
           const uint64_t *keys, unsigned links)
{
    const struct python_layout layout = {.previous = from->previous,
                                         .code = from->code,
                                         .instruction = from->instruction,
                                         .flags = from->flags,
                                         .is_address = is_address};
    struct chain chain = {.frame = frame};
    for (; frame && chain.links < links; chain.links++, keys += 2) {
        struct python_link link = python_link(&layout, frame);
        chain.sum += (unsigned __int128)(link.code + keys[0]) * (link.where + keys[1]);
        frame = python_previous(&layout, frame);
    }
    return chain;
}

static inline struct chain read_chain(const struct python_layout *layout, const char *frame,
                                      const struct path_keys *keys, unsigned depth)
{
    unsigned links = python_links_max(layout, depth);
    const uint64_t *words = keys->words + PYTHON_HEADER_WORDS;
    return layout->is_address ? read_links(layout, true, frame, words, links)
                              : read_links(layout, false, frame, words, links);
}

/* Of the chain below a C stack, or with 0 alone. */
static inline struct path_hash chain_hash(const struct chain *chain, const struct path_keys *keys,
                                          uint32_t c_stack)
{
    uint64_t header = (uint64_t)chain->links << 32 | c_stack;
    return path_hash_of_sum(keys, chain->sum + path_hash_pair(keys, 0, header, 0), 0);
}

static inline _Atomic uint32_t *checked_place(uint32_t node)
{
    return &checked[node & ((1u << CHECKED_BITS) - 1)];
}

static inline bool is_checked(uint32_t node)
{
    return atomic_load_explicit(checked_place(node), memory_order_relaxed) == node;
}

/* Is no signal handler on this stack? It may have come between any two instructions. Remembers what
 * it has seen up to where others have been. */
__attribute__((noinline)) static bool check(const struct stack_table *table, uint32_t c_stack)
{
    struct unwind_frame frame = {0};
    uint32_t node = c_stack, parent;
    for (; node && !is_checked(node); node = parent) {
        if (!stack_table_node(table, node, &parent, &frame.pc))
            return false;
        unwind_arrive(&frame, false);
        if (unwind_rule_kind(frame.rule) == UNWIND_SIGNAL)
            return false;
    }
    for (uint32_t end = node; c_stack != end; c_stack = stack_table_outer(table, c_stack, 1))
        atomic_store_explicit(checked_place(c_stack), c_stack, memory_order_relaxed);
    return true;
}

static void give_up(void)
{
    if (atomic_exchange(&running, NULL))
        log_line("no more Python functions on stacks: a frame's code is no block of malloc's "
                 "(PYTHONMALLOC=malloc is needed), or not as expected");
}

/* The node of the Python stack alone, or 0. */
static uint32_t python_node(const struct python_runtime *runtime, struct stack_table *table,
                            const struct chain *chain, unsigned depth)
{
    struct path_hash hash = chain_hash(chain, &table->paths.keys, 0);
    uint32_t node = path_cache_get(&table->paths, hash);
    if (node)
        return node;
    enum python_unseen_result result =
        python_unseen_node(runtime, table, chain->frame, chain->links, depth, &node);
    if (result == PYTHON_UNSEEN_STRANGE)
        give_up();
    if (result == PYTHON_UNSEEN_NAMED)
        path_cache_put(&table->paths, hash, node);
    return node;
}

__attribute__((noinline)) static uint32_t join_slowly(const struct python_runtime *runtime,
                                                      struct stack_table *table,
                                                      const struct chain *chain, uint32_t c_stack,
                                                      unsigned depth, struct path_hash hash)
{
    uint32_t python = python_node(runtime, table, chain, depth);
    uint32_t node = python ? stack_table_intern(table, c_stack, DUMP_PC_PYTHON_STACK | python) : 0;
    if (!node)
        return c_stack;
    path_cache_put(&table->paths, hash, node);
    return node;
}

uint32_t python_frames_join(struct stack_table *table, uint32_t c_stack, unsigned depth)
{
    const struct python_runtime *runtime = running;
    const char *state = runtime && c_stack ? python_runtime_state(runtime) : NULL;
    if (!state || !(is_checked(c_stack) || check(table, c_stack)))
        return c_stack;
    const char *frame = python_innermost(&runtime->layout, state);
    if (!frame)
        return c_stack;
    struct chain chain = read_chain(&runtime->layout, frame, &table->paths.keys, depth);
    struct path_hash hash = chain_hash(&chain, &table->paths.keys, c_stack);
    uint32_t node = path_cache_get(&table->paths, hash);
    return node ? node : join_slowly(runtime, table, &chain, c_stack, depth, hash);
}

void python_frames_use(const struct python_runtime *runtime)
{
    found = running = runtime;
    tracker_watch_frees(runtime->layout.code_bytes);
    tracker.plain_sites = false;
}

void python_frames_look(void *handle)
{
    const struct python_runtime *runtime = found ? NULL : python_runtime_find(handle);
    if (runtime)
        python_frames_use(runtime);
}

const struct python_runtime *python_frames_runtime(void)
{
    return found;
}
