/*
 * The head of `caulk analyze`: is it a leak at all? First where the resident memory is, then how
 * much of the heap is lost, then one sentence that says what is going on. Each line begins with a
 * word in a column of its own.
 */
#include <stdio.h>
#include <string.h>

#include "cli/analyze.h"
#include "cli/text.h"
#include "cli/words.h"

static void print_merged(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    printf("%s%s%s%s, %s, up to %s, paused %s at most, %s of %s parked\n", text_colour(TEXT_BOLD),
           words_cut(words_file_name(dump->process.program), 60).s, text_colour(TEXT_PLAIN),
           words_is_of_one_program(dump) ? "" : " and other programs", words_merged(dump).s,
           text_duration(opened_uptime(opened)).s,
           text_duration((double)dump->process.pause_ns / 1e9).s,
           text_count(dump->merged.threads - dump->merged.unparked).s,
           text_counted(dump->merged.threads, "thread").s);
}

void analyze_print_process(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    const struct process *process = &dump->process;
    if (process->merged) {
        print_merged(opened);
        return;
    }
    uint32_t parked = 0, dumps;
    opened_dumps(opened, &dumps);
    for (uint32_t i = 0; i < dump->thread_count; i++)
        parked += dump->threads[i].state != THREAD_UNPARKED;
    printf("%s%s%s pid %u", text_colour(TEXT_BOLD),
           words_cut(words_file_name(process->program), 60).s, text_colour(TEXT_PLAIN),
           process->pid);
    if (dumps > 1)
        printf(" and %s more", text_count(dumps - 1).s);
    printf(", up %s, dump %u, paused %s, %s of %s parked\n", text_duration(opened_uptime(opened)).s,
           process->sequence, text_duration((double)process->pause_ns / 1e9).s,
           text_count(parked).s, text_counted(dump->thread_count, "thread").s);
}

/* "RSS     4.6 GiB = in use 3.9 + allocator free 0.4 + …", all in the whole's unit. */
static void print_memory(const struct memory_split *memory)
{
    const struct {
        const char *name;
        uint64_t bytes;
    } parts[] = {{"in use", memory->in_use},
                 {"allocator free", memory->allocator_free},
                 {"tracker", memory->tracker},
                 {"stacks", memory->stacks},
                 {"other", memory->other}};
    unsigned unit = text_size_unit(memory->rss);
    const char *joint = " = ";
    if (!memory->rss)
        return;
    printf("RSS     %s", text_size(memory->rss).s);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct text size = text_size_in(parts[i].bytes, unit);
        /* What would be written as 0 explains nothing. */
        if (strcmp(size.s, "0") == 0)
            continue;
        printf("%s%s %s", joint, parts[i].name, size.s);
        joint = " + ";
    }
    putchar('\n');
}

/* What Python's collector comes back for is said beside it. */
static struct amount lost_amount(const struct analysis *analysis)
{
    struct amount lost = analysis->of_kind[KIND_DEFINITE];
    amount_add(&lost, analysis->of_kind[KIND_INDIRECT]);
    lost.blocks -= analysis->pending.amount.blocks;
    lost.bytes -= analysis->pending.amount.bytes;
    return lost;
}

static void print_heap(const struct analysis *analysis)
{
    struct amount lost = lost_amount(analysis);
    printf("Heap    lost %s", lost.blocks ? text_size(lost.bytes).s : "0");
    if (lost.blocks)
        printf(" (%s)", text_percent(lost.bytes, analysis->live.bytes).s);
    if (analysis->pending.amount.blocks)
        printf("   pending %s", text_size(analysis->pending.amount.bytes).s);
    const struct amount *possible = &analysis->of_kind[KIND_POSSIBLE];
    const struct amount *suppressed = &analysis->of_kind[KIND_SUPPRESSED];
    printf("   possible %s", possible->blocks ? text_size(possible->bytes).s : "0");
    printf("   reachable %s", text_size(analysis->of_kind[KIND_REACHABLE].bytes).s);
    if (suppressed->blocks)
        printf("   suppressed %s", text_size(suppressed->bytes).s);
    putchar('\n');
}

/* One thing holds most of it: that is what to say. Else how many things there are. */
static void print_leak_sentence(const struct opened *opened, const struct findings *lost)
{
    const struct finding *worst = &lost->finding[0];
    uint64_t all = lost_amount(opened->analysis).bytes;
    uint64_t held = worst->own.bytes + worst->held.bytes;
    struct text share = text_percent(held, all);
    printf("%sLEAK%s    ", text_colour(TEXT_RED), text_colour(TEXT_PLAIN));
    if (held < all / 2)
        printf("%s cycle shapes and places have lost it; the worst holds %s%s\n",
               text_count(lost->count).s, share.s, finding_mark(worst));
    else if (worst->kind == FINDING_SITE)
        printf("blocks from one place%s are %s of what is lost%s\n",
               worst->held.blocks ? ", with what they hold," : "", share.s, finding_mark(worst));
    else if (opened->analysis->shapes.shape[worst->index].cycle_count == 1)
        printf("one lost cycle holds %s of what is lost\n", share.s);
    else
        printf("one cycle shape holds %s of what is lost\n", share.s);
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
           lost_amount(opened->analysis).bytes < memory->allocator_free;
}

