/* See findings_fold.h. Stacks are compared as they are printed. */
#include "cli/findings_fold.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cycle_holder.h"
#include "cli/fatal.h"
#include "cli/finding_pointers.h"
#include "cli/stack_text.h"
#include "cli/words.h"

#define FOLDED_MAX 256u

static void write_stack(FILE *out, const struct call_stack *stack)
{
    fprintf(out, "%s\n%d\n", words_through(stack).s, stack->truncated);
    for (size_t i = stack->user_begin; i < stack->user_end; i++)
        if (stack_text_shows(stack, i))
            fprintf(out, "%s  %s\n", words_function(&stack->frame[i]).s,
                    words_place(&stack->frame[i]).s);
}

static void write_site(FILE *out, const struct opened *opened, uint32_t site)
{
    const char *type = opened->analysis->sites.site[site].type;
    struct call_stack stack;
    opened_site_stack(opened, site, &stack);
    fprintf(out, "%s\n", type ? type : "");
    write_stack(out, &stack);
    call_stack_finish(&stack);
}

static void write_pointers(FILE *out, const struct opened *opened, const struct shape *shape)
{
    struct phrase pointers[CLOSING_MAX];
    uint32_t count = finding_pointers_closing(opened, shape, pointers);
    for (uint32_t i = 0; i < count; i++)
        fprintf(out, "closes %s\n", pointers[i].s);
    count = finding_pointers_weak(opened, shape, pointers);
    for (uint32_t i = 0; i < count; i++)
        fprintf(out, "weak %s\n", pointers[i].s);
}

static void write_shape(FILE *out, const struct opened *opened, const struct shape *shape)
{
    struct shape_names names;
    words_shape_names(opened, shape, &names);
    fprintf(out, "%s\n%s\n", words_shape(opened, shape).s, words_proof(opened, shape).phrase.s);
    write_pointers(out, opened, shape);
    for (uint32_t i = 0; i < names.count; i++) {
        const struct shape_member *member = &shape->members[names.member[i]];
        fprintf(out, "%" PRIu64 " ", member->bytes);
        write_site(out, opened, opened_site_of(opened, member->block));
    }
}

/* Cycles that others hold may be in each other's figures. */
static bool may_fold(const struct opened *opened, const struct finding *finding)
{
    if (finding->kind == FINDING_SITE)
        return true;
    const struct shape *shape = &opened->analysis->shapes.shape[finding->index];
    return shape->lost && opened->dump->process.stacks_mode == STACKS_FULL &&
           cycle_holders_count(opened, shape) == 0;
}

/* All that is printed of the finding but figures; NULL where it stays by itself. The caller frees
 * it. */
static char *text_of(const struct opened *opened, const struct finding *finding)
{
    char *text = NULL;
    size_t bytes;
    if (!may_fold(opened, finding))
        return NULL;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        fatal(NULL, "out of memory");
    fprintf(out, "%d\n", finding->kind);
    if (finding->kind == FINDING_SITE)
        write_site(out, opened, finding->index);
    else
        write_shape(out, opened, &opened->analysis->shapes.shape[finding->index]);
    if (fclose(out) != 0)
        fatal(NULL, "out of memory");
    return text;
}

static void add_births(struct finding *to, const struct finding *from)
{
    if (!from->born_known)
        return;
    if (!to->born_known || from->first_seconds < to->first_seconds)
        to->first_seconds = from->first_seconds;
    if (!to->born_known || from->last_seconds > to->last_seconds)
        to->last_seconds = from->last_seconds;
    to->born_known = true;
    for (unsigned i = 0; i < AGE_BUCKETS; i++)
        to->ages.bytes[i] += from->ages.bytes[i];
    amount_add(&to->ages.all, from->ages.all);
    amount_add(&to->ages.later, from->ages.later);
}

static void add_finding(struct finding *to, const struct finding *from)
{
    if (to->alike < FINDING_ALIKE_MAX)
        to->alike_index[to->alike] = from->index;
    to->alike++;
    amount_add(&to->own, from->own);
    amount_add(&to->held, from->held);
    to->retained = (struct amount){0};
    to->in_cycles += from->in_cycles;
    to->cycles += from->cycles;
    to->estimated |= from->estimated;
    to->samples += from->samples;
    add_births(to, from);
}

/* The finding before that reads like this one, or NULL. */
static struct finding *find_alike(struct findings *findings, char *const *texts, uint32_t one)
{
    for (uint32_t i = 0; i < one; i++)
        if (texts[i] && strcmp(texts[i], texts[one]) == 0)
            return &findings->finding[i];
    return NULL;
}

void findings_fold(const struct opened *opened, struct findings *findings)
{
    char *texts[FOLDED_MAX] = {NULL};
    uint32_t count = findings->count < FOLDED_MAX ? findings->count : FOLDED_MAX;
    for (uint32_t i = 0; i < count; i++) {
        texts[i] = text_of(opened, &findings->finding[i]);
        struct finding *alike = texts[i] ? find_alike(findings, texts, i) : NULL;
        if (alike) {
            add_finding(alike, &findings->finding[i]);
            findings->finding[i].own.blocks = 0;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        free(texts[i]);
    findings_rank(findings);
}
