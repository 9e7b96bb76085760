/*
 * The comparison for a person: one sentence, then the places that grew, the steadiest first; the
 * owners that grew; and who let go of what is lost now.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/diff.h"
#include "cli/stack_text.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

#define SITES_MAX 10
#define OWNERS_SHOWN 5
#define STACK_INDENT 14

/* Below this share of all that was gained, a place is not worth a line. */
#define GAIN_SHARE 100

static uint64_t all_gained(const struct diff *diff)
{
    uint64_t gained = 0;
    for (uint32_t i = 0; i < diff->site_count && growth_gain(&diff->site[i].growth) > 0; i++)
        gained += (uint64_t)growth_gain(&diff->site[i].growth);
    return gained;
}

/* Growing ones first, the steadiest first among them; then those that fill; then the others. */
static int compare_growth(enum trend a, double a_steadiness, enum trend b, double b_steadiness)
{
    if (a != b)
        return a < b ? -1 : 1;
    int a_tenths = (int)(10 * a_steadiness), b_tenths = (int)(10 * b_steadiness);
    return (a_tenths < b_tenths) - (a_tenths > b_tenths);
}

static int compare_suspects(const void *left, const void *right)
{
    const struct diff_site *a = *(const struct diff_site *const *)left;
    const struct diff_site *b = *(const struct diff_site *const *)right;
    int order = compare_growth(a->trend, a->steadiness, b->trend, b->steadiness);
    return order ? order : (a > b) - (a < b); /* as they are: most gained first */
}

static uint32_t list_suspects(const struct diff *diff, const struct diff_site **ret_suspects)
{
    uint64_t least = all_gained(diff) / GAIN_SHARE;
    uint32_t count = 0;
    for (uint32_t i = 0; i < diff->site_count; i++) {
        const struct diff_site *site = &diff->site[i];
        if ((site->trend == TREND_GROWING || site->trend == TREND_FILLING) &&
            (uint64_t)growth_gain(&site->growth) >= least)
            ret_suspects[count++] = site;
    }
    qsort(ret_suspects, count, sizeof(*ret_suspects), compare_suspects);
    return count;
}

static void print_head(const struct compared *compared)
{
    const struct dump *old = compared->oldest.dump, *new = compared->newest.dump;
    const struct diff *diff = &compared->diff;
    printf("%s%s%s", text_colour(TEXT_BOLD), words_program(&new->process).s,
           text_colour(TEXT_PLAIN));
    if (new->process.merged)
        printf(", %s to %s", words_merged(old).s, words_merged(new).s);
    else
        printf(" pid %u, dump %u to dump %u", new->process.pid, old->process.sequence,
               new->process.sequence);
    printf(", %s apart\n", text_duration(diff_seconds(compared)).s);
    printf("Heap    %s → %s: born %s, freed %s, survived %s\n",
           text_size(compared->oldest.analysis->live.bytes).s,
           text_size(compared->newest.analysis->live.bytes).s, text_size(diff->born.bytes).s,
           text_size(diff->freed.bytes).s, text_size(diff->survived.bytes).s);
}

static void print_sentence(const struct compared *compared, const struct diff_site *const *suspects,
                           uint32_t count)
{
    if (!count) {
        printf("%sSTEADY%s  no place gained more than noise\n", text_colour(TEXT_GREEN),
               text_colour(TEXT_PLAIN));
        return;
    }
    const struct diff_site *worst = suspects[0];
    bool grows = worst->trend == TREND_GROWING;
    printf("%s%s%s %s gained %s, %s of all that was gained%s\n",
           text_colour(grows ? TEXT_RED : TEXT_YELLOW), grows ? "GROWING" : "FILLING",
           text_colour(TEXT_PLAIN), diff_site_name(compared, worst).s,
           text_size((uint64_t)growth_gain(&worst->growth)).s,
           text_percent((uint64_t)growth_gain(&worst->growth), all_gained(&compared->diff)).s,
           grows ? "" : ", and ever more slowly: a cache that fills");
}

static void print_newly_lost(const struct diff *diff)
{
    struct amount lost = diff->newly_lost[KIND_DEFINITE];
    amount_add(&lost, diff->newly_lost[KIND_INDIRECT]);
    if (lost.blocks)
        printf("%sLEAK%s    %s, %s, are lost that were not in the first dump\n",
               text_colour(TEXT_RED), text_colour(TEXT_PLAIN), text_counted(lost.blocks, "block").s,
               text_size(lost.bytes).s);
}

static void print_births_unknown(const struct compared *compared)
{
    if (compared->oldest.dump->process.no_births || compared->newest.dump->process.no_births)
        printf("%sBUT%s     births were not recorded (memory=low): a block is taken for the same "
               "where address, size and site are\n",
               text_colour(TEXT_YELLOW), text_colour(TEXT_PLAIN));
}

static void print_sampled(const struct compared *compared)
{
    if (compared->diff.by_caller)
        puts("by caller: stacks were sampled, and which block has one is chance; these figures are "
             "exact");
}

static void print_samples(const struct compared *compared, const struct growth_sample *samples,
                          double steadiness)
{
    for (uint32_t d = 0; d < compared->dump_count; d++)
        printf("%s%s", d ? " → " : "", text_size(samples[d].bytes).s);
    if (steadiness > 0)
        printf(", steadiness %.1f", steadiness);
    putchar('\n');
}

