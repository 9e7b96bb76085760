/*
 * Mostly only the innermost frames differ from the stack that was asked for before. So that one is
 * kept, outermost first, and what both have in common is taken over. There is one for all threads,
 * because only one at a time holds the interpreter's lock; since 3.12 interpreters can have locks
 * of their own, and then one of them may have to do without.
 */
#include "preload/python_unseen.h"

#include <stdatomic.h>

#include "libcaulk/dump_format.h"
#include "preload/python_link.h"

#define ONE_FRAME UINT64_MAX /* as the header of a hash: no stack, a single frame */

struct known_link {
    struct python_link link;
    uint32_t node; /* of the stack from the outermost frame to this one */
};

static struct {
    atomic_flag used;
    unsigned count;
    struct known_link known[PYTHON_LINKS_MAX];
    struct python_link now[PYTHON_LINKS_MAX]; /* innermost first */
} last;

static uint64_t line_of(const struct python_runtime *runtime, const struct python_link *link)
{
    const struct python_layout *layout = &runtime->layout;
    int offset = (int)(uint32_t)link->where;
    int at = layout->is_address ? offset - layout->code_start : offset * layout->unit;
    int line = runtime->line_of((void *)link->code, at);
    return line > 0 ? (uint64_t)line : 0;
}

static enum python_unseen_result read_frame(const struct python_runtime *runtime,
                                            const struct python_link *link, uintptr_t *ret_address)
{
    uint32_t number;
    switch (python_code_number(runtime, link->code, &number)) {
    case PYTHON_CODE_STRANGE:
        return PYTHON_UNSEEN_STRANGE;
    case PYTHON_CODE_NO_MEMORY:
        return PYTHON_UNSEEN_UNKNOWN;
    case PYTHON_CODE_NUMBERED:
        break;
    }
    uint64_t line = line_of(runtime, link);
    if (line == 0 && python_runtime_owns(runtime, link->code))
        number = PYTHON_CODE_UNKNOWN; /* written by nobody: it calls __init__, say */
    *ret_address = DUMP_PC_PYTHON | (uint64_t)number << DUMP_PC_CODE_SHIFT | line;
    return PYTHON_UNSEEN_NAMED;
}

/* The frame as an address in stacks. The path cache remembers it as a stack of one frame. */
static enum python_unseen_result find_frame(const struct python_runtime *runtime,
                                            struct stack_table *table,
                                            const struct python_link *link, uintptr_t *ret_address)
{
    struct path_cache *paths = &table->paths;
    const struct path_keys *keys = &paths->keys;
    unsigned __int128 sum = path_hash_pair(keys, 0, ONE_FRAME, 0) +
                            path_hash_pair(keys, PYTHON_HEADER_WORDS, link->code, link->where);
    struct path_hash hash = path_hash_of_sum(keys, sum, 0);
    uint32_t node = path_cache_get(paths, hash), parent;
    if (node && stack_table_node(table, node, &parent, ret_address))
        return PYTHON_UNSEEN_NAMED;
    enum python_unseen_result result = read_frame(runtime, link, ret_address);
    if (result == PYTHON_UNSEEN_NAMED && (node = stack_table_intern(table, 0, *ret_address)) != 0)
        path_cache_put(paths, hash, node);
    return result;
}

static unsigned read_links(const struct python_layout *layout, const char *frame, unsigned links,
                           unsigned depth)
{
    unsigned count = 0;
    for (unsigned frames = 0; frame && count < links && frames < depth; count++) {
        last.now[count] = python_link(layout, frame);
        frames += !python_link_is_loop(layout, &last.now[count]);
        frame = python_previous(layout, frame);
    }
    return count;
}

/* Did the interpreter's loop begin with this frame? outer is the next link, or NULL. */
static bool is_entry(const struct python_layout *layout, const struct python_link *link,
                     const struct python_link *outer)
{
    return layout->entry == PYTHON_ENTRY_ALWAYS ||
           (layout->entry == PYTHON_ENTRY_FLAG && python_link_flags(link) != 0) ||
           (outer && python_link_is_loop(layout, outer));
}

static enum python_unseen_result add_link(const struct python_runtime *runtime,
                                          struct stack_table *table, unsigned at,
                                          const struct python_link *link)
{
    struct known_link *known = &last.known[at], *outer = at > 0 ? known - 1 : NULL;
    uint32_t node = outer ? outer->node : 0;
    uintptr_t address = 0;
    if (!python_link_is_loop(&runtime->layout, link)) {
        enum python_unseen_result result = find_frame(runtime, table, link, &address);
        if (result != PYTHON_UNSEEN_NAMED)
            return result;
        if (is_entry(&runtime->layout, link, outer ? &outer->link : NULL))
            address |= DUMP_PC_PYTHON_ENTRY;
        node = stack_table_intern(table, node, address);
        if (!node)
            return PYTHON_UNSEEN_UNKNOWN;
    }
    *known = (struct known_link){*link, node};
    return PYTHON_UNSEEN_NAMED;
}

static bool is_same(const struct python_link *a, const struct python_link *b)
{
    return a->code == b->code && a->where == b->where;
}

/* Makes the count links in `now` the known ones. */
static enum python_unseen_result follow(const struct python_runtime *runtime,
                                        struct stack_table *table, unsigned count)
{
    unsigned at = 0;
    while (at < count && at < last.count &&
           is_same(&last.known[at].link, &last.now[count - 1 - at]))
        at++;
    enum python_unseen_result result = PYTHON_UNSEEN_NAMED;
    for (last.count = at; last.count < count && result == PYTHON_UNSEEN_NAMED;) {
        result = add_link(runtime, table, last.count, &last.now[count - 1 - last.count]);
        last.count += result == PYTHON_UNSEEN_NAMED;
    }
    return result;
}

enum python_unseen_result python_unseen_node(const struct python_runtime *runtime,
                                             struct stack_table *table, const char *frame,
                                             unsigned links, unsigned depth, uint32_t *ret_node)
{
    if (atomic_flag_test_and_set(&last.used))
        return PYTHON_UNSEEN_UNKNOWN;
    unsigned count = read_links(&runtime->layout, frame, links, depth);
    enum python_unseen_result result = follow(runtime, table, count);
    uint32_t node = count > 0 && result == PYTHON_UNSEEN_NAMED ? last.known[count - 1].node : 0;
    atomic_flag_clear(&last.used);
    if (result == PYTHON_UNSEEN_NAMED && node == 0)
        return PYTHON_UNSEEN_UNKNOWN;
    if (node)
        *ret_node = node;
    return result;
}
