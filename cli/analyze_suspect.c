/*
 * A suspect: nothing of it is lost, and it has a large part of the heap. What it holds and how it
 * grew is what tells a cache from a leak.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/analyze.h"
#include "cli/stack_text.h"
#include "cli/text.h"

#define STACK_INDENT 14
#define PATH_STEPS 6

static const struct owner_group *group_of(const struct opened *opened, uint32_t group)
{
    return &opened->tree.group[group];
}

/* "91 %, and nothing leaves it" */
static struct phrase share_and_trend(const struct opened *opened, uint64_t bytes,
                                     enum age_trend trend)
{
    static const char *const words[] = {
        [AGE_UNKNOWN] = "no telling yet whether it grows",
        [AGE_STARTUP] = "all from its start",
        [AGE_WORKING_SET] = "mostly young: it comes and goes",
        [AGE_LEVELLED_OFF] = "and has stopped growing",
        [AGE_RECENT] = "all of it recent: it turns over, or has begun to grow",
        [AGE_FILLING] = "and grows ever more slowly: a cache that fills",
        [AGE_GROWING] = "and nothing leaves it"};
    const char *joint = strncmp(words[trend], "and", 3) == 0 ? " " : ", ";
    return words_format("%s%s%s", text_percent(bytes, opened->analysis->live.bytes).s, joint,
                        words[trend]);
}

struct phrase analyze_suspicion(const struct opened *opened, const struct suspect *suspect)
{
    uint64_t bytes = group_of(opened, suspect->group)->retained.bytes;
    return words_format("retains %s", share_and_trend(opened, bytes, suspect->trend).s);
}

struct phrase analyze_suspicion_of_place(const struct opened *opened, const struct finding *place)
{
    enum age_trend trend = age_profile_trend(&place->ages, &opened->dump->process);
    return words_format("has %s", share_and_trend(opened, place->own.bytes, trend).s);
}

static void print_heading(const struct opened *opened, const struct suspect *suspect,
                          uint32_t index)
{
    const struct owner_holders *holders = &suspect->holders;
    printf("%s%-3s%s %s", text_colour(TEXT_BOLD), words_id('R', index).s, text_colour(TEXT_PLAIN),
           words_owner(opened, group_of(opened, suspect->group)).s);
    printf("%s   retains %s", words_owner_type(opened, group_of(opened, suspect->group)).s,
           text_size(group_of(opened, suspect->group)->retained.bytes).s);
    for (uint32_t i = 0; i < holders->count; i++)
        printf("%s%s", i ? ", " : "\n    held by ",
               words_owner(opened, group_of(opened, holders->group[i])).s);
    printf("%s\n", holders->more ? " and more" : "");
}

/* "5,012,331 × node_new(), about 1.7 KiB each" */
static void print_holds(const struct opened *opened, const struct suspect *suspect)
{
    const struct owner_group *body = group_of(opened, suspect->body);
    if (!owner_is_of_blocks(body) || body->count < 2)
        return;
    printf("    holds   %s × %s, about %s each\n", text_count(body->count).s,
           words_owner_blocks(opened, body).s, text_size(body->retained.bytes / body->count).s);
}

/* Where in the root that a group is a pointer into the next group lies, from the variable's start;
 * OFFSET_UNKNOWN where there is none. */
static uint64_t offset_in_root(const struct opened *opened, const struct owner_group *group,
                               uint32_t next)
{
    const struct owners *owners = &opened->owners;
    const struct root_owner *owner = &owners->roots.owner[group->index];
    const struct dump *dump = opened->dump;
    for (uint64_t ref = 0; ref < dump->refs.count; ref++)
        if (owners->roots.of_ref[ref] == group->index &&
            opened->tree.group_of[owners->dominators.number[dump->refs.target[ref]]] == next)
            return heap_graph_ref_offset(owners->heap, &dump->roots[owner->root], ref) -
                   owner->offset;
    return OFFSET_UNKNOWN;
}

static uint64_t offset_in_block(const struct opened *opened, const struct owner_group *group,
                                uint32_t next)
{
    const struct owners *owners = &opened->owners;
    const struct graph *graph = &owners->heap->graph;
    uint32_t block = group->example;
    if (group->kind != OWNER_BLOCK)
        return OFFSET_UNKNOWN;
    for (uint64_t e = graph->begin[block]; e < graph->begin[block + 1]; e++)
        if (graph->target[e] != block &&
            opened->tree.group_of[owners->dominators.number[graph->target[e]]] == next)
            return heap_graph_offset(owners->heap, block, e);
    return OFFSET_UNKNOWN;
}

