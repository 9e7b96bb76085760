/* What changed from the first dump to the last: by place, by owner, and who let go. */
#include "cli/report.h"
#include "libcaulk/memory.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/html.h"
#include "cli/report_parts.h"

#define SITES_MAX 200
#define OWNERS_MAX 100

static void put_gain(FILE *out, int64_t bytes)
{
    fprintf(out, "<td class=number data-sort=%" PRId64, bytes);
    html_put(out, " data-label=Gained>$</td>", words_gain(bytes).s, NULL);
}

static void put_trend(FILE *out, enum trend trend, double steadiness)
{
    html_put(out, "<td><span class=\"trend $\">$</span>$</td>", trend_name(trend),
             trend_name(trend),
             steadiness > 0 ? words_format(" steadiness %.1f", steadiness).s : "", NULL);
}

/* "62.5 KiB → 125 KiB → 188 KiB", of many dumps the first and the last ones. */
static void put_samples(const struct report *report, const struct growth_sample *samples)
{
    uint32_t count = report->compared->dump_count;
    html_put(report->out, "<td data-label=Live>", NULL);
    for (uint32_t d = 0; d < count; d++) {
        if (count > 6 && d == 3) {
            html_put(report->out, " → …", NULL);
            d = count - 3;
        }
        html_put(report->out, "$$", d ? " → " : "", text_size(samples[d].bytes).s, NULL);
    }
    html_put(report->out, "</td>", NULL);
}

static void put_site(const struct report *report, const struct diff_site *site)
{
    struct call_stack stack = diff_site_stack(report->compared, site);
    FILE *out = report->out;
    html_put(out, "<tr>", NULL);
    put_gain(out, growth_gain(&site->growth));
    put_trend(out, site->trend, site->steadiness);
    html_put(out, "<td class=wide><span class=type>$</span> ",
             diff_site_name(report->compared, site).s, NULL);
    report_stack(out, &stack, STACK_FOLDED);
    html_put(out, "</td>", NULL);
    report_cell_bytes(out, "Born", site->growth.born.bytes);
    report_cell_bytes(out, "Freed", site->growth.freed.bytes);
    put_samples(report, site->samples);
    html_put(out, "</tr>\n", NULL);
    call_stack_finish(&stack);
}

static void put_omitted(FILE *out, uint32_t count, uint32_t most, const char *what)
{
    if (count > most)
        html_put(out,
                 "<p class=omitted>Left out: $ that gained less. All: <code>caulk diff "
                 "--json</code></p>\n",
                 text_counted(count - most, what).s, NULL);
}

static void put_sites(const struct report *report)
{
    const struct diff *diff = &report->compared->diff;
    html_put(report->out,
             "<h3>By place</h3>\n<form class=tools hidden data-for=growth-table><label>Find <input "
             "type=search name=find></label> <output></output></form>\n<div class=rows-scroll "
             "tabindex=0 role=region aria-label=\"growth by place\">"
             "<table class=\"rows sortable\" id=growth-table><thead><tr>"
             "<th scope=col class=number data-by=number>Gained</th><th scope=col>Trend</th>"
             "<th scope=col>What, and who allocated it</th>"
             "<th scope=col class=number data-by=number>Born</th>"
             "<th scope=col class=number data-by=number>Freed</th>"
             "<th scope=col>Live, from dump to dump</th></tr></thead><tbody>\n",
             NULL);
    for (uint32_t i = 0; i < diff->site_count && i < SITES_MAX; i++)
        put_site(report, &diff->site[i]);
    html_put(report->out, "</tbody></table></div>\n", NULL);
    put_omitted(report->out, diff->site_count, SITES_MAX, "place");
}

static void put_owner(const struct report *report, const struct owner_growth *owner)
{
    html_put(report->out, "<tr>", NULL);
    put_gain(report->out, owner_gain(owner));
    put_trend(report->out, owner->trend, owner->steadiness);
    html_put(report->out, "<td class=wide>$</td>",
             words_owner(&report->compared->newest, owner->group).s, NULL);
    put_samples(report, owner->samples);
    html_put(report->out, "</tr>\n", NULL);
}

