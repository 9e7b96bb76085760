/*
 * One finding: a line that says what and how much, then when it was born, for cycles what closes
 * them, and the stacks of the blocks concerned. Names, no addresses.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/analyze.h"
#include "cli/fatal.h"
#include "cli/stack_text.h"
#include "cli/text.h"
#include "cli/words.h"

#define STACKS_MAX 4
#define EDGES_MAX 4
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

static void print_held(const struct finding *finding)
{
    if (finding->held.blocks)
        printf("    drags   %s, %s\n", text_counted(finding->held.blocks, "block").s,
               text_size(finding->held.bytes).s);
}

/* The references that would open the cycle. */
static void print_closing_edges(const struct opened *opened, const struct shape *shape)
{
    struct cycle_edge *edges;
    uint64_t count, total;
    struct error err;
    if (!cycle_edges(&opened->analysis->cycles, &opened->analysis->heap, shape->example, EDGES_MAX,
                     &edges, &count, &total, &err))
        fatal_error(&err);
    const char *word = "closes";
    for (uint64_t i = 0; i < count && edges[i].opens; i++) {
        printf("    %-6s  %s", word, words_block(opened, edges[i].from).s);
        if (edges[i].offset != OFFSET_UNKNOWN)
            printf(" +0x%02" PRIx64, edges[i].offset);
        printf(" → %s\n", words_block(opened, edges[i].to).s);
        word = "";
    }
    free(edges);
}

/* "Session 328 B  make_shared in", the names in a column. */
static void print_member(const struct opened *opened, const struct shape_member *member,
                         const struct call_stack *stack, int name_columns)
{
    struct phrase name = words_block(opened, member->block);
    struct phrase through = words_through(stack);
    int fill = name_columns - words_columns(name.s);
    printf("    %s%*s %s  %s in\n", name.s, fill > 0 ? fill : 0, "", text_size(member->bytes).s,
           *through.s ? through.s : "allocated");
}

static void print_shape_stacks(const struct opened *opened, const struct shape *shape)
{
    uint32_t distinct[STACKS_MAX];
    uint32_t count = words_shape_members(opened, shape, distinct, STACKS_MAX);
    uint32_t shown = count < STACKS_MAX ? count : STACKS_MAX;
    struct call_stack stacks[STACKS_MAX];
    int name_columns = 0;
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t block = shape->members[distinct[i]].block;
        int columns = words_columns(words_block(opened, block).s);
        name_columns = columns > name_columns ? columns : name_columns;
        opened_block_stack(opened, block, &stacks[i]);
    }
    for (uint32_t i = 0; i < shown; i++) {
        print_member(opened, &shape->members[distinct[i]], &stacks[i], name_columns);
        stack_text_print(&stacks[i], i ? &stacks[i - 1] : NULL, STACK_INDENT);
    }
    for (uint32_t i = 0; i < shown; i++)
        call_stack_finish(&stacks[i]);
    if (count > shown)
        printf("    … %s\n", text_counted(count - shown, "more place").s);
}

static void print_heading(char letter, uint32_t index, const char *heading)
{
    printf("%s%-3s%s %-10s  ", text_colour(TEXT_BOLD), words_id(letter, index).s,
           text_colour(TEXT_PLAIN), heading);
}

static void print_shape(const struct opened *opened, const struct finding *finding,
                        const char *heading)
{
    const struct shape *shape = &opened->analysis->shapes.shape[finding->index];
    print_heading('C', shape->example, heading);
    fputs(words_shape(opened, shape).s, stdout);
    if (shape->cycle_count > 1)
        printf("   × %s", text_count(shape->cycle_count).s);
    printf("   retains %s\n", text_size(finding->own.bytes + finding->held.bytes).s);
    print_born(opened, finding);
    print_closing_edges(opened, shape);
    print_held(finding);
    print_shape_stacks(opened, shape);
}

static void print_site(const struct opened *opened, const struct finding *finding,
                       const char *heading)
{
    const char *type = opened->analysis->sites.site[finding->index].type;
    struct call_stack stack;
    opened_site_stack(opened, finding->index, &stack);
    struct phrase through = words_through(&stack);
    print_heading('S', finding->index, heading);
    printf("%s%s%s, %s%s%s\n", type ? words_cut(type, 60).s : "", type ? "  " : "",
           text_counted(finding->own.blocks, "block").s, text_size(finding->own.bytes).s,
           *through.s ? ", by " : "", through.s);
    print_born(opened, finding);
    print_held(finding);
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
