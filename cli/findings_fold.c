/* See findings_fold.h. Stacks are compared as they are printed. */
#include "cli/findings_fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fatal.h"
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

/* All that is printed of the site but figures. The caller frees it. */
static char *text_of(const struct opened *opened, uint32_t site)
{
    const char *type = opened->analysis->sites.site[site].type;
    struct call_stack stack;
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        fatal(NULL, "out of memory");
    opened_site_stack(opened, site, &stack);
    fprintf(out, "%s\n", type ? type : "");
    write_stack(out, &stack);
    call_stack_finish(&stack);
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
        to->alike_site[to->alike] = from->index;
    to->alike++;
    amount_add(&to->own, from->own);
    amount_add(&to->held, from->held);
    to->retained = (struct amount){0};
    to->in_cycles += from->in_cycles;
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
        struct finding *alike = NULL;
        if (findings->finding[i].kind == FINDING_SITE) {
            texts[i] = text_of(opened, findings->finding[i].index);
            alike = find_alike(findings, texts, i);
        }
        if (alike) {
            add_finding(alike, &findings->finding[i]);
            findings->finding[i].own.blocks = 0;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        free(texts[i]);
    findings_rank(findings);
}
