/*
 * Nodes lie in chunks that never move, so a number is all one needs to reach one. They are found
 * through indexes (preload/stack_index.h) by a hash of all addresses from the outermost frame
 * inwards. So a whole path can be looked up with one probe, and be checked along the parents: CPU
 * time of cc1plus 1.35 of the program alone, and 1.56 with a probe for each frame.
 */
#include "preload/stack_table.h"

#include <stdatomic.h>

#include "preload/pages.h"

#define CHUNK_NODES (1u << STACK_NODE_CHUNK_BITS)

struct stack_node {
    _Atomic uint64_t pc; /* 0: not inserted (yet) */
    uint32_t parent;
    uint32_t path; /* hash of all addresses from the outermost frame to this one */
};

struct key {
    uint32_t parent;
    uint32_t path;
    uintptr_t pc;
    uint64_t tag; /* upper 36 bits of the hash, in place */
};

enum probe_end { PROBE_FOUND, PROBE_EMPTY, PROBE_SEALED };

struct probe {
    enum probe_end end;
    uint32_t node;
    _Atomic uint64_t *entry;
};

/* The hash of a path is made from that of its outer part, and not from the parent's number, so that
 * a whole path can be hashed without looking anything up. */
static uint64_t hash_on(uint32_t path, uintptr_t pc)
{
    uint64_t hash = (path + pc * 0x9e3779b97f4a7c15ull) * 0xc2b2ae3d27d4eb4full;
    return hash ^ hash >> 31;
}

static uint32_t path_of(uint64_t hash)
{
    return (uint32_t)hash;
}

static struct stack_node *node_at(const struct stack_table *table, uint32_t node)
{
    struct stack_node *chunk =
        atomic_load_explicit(&table->chunks[node >> STACK_NODE_CHUNK_BITS], memory_order_acquire);
    return chunk ? &chunk[node & (CHUNK_NODES - 1)] : NULL;
}

static bool is_node_of(const struct stack_table *table, uint64_t entry, const struct key *key)
{
    if (stack_entry_tag(entry ^ key->tag))
        return false;
    const struct stack_node *node = node_at(table, stack_entry_node(entry));
    return node->parent == key->parent &&
           atomic_load_explicit(&node->pc, memory_order_relaxed) == key->pc;
}

/* Never more than seven eighths of the entries are in use, so every probe ends. */
static struct probe find(const struct stack_table *table, struct stack_index *index,
                         const struct key *key)
{
    uint32_t mask = stack_index_size(index) - 1;
    for (uint32_t at = stack_index_home(index, key->tag);; at = (at + 1) & mask) {
        uint64_t entry = atomic_load_explicit(&index->entries[at], memory_order_acquire);
        if (entry == STACK_ENTRY_EMPTY)
            return (struct probe){PROBE_EMPTY, 0, &index->entries[at]};
        if (entry == STACK_ENTRY_SEALED)
            return (struct probe){PROBE_SEALED, 0, &index->entries[at]};
        if (is_node_of(table, entry, key))
            return (struct probe){PROBE_FOUND, stack_entry_node(entry), &index->entries[at]};
    }
}

/* Finds the key, or makes sure that nobody inserts it into this index any more. */
static uint32_t find_or_seal(const struct stack_table *table, struct stack_index *index,
                             const struct key *key)
{
    for (;;) {
        struct probe probe = find(table, index, key);
        uint64_t empty = STACK_ENTRY_EMPTY;
        if (probe.end != PROBE_EMPTY ||
            atomic_compare_exchange_strong(probe.entry, &empty, STACK_ENTRY_SEALED))
            return probe.node;
    }
}

static struct stack_node *chunk_for(struct stack_table *table, uint32_t node)
{
    struct stack_node *_Atomic *place = &table->chunks[node >> STACK_NODE_CHUNK_BITS];
    size_t bytes = CHUNK_NODES * sizeof(struct stack_node);
    struct stack_node *none = NULL, *chunk = atomic_load(place);
    if (chunk)
        return chunk;
    chunk = pages_map(bytes);
    if (!chunk || atomic_compare_exchange_strong(place, &none, chunk))
        return chunk;
    pages_unmap(chunk, bytes);
    return none;
}

/* A new node, which nobody finds before its entry is in an index; 0 when there is no room. */
static uint32_t add_node(struct stack_table *table, const struct key *key)
{
    if (atomic_load_explicit(&table->last, memory_order_relaxed) >= STACK_NODE_MAX - CHUNK_NODES)
        return 0;
    uint32_t node = atomic_fetch_add(&table->last, 1) + 1;
    struct stack_node *chunk = chunk_for(table, node);
    if (!chunk)
        return 0;
    struct stack_node *place = &chunk[node & (CHUNK_NODES - 1)];
    place->parent = key->parent;
    place->path = key->path;
    atomic_store_explicit(&place->pc, key->pc, memory_order_release);
    return node;
}

static uint32_t find_in_older(struct stack_table *table, uint32_t oldest, uint32_t newest,
                              const struct key *key)
{
    for (uint32_t number = oldest; number < newest; number++) {
        uint32_t node = find_or_seal(table, stack_index_at(&table->indexes, number), key);
        if (node) {
            stack_indexes_copy(&table->indexes, key->tag | node);
            return node;
        }
    }
    return 0;
}

/* Puts the key into the index, with *spare as its node, which is made when first needed. 0 where
 * there is a newer index or no memory. */