/* The heaviest that grows, or NULL. */
static const struct suspect *find_growing(const struct suspects *suspects)
{
    for (uint32_t i = 0; i < suspects->count; i++)
        if (suspects->suspect[i].trend == AGE_GROWING)
            return &suspects->suspect[i];
    return NULL;
}

static void print_growing(const struct opened *opened, const struct suspect *suspect,
                          const char *before)
{
    printf("%sGROWING%s %s %s %s\n", text_colour(TEXT_RED), text_colour(TEXT_PLAIN), before,
           words_owner(opened, &opened->tree.group[suspect->group]).s,
           analyze_suspicion(opened, suspect).s);
}

/* Nothing is lost for sure. What one dump can say of growth is said of the heaviest that grows,
 * else of the heaviest. */
static void print_suspicion(const struct opened *opened, const struct suspects *suspects)
{
    const struct suspect *worst = &suspects->suspect[0];
    const char *verdict = age_trend_verdict(worst->trend);
    bool steady = verdict && strcmp(verdict, "steady") == 0;
    if (find_growing(suspects)) {
        print_growing(opened, find_growing(suspects), "nothing is lost, but");
        return;
    }
    printf("%s%s%s nothing is lost: %s %s\n", text_colour(steady ? TEXT_GREEN : TEXT_YELLOW),
           steady ? "NO LEAK" : "HELD   ", text_colour(TEXT_PLAIN),
           words_owner(opened, &opened->tree.group[worst->group]).s,
           analyze_suspicion(opened, worst).s);
}

/* The same by places, where owners are not known. */
static const struct finding *find_growing_place(const struct opened *opened,
                                                const struct findings *places)
{
    for (uint32_t i = 0; i < places->count; i++)
        if (age_profile_trend(&places->finding[i].ages, &opened->dump->process) == AGE_GROWING)
            return &places->finding[i];
    return NULL;
}

static void print_place(const struct opened *opened, const struct findings *places)
{
    const struct finding *growing = find_growing_place(opened, places);
    const struct finding *place = growing ? growing : &places->finding[0];
    const char *verdict =
        age_trend_verdict(age_profile_trend(&place->ages, &opened->dump->process));
    bool steady = verdict && strcmp(verdict, "steady") == 0;
    const char *word = growing ? "GROWING" : steady ? "NO LEAK" : "HELD   ";
    enum text_colour colour = growing ? TEXT_RED : steady ? TEXT_GREEN : TEXT_YELLOW;
    printf("%s%s%s nothing is lost%s %s %s\n", text_colour(colour), word, text_colour(TEXT_PLAIN),
           growing ? ", but" : ":", words_site(opened, place->index).s,
           analyze_suspicion_of_place(opened, place).s);
}

/* What is lost may be the smaller part of what grows. */
static void print_growing_too(const struct opened *opened, const struct suspects *suspects)
{
    const struct suspect *growing = find_growing(suspects);
    if (growing &&
        opened->tree.group[growing->group].retained.bytes > lost_amount(opened->analysis).bytes)
        print_growing(opened, growing, "and more than is lost grows:");
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

static void print_sentence(const struct opened *opened, const struct findings *lost,
                           const struct suspects *suspects, const struct findings *places,
                           const struct memory_split *memory)
{
    const struct analysis *analysis = opened->analysis;
    if (mostly_fragmented(opened, memory))
        printf("%sKEPT%s    fragmentation, not a leak: %s of RSS is free memory that the allocator "
               "keeps; try %s\n",
               text_colour(TEXT_YELLOW), text_colour(TEXT_PLAIN),
               text_percent(memory->allocator_free, memory->rss).s,
               fragmentation_remedy(opened->dump->process.allocator));
    else if (lost->count) {
        print_leak_sentence(opened, lost);
        print_growing_too(opened, suspects);
    } else if (is_mostly_possible(opened, suspects, places))
        printf("%sMAYBE%s   nothing is surely lost; only interior pointers lead to %s\n",
               text_colour(TEXT_YELLOW), text_colour(TEXT_PLAIN),
               text_size(analysis->of_kind[KIND_POSSIBLE].bytes).s);
    else if (opened->dump->process.no_calls)
        printf("%sUNKNOWN%s no allocation was tracked\n", text_colour(TEXT_YELLOW),
               text_colour(TEXT_PLAIN));
    else if (places->count)
        print_place(opened, places);
    else if (suspects->count)
        print_suspicion(opened, suspects);
    else
        printf("%sNO LEAK%s nothing is lost\n", text_colour(TEXT_GREEN), text_colour(TEXT_PLAIN));
}

void analyze_print_head(const struct opened *opened, const struct findings *lost,
                        const struct suspects *suspects, const struct findings *places)
{
    const struct memory_split memory = memory_split(&opened->dump->process);
    const struct warnings *warnings = &opened->analysis->warnings;
    analyze_print_process(opened);
    print_memory(&memory);
    print_heap(opened->analysis);
    print_sentence(opened, lost, suspects, places, &memory);
    if (opened->dump->process.merged)
        puts(
            "Merged  blocks were summed by place and verdict; which of them hold each other is not "
            "in the dump");
    else if (opened->dump->process.only_lost)
        puts("Detail  lost: what is reachable was summed by place; who owns it is not in the dump");
    for (uint32_t i = 0; i < warnings->count; i++)
        printf("%sBUT%s     %s\n", text_colour(TEXT_YELLOW), text_colour(TEXT_PLAIN),
               words_cut(warnings->warning[i].text, 160).s);
}