static void print_suspect(const struct compared *compared, const struct diff_site *site)
{
    const struct growth *growth = &site->growth;
    int64_t blocks = (int64_t)growth->born.blocks - (int64_t)growth->freed.blocks;
    struct call_stack stack = diff_site_stack(compared, site);
    printf("\n%s%-3s%s %-10s  %s, %s\n", text_colour(TEXT_BOLD),
           site->new_site == SITE_NONE || compared->diff.by_caller
               ? ""
               : words_id('S', site->new_site).s,
           text_colour(TEXT_PLAIN), trend_name(site->trend), diff_site_name(compared, site).s,
           words_gain(growth_gain(growth)).s);
    printf("    born    %s, %s\n", text_counted(growth->born.blocks, "block").s,
           text_size(growth->born.bytes).s);
    printf("    freed   %s, %s\n", text_counted(growth->freed.blocks, "block").s,
           text_size(growth->freed.bytes).s);
    printf("    live    ");
    print_samples(compared, site->samples, site->steadiness);
    if (blocks > 0 && diff_seconds(compared) > 0)
        printf("    rate    %s, %s\n", words_rate((double)blocks, diff_seconds(compared)).s,
               words_rate_of_bytes((double)growth_gain(growth), diff_seconds(compared)).s);
    stack_text_print(&stack, NULL, STACK_INDENT);
    call_stack_finish(&stack);
}

static int compare_owners(const void *left, const void *right)
{
    const struct owner_growth *a = *(const struct owner_growth *const *)left;
    const struct owner_growth *b = *(const struct owner_growth *const *)right;
    int order = compare_growth(a->trend, a->steadiness, b->trend, b->steadiness);
    return order ? order : (a > b) - (a < b);
}

static void print_owners(const struct compared *compared)
{
    const struct owner_growth *shown[OWNERS_SHOWN];
    uint64_t least = all_gained(&compared->diff) / GAIN_SHARE;
    uint32_t count = 0;
    for (; count < compared->owner_count && count < OWNERS_SHOWN; count++) {
        const struct owner_growth *owner = &compared->owners[count];
        if (!owner_gain(owner) || (uint64_t)llabs(owner_gain(owner)) < least)
            break;
        shown[count] = owner;
    }
    qsort(shown, count, sizeof(*shown), compare_owners);
    for (uint32_t i = 0; i < count; i++) {
        printf("%s%9s  %-9s  %s, ", i ? "" : "\nby owner\n", words_gain(owner_gain(shown[i])).s,
               trend_name(shown[i]->trend), words_owner(&compared->newest, shown[i]->group).s);
        print_samples(compared, shown[i]->samples, shown[i]->steadiness);
    }
}

static void print_dropped(const struct compared *compared)
{
    const struct dropped_list *list = &compared->diff.dropped;
    struct drop_line *lines = allocate(DROP_LINES_MAX, sizeof(*lines));
    struct amount rest;
    uint32_t count = diff_fold_dropped(compared, lines, &rest);
    if (count)
        puts("\nwho dropped the last pointer to what is lost now");
    for (uint32_t i = 0; i < count; i++)
        printf("    %s × %s, %s: %s%s\n", text_count(lines[i].amount.blocks).s, lines[i].what.s,
               text_size(lines[i].amount.bytes).s, lines[i].holder.s, lines[i].fate);
    if (rest.blocks)
        printf("    … %s more, %s (--json)\n", text_counted(rest.blocks, "block").s,
               text_size(rest.bytes).s);
    if (list->unknown.blocks && compared->newest.dump->process.only_lost)
        printf(
            "\n%s, %s, lost since the first dump: who dropped them is known from dumps that have "
            "all blocks\n",
            text_counted(list->unknown.blocks, "block").s, text_size(list->unknown.bytes).s);
    else if (list->unknown.blocks)
        printf("\n%s, %s, born and lost since the first dump: it can't know who dropped them\n",
               text_counted(list->unknown.blocks, "block").s, text_size(list->unknown.bytes).s);
    free(lines);
}

void diff_print_text(const struct compared *compared)
{
    const struct diff *diff = &compared->diff;
    const struct diff_site **suspects = allocate(diff->site_count, sizeof(*suspects));
    uint32_t count = list_suspects(diff, suspects);
    print_head(compared);
    print_newly_lost(diff);
    print_sentence(compared, suspects, count);
    if (compared->newest.dump->process.merged)
        puts("Merged  born and freed are what each place gained or lost on balance");
    else
        print_births_unknown(compared);
    print_sampled(compared);
    for (uint32_t i = 0; i < count && i < SITES_MAX; i++)
        print_suspect(compared, suspects[i]);
    if (count > SITES_MAX)
        printf("\n… %s more (--json has all)\n", text_counted(count - SITES_MAX, "place").s);
    if (!compared->newest.dump->process.only_lost)
        print_owners(compared);
    print_dropped(compared);
    if (compared->dump_count == 2 && count)
        puts("\nTwo dumps show that it grew; a third one tells a cache that fills from a leak.");
    free(suspects);
}
