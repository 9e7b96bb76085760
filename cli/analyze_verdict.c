/*
 * The sentence that `caulk analyze` begins with: is it a leak at all, and what is going on.
 */
#include <string.h>

#include "cli/analyze.h"
#include "cli/memory_split.h"
#include "cli/text.h"

/* Longer names would leave no room for the rest of the sentence. */
#define OWNER_CHARACTERS 100

struct amount analyze_lost_amount(const struct analysis *analysis)
{
    struct amount lost = analysis->of_kind[KIND_DEFINITE];
    amount_add(&lost, analysis->of_kind[KIND_INDIRECT]);
    lost.blocks -= analysis->pending.amount.blocks;
    lost.bytes -= analysis->pending.amount.bytes;
    return lost;
}

static const char *what_they_are(const struct findings *findings)
{
    uint32_t shapes = 0;
    for (uint32_t i = 0; i < findings->count; i++)
        shapes += findings->finding[i].kind == FINDING_SHAPE;
    return shapes == 0                 ? "places"
           : shapes == findings->count ? "cycle shapes"
                                       : "cycle shapes and places";
}

/* One thing holds most of it: that is what to say. Else how many things there are. */
static struct phrase leak_phrase(const struct opened *opened, const struct findings *lost)
{
    const struct finding *worst = &lost->finding[0];
    uint64_t all = analyze_lost_amount(opened->analysis).bytes;
    uint64_t held = worst->own.bytes + worst->held.bytes;
    struct text share = text_percent(held, all);
    if (held < all / 2)
        return words_format("%s %s have lost it; the worst holds %s%s", text_count(lost->count).s,
                            what_they_are(lost), share.s, finding_mark(worst));
    if (worst->kind == FINDING_SITE)
        return words_format("blocks from one place%s are %s of what is lost%s",
                            worst->held.blocks ? ", with what they hold," : "", share.s,
                            finding_mark(worst));
    if (worst->cycles == 1)
        return words_format("one lost cycle holds %s of what is lost", share.s);
    return words_format("one cycle shape holds %s of what is lost", share.s);
}

static const char *fragmentation_remedy(const char *allocator)
{
    if (strstr(allocator, "jemalloc"))
        return "MALLOC_CONF=background_thread:true,dirty_decay_ms:1000";
    if (strstr(allocator, "tcmalloc"))
        return "TCMALLOC_RELEASE_RATE=10";
    if (strstr(allocator, "mimalloc"))
        return "MIMALLOC_PURGE_DELAY=0";
    return "MALLOC_ARENA_MAX=2, or malloc_trim(0) after peaks";
}

/* Free memory is the finding only where it is more than what is lost. */
static bool mostly_fragmented(const struct opened *opened, const struct memory_split *memory)
{
    return memory_is_fragmented(memory) &&
           analyze_lost_amount(opened->analysis).bytes < memory->allocator_free;
}

static struct verdict kept_verdict(const struct opened *opened, const struct memory_split *memory)
{
    return (struct verdict){
        "KEPT", TEXT_YELLOW,
        words_format("fragmentation, not a leak: %s of RSS is free memory that the allocator "
                     "keeps; try %s",
                     text_percent(memory->allocator_free, memory->rss).s,
                     fragmentation_remedy(opened->dump->process.allocator))};
}

/* The heaviest that grows, or NULL. */
static const struct suspect *find_growing(const struct suspects *suspects)
{
    for (uint32_t i = 0; i < suspects->count; i++)
        if (suspects->suspect[i].trend == AGE_GROWING)
            return &suspects->suspect[i];
    return NULL;
}

/* What one dump can say of growth, in the order in which it matters. */
static struct verdict trend_verdict(enum age_trend trend, const char *name, const char *suspicion)
{
    const char *said = age_trend_verdict(trend);
    if (trend == AGE_GROWING)
        return (struct verdict){"GROWING", TEXT_RED,
                                words_format("nothing is lost, but %s %s", name, suspicion)};
    bool steady = said && strcmp(said, "steady") == 0;
    return (struct verdict){steady ? "NO LEAK" : "HELD", steady ? TEXT_GREEN : TEXT_YELLOW,
                            words_format("nothing is lost: %s %s", name, suspicion)};
}

