/* The beginning of the page: is it a leak, what weakens the answer, where the memory is. */
#include "cli/memory_split.h"
#include "cli/report.h"

#include "cli/html.h"
#include "cli/report_parts.h"

static const char *class_of(enum text_colour colour)
{
    return colour == TEXT_RED ? "bad" : colour == TEXT_GREEN ? "good" : "unsure";
}

static void put_sentences(const struct report *report)
{
    struct verdict verdicts[VERDICTS_MAX];
    uint32_t count =
        analyze_verdicts(report->opened, report->lost, report->suspects, report->places, verdicts);
    for (uint32_t i = 0; i < count; i++)
        html_put(report->out, "<p class=\"verdict $\"><strong>$</strong> $</p>\n",
                 class_of(verdicts[i].colour), verdicts[i].word, verdicts[i].phrase.s, NULL);
}

static void put_warning(const struct report *report, const char *text)
{
    html_put(report->out, "<li>$</li>\n", text, NULL);
}

static void put_own_warnings(const struct report *report)
{
    const struct analysis *analysis = report->opened->analysis;
    const struct amount *pending = &analysis->pending.amount, *weak = &analysis->verdicts.weak;
    if (report->opened->dump->process.merged)
        put_warning(report, "Merged from several dumps: blocks were summed by place and verdict; "
                            "which of them hold each other is not in the dump.");
    else if (report->opened->dump->process.only_lost)
        put_warning(report, report->opened->dump->owned_count
                                ? "Made with --detail=lost: what is reachable was summed by place "
                                  "and owner."
                                : "Made with --detail=lost: what is reachable was summed by place; "
                                  "who owns it is not in the dump.");
    if (pending->blocks)
        put_warning(report, words_format("%s pending: unreachable, but Python's garbage collector "
                                         "will come back for it.",
                                         text_size(pending->bytes).s)
                                .s);
    if (weak->blocks)
        put_warning(report, words_format("%s kept alive only by registers, threads that did not "
                                         "stop, or words on stacks that look stale.",
                                         text_size(weak->bytes).s)
                                .s);
}

static bool any_warning(const struct report *report)
{
    const struct analysis *analysis = report->opened->analysis;
    return analysis->warnings.count || report->opened->dump->process.only_lost ||
           analysis->pending.amount.blocks || analysis->verdicts.weak.blocks;
}

/* What no dump shows is said where somebody might conclude that all is well. */
static void put_warnings(const struct report *report)
{
    const struct warnings *warnings = &report->opened->analysis->warnings;
    html_put(report->out, "<h3>What weakens these verdicts</h3>\n<ul class=warnings>\n", NULL);
    for (uint32_t i = 0; i < warnings->count; i++)
        put_warning(report, warnings->warning[i].text);
    put_own_warnings(report);
    if (!any_warning(report))
        put_warning(report, "Nothing that the tracker knows of.");
    put_warning(report, "Never seen: pointers held only in pipes, sockets, io_uring or queued "
                        "signals.");
    html_put(report->out, "</ul>\n", NULL);
}

static const char *meaning_of(enum block_kind kind)
{
    static const char *const meaning[KIND_COUNT] = {
        [KIND_DEFINITE] = "no pointer leads to it: the leak itself",
        [KIND_INDIRECT] = "only what is lost holds it",
        [KIND_POSSIBLE] = "only pointers into its middle lead to it",
        [KIND_REACHABLE] = "in use",
        [KIND_SUPPRESSED] = "not to be reported"};
    return meaning[kind];
}

static void put_total(const struct report *report, const char *name, const char *bar,
                      const char *meaning, struct amount amount)
{
    const struct amount *live = &report->opened->analysis->live;
    html_put(report->out, "<tr><th scope=row>$</th>", name, NULL);
    report_cell_count(report->out, "Blocks", amount.blocks);
    report_cell_bytes(report->out, "Bytes", amount.bytes);
    html_put(report->out, "<td class=number data-label=Share>$</td><td class=wide>",
             text_percent(amount.bytes, live->bytes).s, NULL);
    report_bar(report->out, bar, amount.bytes, live->bytes);
    html_put(report->out, "<span class=note>$</span></td></tr>\n", meaning, NULL);
}

static void put_totals(const struct report *report)
{
    const struct analysis *analysis = report->opened->analysis;
    html_put(
        report->out,
        "<h3>By verdict</h3>\n<div class=scroll><table class=totals><thead><tr><th "
        "scope=col>Verdict</th>"
        "<th scope=col class=number>Blocks</th><th scope=col class=number>Bytes</th>"
        "<th scope=col class=number>Share</th><th scope=col>Meaning</th></tr></thead><tbody>\n",
        NULL);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const char *name = block_kind_name((enum block_kind)kind);
        if (kind != KIND_SUPPRESSED || analysis->of_kind[kind].blocks)
            put_total(report, name, name, meaning_of((enum block_kind)kind),
                      analysis->of_kind[kind]);
    }
    put_total(report, "live", "live", "all blocks", analysis->live);
    struct phrase cycles = words_format("of definite and indirect blocks");
    if (analysis->cycles.lost_count)
        cycles =
            words_format("%s, %s", text_counted(analysis->cycles.lost_count, "cycle").s, cycles.s);
    put_total(report, "in lost cycles", "definite", cycles.s, analysis->cycles.lost);
    html_put(report->out, "</tbody></table></div>\n", NULL);
}

static void put_memory(const struct report *report)
{
    const struct memory_split memory = memory_split(&report->opened->dump->process);
    const struct {
        const char *name;
        uint64_t bytes;
    } parts[] = {{"in use", memory.in_use},
                 {"allocator free", memory.allocator_free},
                 {"tracker", memory.tracker},
                 {"stacks", memory.stacks},
                 {"other", memory.other}};
    if (!memory.rss)
        return;
    html_put(report->out,
             "<h3>Resident memory: $</h3>\n<div class=scroll><table class=totals><thead><tr><th "
             "scope=col>Part</th>"
             "<th scope=col class=number>Bytes</th><th scope=col class=number>Share</th>"
             "<th scope=col></th></tr></thead><tbody>\n",
             text_size(memory.rss).s, NULL);
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        html_put(report->out, "<tr><th scope=row>$</th>", parts[i].name, NULL);
        report_cell_bytes(report->out, "Bytes", parts[i].bytes);
        html_put(report->out, "<td class=number data-label=Share>$</td><td class=wide>",
                 text_percent(parts[i].bytes, memory.rss).s, NULL);
        report_bar(report->out, "live", parts[i].bytes, memory.rss);
        html_put(report->out, "</td></tr>\n", NULL);
    }
    html_put(report->out, "</tbody></table></div>\n", NULL);
}

void report_verdict(const struct report *report)
{
    put_sentences(report);
    put_warnings(report);
    put_totals(report);
    put_memory(report);
}