static uint32_t insert(struct stack_table *table, struct stack_index *index, const struct key *key,
                       uint32_t *spare)
{
    for (;;) {
        struct probe probe = find(table, index, key);
        uint64_t empty = STACK_ENTRY_EMPTY;
        if (probe.end != PROBE_EMPTY)
            return probe.node;
        if (!*spare && !(*spare = add_node(table, key)))
            return 0;
        if (atomic_compare_exchange_strong(probe.entry, &empty, key->tag | *spare))
            return *spare;
    }
}

/* `oldest` is read before `newest`: what has been copied out of an index that is not looked at any
 * more is then in one that is. */
static uint32_t intern_new(struct stack_table *table, const struct key *key)
{
    uint32_t spare = 0;
    while (stack_indexes_make_room(&table->indexes, atomic_load(&table->last))) {
        uint32_t oldest = atomic_load(&table->indexes.oldest);
        uint32_t newest = atomic_load(&table->indexes.newest);
        uint32_t node = find_in_older(table, oldest, newest, key);
        stack_indexes_help(&table->indexes);
        if (!node)
            node = insert(table, stack_index_at(&table->indexes, newest), key, &spare);
        if (node || newest == atomic_load(&table->indexes.newest))
            return node;
    }
    return 0;
}

static uint32_t intern(struct stack_table *table, const struct key *key)
{
    uint32_t newest = atomic_load_explicit(&table->indexes.newest, memory_order_acquire);
    struct probe probe = find(table, stack_index_at(&table->indexes, newest), key);
    return probe.end == PROBE_FOUND ? probe.node : intern_new(table, key);
}

static struct key key_below(const struct stack_table *table, uint32_t parent, uintptr_t pc)
{
    uint64_t hash = hash_on(parent ? node_at(table, parent)->path : 0, pc);
    return (struct key){parent, path_of(hash), pc, stack_entry_tag(hash)};
}

uint32_t stack_table_intern(struct stack_table *table, uint32_t parent, uintptr_t pc)
{
    struct key key = key_below(table, parent, pc);
    return intern(table, &key);
}

/* A parent is mostly the number before: where that is so, its number is computed, not loaded, and
 * the loads need not wait for each other. (The empty asm keeps the two ways apart.) */
static uint32_t parent_of(const struct stack_node *place, uint32_t node)
{
    uint32_t before = node - 1;
    if (place->parent != before)
        return place->parent;
    __asm__("" : "+r"(before));
    return before;
}

/* Is this the path's last node? */
static bool is_path(const struct stack_table *table, uint32_t node, uint32_t parent,
                    const uintptr_t *pcs, unsigned count)
{
    for (unsigned i = count; i-- > 0;) {
        const struct stack_node *place = node_at(table, node);
        if (!node || atomic_load_explicit(&place->pc, memory_order_relaxed) != pcs[i])
            return false;
        node = parent_of(place, node);
    }
    return node == parent;
}

/* The last node of the path that has this hash, if it is in the newest index; else 0. */
static uint32_t find_path(const struct stack_table *table, uint64_t hash, uint32_t parent,
                          const uintptr_t *pcs, unsigned count)
{
    const struct stack_index *index =
        stack_index_at(&table->indexes, atomic_load(&table->indexes.newest));
    uint32_t mask = stack_index_size(index) - 1;
    uint64_t tag = stack_entry_tag(hash);
    for (uint32_t at = stack_index_home(index, tag);; at = (at + 1) & mask) {
        uint64_t entry = atomic_load_explicit(&index->entries[at], memory_order_acquire);
        if (entry == STACK_ENTRY_EMPTY || entry == STACK_ENTRY_SEALED)
            return 0;
        if (stack_entry_tag(entry) == tag &&
            is_path(table, stack_entry_node(entry), parent, pcs, count))
            return stack_entry_node(entry);
    }
}

uint32_t stack_table_intern_path(struct stack_table *table, uint32_t parent, const uintptr_t *pcs,
                                 unsigned count, uint32_t *scratch)
{
    uint32_t base = parent ? node_at(table, parent)->path : 0;
    uint32_t *paths = scratch;
    for (unsigned i = 0; i < count; i++)
        paths[i] = path_of(hash_on(i ? paths[i - 1] : base, pcs[i]));

    unsigned known = count; /* frames of the longest part that is there already */
    uint32_t node = parent;
    for (; known > 0; known--) {
        uint64_t hash = hash_on(known > 1 ? paths[known - 2] : base, pcs[known - 1]);
        uint32_t found = find_path(table, hash, parent, pcs, known);
        if (found) {
            node = found;
            break;
        }
    }
    for (unsigned i = known; i < count && (node || i == 0); i++)
        node = stack_table_intern(table, node, pcs[i]);
    return node;
}

uint32_t stack_table_outer(const struct stack_table *table, uint32_t node, unsigned frames)
{
    for (; node && frames > 0; frames--)
        node = node_at(table, node)->parent;
    return node;
}

bool stack_table_init(struct stack_table *table)
{
    path_cache_init(&table->paths);
    return stack_indexes_init(&table->indexes);
}

bool stack_table_node(const struct stack_table *table, uint32_t node, uint32_t *ret_parent,
                      uintptr_t *ret_pc)
{
    const struct stack_node *place = node && node <= STACK_NODE_MAX ? node_at(table, node) : NULL;
    uintptr_t pc = place ? atomic_load_explicit(&place->pc, memory_order_acquire) : 0;
    if (!pc)
        return false;
    *ret_parent = place->parent;
    *ret_pc = pc;
    return true;
}

uint32_t stack_table_count(const struct stack_table *table)
{
    return atomic_load(&table->last);
}