static void put_owners(const struct report *report)
{
    const struct compared *compared = report->compared;
    if (!compared->owner_count || compared->newest.dump->process.only_lost)
        return;
    html_put(report->out,
             "<h3>By owner</h3>\n<div class=scroll><table class=\"rows sortable\"><thead><tr>"
             "<th scope=col class=number data-by=number>Gained</th><th scope=col>Trend</th>"
             "<th scope=col>Owner</th><th scope=col>Retained, from dump to dump</th></tr></thead>"
             "<tbody>\n",
             NULL);
    for (uint32_t i = 0; i < compared->owner_count && i < OWNERS_MAX; i++)
        put_owner(report, &compared->owners[i]);
    html_put(report->out, "</tbody></table></div>\n", NULL);
    put_omitted(report->out, compared->owner_count, OWNERS_MAX, "owner");
}

static void put_dropped(const struct report *report)
{
    struct drop_line *lines = allocate(DROP_LINES_MAX, sizeof(*lines));
    struct amount rest;
    uint32_t count = diff_fold_dropped(report->compared, lines, &rest);
    if (count)
        html_put(report->out, "<h3>Who dropped the last pointer to what is lost now</h3>\n<ul>\n",
                 NULL);
    for (uint32_t i = 0; i < count; i++)
        html_put(report->out, "<li>$ × <span class=type>$</span>, $: $$</li>\n",
                 text_count(lines[i].amount.blocks).s, lines[i].what.s,
                 text_size(lines[i].amount.bytes).s, lines[i].holder.s, lines[i].fate, NULL);
    if (rest.blocks)
        html_put(report->out, "<li class=omitted>$ more, $</li>\n",
                 text_counted(rest.blocks, "block").s, text_size(rest.bytes).s, NULL);
    if (count)
        html_put(report->out, "</ul>\n", NULL);
    free(lines);
}

static void put_weakened(const struct report *report)
{
    const struct compared *compared = report->compared;
    if (compared->oldest.dump->process.no_births || compared->newest.dump->process.no_births)
        html_put(report->out,
                 "<p class=omitted>Births were not recorded (memory=low): a block is "
                 "taken for the same where address, size and site are.</p>\n",
                 NULL);
    if (compared->diff.by_caller)
        html_put(report->out,
                 "<p class=omitted>By caller: stacks were sampled, and which block has "
                 "one is chance; these figures are exact.</p>\n",
                 NULL);
    if (compared->dump_count == 2)
        html_put(report->out,
                 "<p class=note>Two dumps show that it grew; a third one tells a cache "
                 "that fills from a leak.</p>\n",
                 NULL);
}

void report_growth(const struct report *report)
{
    const struct compared *compared = report->compared;
    const struct diff *diff = &compared->diff;
    struct amount lost = diff->newly_lost[KIND_DEFINITE];
    amount_add(&lost, diff->newly_lost[KIND_INDIRECT]);
    html_put(report->out,
             "<p>From dump $ to dump $, $ apart: the heap went from $ to $; born $, freed $, "
             "survived $.</p>\n",
             text_count(compared->oldest.dump->process.sequence).s,
             text_count(compared->newest.dump->process.sequence).s,
             text_duration(diff_seconds(compared)).s,
             text_size(compared->oldest.analysis->live.bytes).s,
             text_size(compared->newest.analysis->live.bytes).s, text_size(diff->born.bytes).s,
             text_size(diff->freed.bytes).s, text_size(diff->survived.bytes).s, NULL);
    if (lost.blocks)
        html_put(report->out,
                 "<p class=\"verdict bad\"><strong>LEAK</strong> $, $, are lost that were not in "
                 "the first dump</p>\n",
                 text_counted(lost.blocks, "block").s, text_size(lost.bytes).s, NULL);
    put_weakened(report);
    put_sites(report);
    put_owners(report);
    put_dropped(report);
}