static struct phrase suspect_name(const struct opened *opened, const struct suspect *suspect)
{
    return words_cut(words_owner(opened, &opened->tree.group[suspect->group]).s, OWNER_CHARACTERS);
}

/* Nothing is lost for sure. What is said is of the heaviest that grows, else of the heaviest. */
static struct verdict suspect_verdict(const struct opened *opened, const struct suspects *suspects)
{
    const struct suspect *suspect = find_growing(suspects);
    if (!suspect)
        suspect = &suspects->suspect[0];
    return trend_verdict(suspect->trend, suspect_name(opened, suspect).s,
                         analyze_suspicion(opened, suspect).s);
}

/* The same by places, where owners are not known. */
static struct verdict place_verdict(const struct opened *opened, const struct findings *places)
{
    const struct process *process = &opened->dump->process;
    const struct finding *place = &places->finding[0];
    for (uint32_t i = 0; i < places->count; i++)
        if (age_profile_trend(&places->finding[i].ages, process) == AGE_GROWING) {
            place = &places->finding[i];
            break;
        }
    return trend_verdict(age_profile_trend(&place->ages, process),
                         words_site(opened, place->index).s,
                         analyze_suspicion_of_place(opened, place).s);
}

/* What is lost may be the smaller part of what grows. */
static bool grows_more(const struct opened *opened, const struct suspects *suspects,
                       struct verdict *ret_verdict)
{
    const struct suspect *growing = find_growing(suspects);
    if (!growing || opened->tree.group[growing->group].retained.bytes <=
                        analyze_lost_amount(opened->analysis).bytes)
        return false;
    *ret_verdict = (struct verdict){"GROWING", TEXT_RED,
                                    words_format("and more than is lost grows: %s %s",
                                                 suspect_name(opened, growing).s,
                                                 analyze_suspicion(opened, growing).s)};
    return true;
}

bool analyze_is_mostly_possible(const struct opened *opened, const struct suspects *suspects)
{
    const struct amount *possible = &opened->analysis->of_kind[KIND_POSSIBLE];
    return possible->blocks &&
           (!suspects->count ||
            possible->bytes >= opened->tree.group[suspects->suspect[0].group].retained.bytes);
}

static bool is_mostly_possible(const struct opened *opened, const struct suspects *suspects,
                               const struct findings *places)
{
    return analyze_is_mostly_possible(opened, suspects) &&
           (!places->count ||
            opened->analysis->of_kind[KIND_POSSIBLE].bytes >= places->finding[0].own.bytes);
}

/* Where nothing is surely lost. */
static struct verdict quiet_verdict(const struct opened *opened, const struct suspects *suspects,
                                    const struct findings *places)
{
    uint64_t possible = opened->analysis->of_kind[KIND_POSSIBLE].bytes;
    if (is_mostly_possible(opened, suspects, places))
        return (struct verdict){
            "MAYBE", TEXT_YELLOW,
            words_format("nothing is surely lost; only interior pointers lead to %s",
                         text_size(possible).s)};
    if (opened->dump->process.no_calls)
        return (struct verdict){"UNKNOWN", TEXT_YELLOW, words_format("no allocation was tracked")};
    if (places->count)
        return place_verdict(opened, places);
    if (suspects->count)
        return suspect_verdict(opened, suspects);
    return (struct verdict){"NO LEAK", TEXT_GREEN, words_format("nothing is lost")};
}

uint32_t analyze_verdicts(const struct opened *opened, const struct findings *lost,
                          const struct suspects *suspects, const struct findings *places,
                          struct verdict ret_verdicts[VERDICTS_MAX])
{
    const struct memory_split memory = memory_split(&opened->dump->process);
    if (mostly_fragmented(opened, &memory)) {
        ret_verdicts[0] = kept_verdict(opened, &memory);
        return 1;
    }
    if (!lost->count) {
        ret_verdicts[0] = quiet_verdict(opened, suspects, places);
        return 1;
    }
    ret_verdicts[0] = (struct verdict){"LEAK", TEXT_RED, leak_phrase(opened, lost)};
    return grows_more(opened, suspects, &ret_verdicts[1]) ? 2 : 1;
}