static struct phrase root_member(const struct opened *opened, const struct owner_group *group,
                                 uint64_t offset)
{
    const struct root_owner *owner = &opened->owners.roots.owner[group->index];
    return words_root(opened, &opened->dump->roots[owner->root], owner->offset + offset).member;
}

static void print_step(const struct opened *opened, uint32_t from, uint32_t to)
{
    const struct owner_group *group = group_of(opened, from);
    uint64_t offset = group->kind == OWNER_ROOT ? offset_in_root(opened, group, to)
                                                : offset_in_block(opened, group, to);
    if (offset == OFFSET_UNKNOWN)
        return;
    struct phrase member = group->kind == OWNER_ROOT ? root_member(opened, group, offset)
                                                     : words_member(opened, group->example, offset);
    printf(" +0x%02" PRIx64 "%s%s", offset, *member.s ? " " : "", member.s);
}

static struct phrase step_name(const struct opened *opened, const struct owner_group *group)
{
    if (owner_is_of_blocks(group))
        return words_owner_blocks(opened, group);
    struct root_words root = words_owner_root(opened, group);
    return *root.name.s ? root.name : words_owner(opened, group);
}

/* Down to where the weight lies; a group whose blocks hold each other ends in an ellipsis. */
static void print_path(const struct opened *opened, const struct suspect *suspect)
{
    uint32_t at = suspect->group, next;
    printf("    path    %s", step_name(opened, group_of(opened, at)).s);
    for (int i = 0; i < PATH_STEPS; i++, at = next) {
        next = suspects_heavy_child(&opened->tree, at);
        if (next == OWNER_NONE)
            break;
        print_step(opened, at, next);
        printf(" → %s", step_name(opened, group_of(opened, next)).s);
    }
    const struct owner_group *last = group_of(opened, at);
    bool list = last->kind == OWNER_BLOCK && last->count > 1 &&
                offset_in_block(opened, last, at) != OFFSET_UNKNOWN;
    if (list)
        print_step(opened, at, at);
    puts(list ? " → …" : "");
}

static void print_born(const struct opened *opened, const struct suspect *suspect)
{
    const struct process *process = &opened->dump->process;
    double uptime = opened_uptime(opened);
    if (process->no_births)
        puts("    born    not known (memory=low)");
    else if (!age_profile_known(process))
        printf("    born    within %s: too short to tell whether it grows\n",
               text_duration(uptime).s);
    else
        printf("    born    %s  %s\n", words_ages(&suspect->ages).s,
               age_trend_name(suspect->trend));
    if (suspect->trend != AGE_GROWING && suspect->trend != AGE_FILLING)
        return;
    /* without start-up */
    double seconds = uptime * (AGE_BUCKETS - 1) / AGE_BUCKETS;
    printf("    rate    %s, %s\n", words_rate((double)suspect->ages.later.blocks, seconds).s,
           words_rate_of_bytes((double)suspect->ages.later.bytes, seconds).s);
}

static void print_from(const struct opened *opened, const struct suspect *suspect)
{
    const struct owner_group *body = group_of(opened, suspect->body);
    struct call_stack stack;
    if (!owner_is_of_blocks(body))
        return;
    opened_owner_stack(opened, body, &stack);
    puts("    from");
    stack_text_print(&stack, NULL, STACK_INDENT);
    call_stack_finish(&stack);
}

void analyze_print_suspect(const struct opened *opened, const struct suspect *suspect,
                           uint32_t index)
{
    const struct owner_group *group = group_of(opened, suspect->group);
    if (suspect->trend == AGE_STARTUP) {
        printf("%s%-3s%s %s   retains %s, all from the first tenth of its life: start-up\n",
               text_colour(TEXT_BOLD), words_id('R', index).s, text_colour(TEXT_PLAIN),
               words_owner(opened, group).s, text_size(group->retained.bytes).s);
        return;
    }
    print_heading(opened, suspect, index);
    print_holds(opened, suspect);
    print_path(opened, suspect);
    print_born(opened, suspect);
    print_from(opened, suspect);
}
