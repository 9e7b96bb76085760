/* Both dumps have their blocks by address: one walk along both finds what is in both. */
#include "libcaulk/dump_pair.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *merged_words(const struct dump *dump)
{
    return dump->process.merged ? "a merged dump" : "not a merged dump";
}

/* Merged dumps of any processes may be compared: they are what there was at two times. */
static bool merged_check(const struct dump *old, const struct dump *new, struct error *err)
{
    if (!old->process.merged || !new->process.merged)
        return error_set(err, new->path, "%s, but %s %s", merged_words(new), old->path,
                         old->process.merged ? "is" : "is not");
    return new->process.time_ns >= old->process.time_ns ||
           error_set(err, new->path, "not later than %s", old->path);
}

bool dump_pair_check(const struct dump *old, const struct dump *new, struct error *err)
{
    const struct process *a = &old->process;
    const struct process *b = &new->process;
    if (a->merged || b->merged)
        return merged_check(old, new, err);
    if (strcmp(a->program, b->program) != 0)
        return error_set(err, new->path, "of another program than %s", old->path);
    if (a->pid != b->pid)
        return error_set(err, new->path, "of process %" PRIu32 ", but %s of process %" PRIu32,
                         b->pid, old->path, a->pid);
    if (a->start_ns != b->start_ns)
        return error_set(err, new->path,
                         "of another process %" PRIu32 " than %s: not started at "
                         "the same time",
                         b->pid, old->path);
    if (a->sequence >= b->sequence)
        return error_set(err, new->path, "dump %" PRIu32 " is not later than %s, dump %" PRIu32,
                         b->sequence, old->path, a->sequence);
    return true;
}

struct block_walk {
    struct dump_pair *pair;
    const uint32_t *old_stack, *new_stack;
    bool births;
};

static bool is_same(const struct block_walk *walk, uint32_t a, uint32_t b)
{
    const struct dump *old = walk->pair->old, *new = walk->pair->new;
    return old->block_bytes[a] == new->block_bytes[b] &&
           walk->old_stack[old->block_stack[a]] == walk->new_stack[new->block_stack[b]] &&
           (!walk->births || old->block_birth[a] == new->block_birth[b]);
}

static void match_blocks(struct block_walk *walk)
{
    struct dump_pair *pair = walk->pair;
    const struct dump *old = pair->old, *new = pair->new;
    uint32_t a = 0, b = 0;
    while (a < old->block_count && b < new->block_count) {
        if (old->block_address[a] == new->block_address[b]) {
            if (is_same(walk, a, b)) {
                pair->in_new[a] = b;
                pair->in_old[b] = a;
            }
            a++, b++;
        } else if (old->block_address[a] < new->block_address[b]) {
            a++;
        } else {
            b++;
        }
    }
}

bool dump_pair_init(struct dump_pair *pair, const struct dump *old, const uint32_t *old_stack,
                    const struct dump *new, const uint32_t *new_stack, struct error *err)
{
    size_t old_bytes = ((size_t)old->block_count + 1) * sizeof(*pair->in_new);
    size_t new_bytes = ((size_t) new->block_count + 1) * sizeof(*pair->in_old);
    *pair = (struct dump_pair){
        .old = old, .new = new, .in_new = malloc(old_bytes), .in_old = malloc(new_bytes)};
    if (!pair->in_new || !pair->in_old) {
        dump_pair_finish(pair);
        return error_set(err, new->path, "out of memory for the blocks of two dumps");
    }
    memset(pair->in_new, 0xff, old_bytes); /* PAIR_NONE */
    memset(pair->in_old, 0xff, new_bytes);
    struct block_walk walk = {.pair = pair,
                              .old_stack = old_stack,
                              .new_stack = new_stack,
                              .births = !old->process.no_births && !new->process.no_births};
    match_blocks(&walk);
    return true;
}

void dump_pair_finish(struct dump_pair *pair)
{
    free(pair->in_new);
    free(pair->in_old);
    *pair = (struct dump_pair){0};
}
