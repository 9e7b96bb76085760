/*
 * The head of `caulk analyze`: is it a leak at all? First where the resident memory is, then how
 * much of the heap is lost, then one sentence that says what is going on. Each line begins with a
 * word in a column of its own.
 */
#include <stdio.h>
#include <string.h>

#include "cli/analyze.h"
#include "cli/memory_split.h"
#include "cli/text.h"
#include "cli/words.h"

void analyze_print_process(const struct opened *opened)
{
    const struct dump *dump = opened->dump;
    bool alone = dump->process.merged && words_is_of_one_program(dump);
    printf("%s%s%s%s %s\n", text_colour(TEXT_BOLD), words_program(&dump->process).s,
           text_colour(TEXT_PLAIN), alone ? "," : "", words_process(opened).s);
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

static void print_heap(const struct analysis *analysis)
{
    struct amount lost = analyze_lost_amount(analysis);
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

static void print_verdicts(const struct opened *opened, const struct findings *lost,
                           const struct suspects *suspects, const struct findings *places)
{
    struct verdict verdicts[VERDICTS_MAX];
    uint32_t count = analyze_verdicts(opened, lost, suspects, places, verdicts);
    for (uint32_t i = 0; i < count; i++)
        printf("%s%-7s%s %s\n", text_colour(verdicts[i].colour), verdicts[i].word,
               text_colour(TEXT_PLAIN), verdicts[i].phrase.s);
}

void analyze_print_head(const struct opened *opened, const struct findings *lost,
                        const struct suspects *suspects, const struct findings *places)
{
    const struct memory_split memory = memory_split(&opened->dump->process);
    const struct warnings *warnings = &opened->analysis->warnings;
    analyze_print_process(opened);
    print_memory(&memory);
    print_heap(opened->analysis);
    print_verdicts(opened, lost, suspects, places);
    if (opened->dump->process.merged)
        puts(
            "Merged  blocks were summed by place and verdict; which of them hold each other is not "
            "in the dump");
    else if (opened->dump->process.only_lost)
        printf("Detail  lost: what is reachable was summed by place%s\n",
               opened->dump->owned_count ? " and owner" : "; who owns it is not in the dump");
    for (uint32_t i = 0; i < warnings->count; i++)
        printf("%sBUT%s     %s\n", text_colour(TEXT_YELLOW), text_colour(TEXT_PLAIN),
               words_cut(warnings->warning[i].text, 160).s);
}
