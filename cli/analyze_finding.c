/*
 * One finding: a line that says what and how much, then when it was born, for cycles what closes
 * them, and the stacks of the blocks concerned. Names, no addresses.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/analyze.h"
#include "cli/cycle_holder.h"
#include "cli/finding_pointers.h"
#include "cli/stack_text.h"
#include "cli/text.h"
#include "cli/words.h"

#define STACKS_MAX 4
#define STACK_INDENT 14

static void print_born(const struct opened *opened, const struct finding *finding)
{
    const struct process *process = &opened->dump->process;
    if (!finding->born_known)
        return;
    printf("    born    ");
    if (age_profile_known(process))
        printf("%s  ", words_ages(&finding->ages).s);
    if (age_profile_trend(&finding->ages, process) == AGE_GROWING)
        printf("all the time, ");
    puts(words_born(opened, finding->first_seconds, finding->last_seconds).s);
}

static void print_held(const struct opened *opened, const struct finding *finding)
{
    if (!finding->held.blocks)
        return;
    struct phrase by = finding_pointers_by(opened, finding);
    printf("    drags   %s, %s%s%s%s\n", text_counted(finding->held.blocks, "block").s,
           text_size(finding->held.bytes).s, finding_mark(finding), *by.s ? ", " : "", by.s);
}

/* Of the member that a block of one of the shape's cycles belongs to; NULL where there is none. */
static const struct shape_stack *sampled_stacks(const struct opened *opened,
                                                const struct shape *shape, uint32_t block,
                                                size_t *ret_count)
{
    uint32_t index = (uint32_t)(shape - opened->analysis->shapes.shape);
    return shape_stacks_of(&opened->analysis->shape_stacks, index, block, ret_count);
}

/* Two findings that count the same bytes say so. */
static void print_holder(const struct opened *opened, const struct shape *shape)
{
    const struct phrase holder =
        cycle_holder(opened, &opened->analysis->cycles.cycle[shape->example]);
    uint32_t held = shape->lost ? cycle_holders_count(opened, shape) : 0;
    if (held && held < shape->cycle_count)
        printf("    within  what is lost otherwise: %s of them\n", text_count(held).s);
    else if (held && *holder.s)
        printf("    within  %s, whose figures have %s too\n", holder.s, held > 1 ? "them" : "it");
}

static void print_proof(const struct opened *opened, const struct shape *shape)
{
    struct proof proof = words_proof(opened, shape);
    if (*proof.word)
        printf("    %-6s  %s\n", proof.word, proof.phrase.s);
}

/* A stack of a shape's member, to print. */
struct traced {
    const struct shape_member *member;
    uint32_t block;           /* that has it */
    uint64_t blocks, sampled; /* so many of the sampled ones have it; 0: none was sampled */
    struct phrase name;
    struct call_stack stack;
};

/* The sampled ones of a member, or else its block's. Returns how many there are, at least 1. */
static size_t trace_member(const struct opened *opened, const struct shape *shape,
                           const struct shape_member *member, struct traced *ret_traced,
                           size_t limit)
{
    size_t count = 0;
    const struct shape_stack *stacks = sampled_stacks(opened, shape, member->block, &count);
    uint64_t sampled = 0;
    for (size_t i = 0; i < count; i++)
        sampled += stacks[i].blocks;
    for (size_t i = 0; i < count && i < limit; i++)
        ret_traced[i] = (struct traced){.member = member,
                                        .block = stacks[i].block,
                                        .blocks = stacks[i].blocks,
                                        .sampled = sampled};
    if (!count && limit)
        ret_traced[0] = (struct traced){.member = member, .block = member->block};
    return stacks ? count : 1;
}

/* "Session 328 B  make_shared in", the names in a column. */
static void print_traced(const struct traced *traced, int name_columns)
{
    struct phrase through = words_through(&traced->stack);
    int fill = name_columns - words_columns(traced->name.s);
    printf("    %s%*s %s  ", traced->name.s, fill > 0 ? fill : 0, "",
           text_size(traced->member->bytes).s);
    if (traced->sampled)
        printf("%s of %s sampled, ", text_count(traced->blocks).s, text_count(traced->sampled).s);
    printf("%s in\n", *through.s ? through.s : "allocated");
}

/* Every member has a turn before any has a second. */
static size_t trace_shape(const struct opened *opened, const struct shape *shape,
                          struct traced *ret_traced, size_t *ret_total)
{
    struct shape_names names;
    words_shape_names(opened, shape, &names);
    uint32_t shown = names.count < STACKS_MAX ? names.count : STACKS_MAX;
    size_t count = 0;
    *ret_total = names.count - shown;
    for (uint32_t i = 0; i < shown; i++) {
        size_t room = STACKS_MAX - count - (shown - i - 1);
        size_t stacks =
            trace_member(opened, shape, &shape->members[names.member[i]], ret_traced + count, room);
        count += stacks < room ? stacks : room;
        *ret_total += stacks;
    }
    return count;
}

static void print_shape_stacks(const struct opened *opened, const struct shape *shape)
{
    struct traced traced[STACKS_MAX];
    size_t total, count = trace_shape(opened, shape, traced, &total);
    int name_columns = 0;
    for (size_t i = 0; i < count; i++) {
        traced[i].name = words_block(opened, traced[i].block);
        opened_block_stack(opened, traced[i].block, &traced[i].stack);
        int columns = words_columns(traced[i].name.s);
        name_columns = columns > name_columns ? columns : name_columns;
    }
    for (size_t i = 0; i < count; i++) {
        print_traced(&traced[i], name_columns);
        stack_text_print(&traced[i].stack, i ? &traced[i - 1].stack : NULL, STACK_INDENT);
    }
    for (size_t i = 0; i < count; i++)
        call_stack_finish(&traced[i].stack);
    if (total > count)
        printf("    … %s\n", text_counted(total - count, "more place").s);
}

static void print_heading(char letter, uint32_t index, const char *heading)
{
    printf("%s%-3s%s %-10s  ", text_colour(TEXT_BOLD), words_id(letter, index).s,
           text_colour(TEXT_PLAIN), heading);
}

static struct phrase alike_id(const struct opened *opened, const struct finding *finding,
                              uint32_t one)
{
    uint32_t index = finding->alike_index[one];
    return finding->kind == FINDING_SITE
               ? words_id('S', index)
               : words_id('C', opened->analysis->shapes.shape[index].example);
}

static void print_alike(const struct opened *opened, const struct finding *finding)
{
    uint32_t named = finding->alike < FINDING_ALIKE_MAX ? finding->alike : FINDING_ALIKE_MAX;
    if (!finding->alike)
        return;
    fputs("    with    ", stdout);
    for (uint32_t i = 0; i < named; i++)
        printf("%s%s",
               i == 0                    ? ""
               : i + 1 == finding->alike ? " and "
                                         : ", ",
               alike_id(opened, finding, i).s);
    if (finding->alike > named)
        printf(" and %s more", text_count(finding->alike - named).s);
    puts(finding->alike > 1 ? ", whose stacks read the same" : ", whose stack reads the same");
}

static void print_shape(const struct opened *opened, const struct finding *finding,
                        const char *heading)
{
    const struct shape *shape = &opened->analysis->shapes.shape[finding->index];
    print_heading('C', shape->example, heading);
    fputs(words_shape(opened, shape).s, stdout);
    if (finding->cycles > 1)
        printf("   × %s", text_count(finding->cycles).s);
    printf("   retains %s\n", text_size(finding->own.bytes + finding->held.bytes).s);
    print_alike(opened, finding);
    print_holder(opened, shape);
    print_born(opened, finding);
    finding_pointers_print_closing(opened, shape);
    print_proof(opened, shape);
    print_held(opened, finding);
    print_shape_stacks(opened, shape);
}

/* How many samples say how far to trust a figure: four are off by half. */
static struct phrase sample_mark(const struct finding *finding)
{
    if (!finding->estimated)
        return words_format("%s", "");
    return words_format("%s from %s", finding_mark(finding),
                        text_counted(finding->samples, "sample").s);
}

static void print_in_cycles(const struct finding *finding)
{
    if (finding->in_cycles)
        printf("    cycles  %s of them in lost cycles\n", finding->in_cycles == finding->own.blocks
                                                              ? "all"
                                                              : text_count(finding->in_cycles).s);
}

static void print_retained(const struct finding *finding)
{
    if (finding->retained.bytes > finding->own.bytes)
        printf("    retains %s, %s\n", text_counted(finding->retained.blocks, "block").s,
               text_size(finding->retained.bytes).s);
}

static void print_site(const struct opened *opened, const struct finding *finding,
                       const char *heading)
{
    const char *type = opened->analysis->sites.site[finding->index].type;
    struct call_stack stack;
    opened_site_stack(opened, finding->index, &stack);
    struct phrase through = words_through(&stack);
    print_heading('S', finding->index, heading);
    printf("%s%s%s, %s%s%s%s\n", type ? words_type(type).s : "", type ? "  " : "",
           text_counted(finding->own.blocks, "block").s, text_size(finding->own.bytes).s,
           sample_mark(finding).s, *through.s ? ", by " : "", through.s);
    print_alike(opened, finding);
    print_born(opened, finding);
    print_in_cycles(finding);
    print_held(opened, finding);
    print_retained(finding);
    stack_text_print(&stack, NULL, STACK_INDENT);
    call_stack_finish(&stack);
}

void analyze_print_finding(const struct opened *opened, const struct finding *finding,
                           const char *heading)
{
    if (finding->kind == FINDING_SHAPE)
        print_shape(opened, finding, heading);
    else
        print_site(opened, finding, heading);
}
