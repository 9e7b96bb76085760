/* What is lost or may be, by the place that allocated it, worst first. */
#include "cli/report.h"

#include <inttypes.h>

#include "cli/html.h"
#include "cli/report_parts.h"

#define ROWS_MAX 500

/* label, or empty for the columns that are not numbers; the script makes them buttons. */
static void put_head(FILE *out)
{
    html_put(out,
             "<thead><tr><th scope=col data-by=number>Site</th><th scope=col>Verdict</th>"
             "<th scope=col>What, and who allocated it</th>"
             "<th scope=col class=number data-by=number>Blocks</th>"
             "<th scope=col class=number data-by=number>Bytes</th>"
             "<th scope=col class=number data-by=number>Held with them</th>"
             "<th scope=col class=number data-by=number>In all</th>"
             "<th scope=col data-by=number>Born</th></tr></thead>\n",
             NULL);
}

static void put_verdict(FILE *out, const struct leak *leak)
{
    const char *kind = block_kind_name(leak->kind);
    html_put(out, "<td><span class=\"kind $\">$</span>$$$</td>", kind, kind,
             leak->cyclic ? " in a cycle" : "", leak_is_pending(leak) ? " pending" : "",
             leak->estimated ? " estimated" : "", NULL);
}

static void put_born(FILE *out, const struct opened *opened, const struct leak *leak)
{
    if (!leak->born_known) {
        html_put(out, "<td data-label=Born data-sort=-1>not known</td>", NULL);
        return;
    }
    fprintf(out, "<td data-label=Born data-sort=%.3f>", leak->last_seconds);
    html_text(out, words_born(opened, leak->first_seconds, leak->last_seconds).s);
    html_put(out, "</td>", NULL);
}

static void put_row(const struct report *report, const struct leak *leak)
{
    struct call_stack stack;
    FILE *out = report->out;
    opened_site_stack(report->opened, leak->site, &stack);
    fprintf(out, "<tr><th scope=row data-sort=%" PRIu32 ">S%" PRIu32 "</th>", leak->site + 1,
            leak->site + 1);
    put_verdict(out, leak);
    html_put(out, "<td class=wide>", NULL);
    if (leak->type)
        html_put(out, "<span class=type>$</span> ", words_cut(leak->type, 100).s, NULL);
    report_stack(out, &stack, STACK_FOLDED);
    html_put(out, "</td>", NULL);
    report_cell_count(out, "Blocks", leak->own.blocks);
    report_cell_bytes(out, "Bytes", leak->own.bytes);
    report_cell_bytes(out, "Held", leak->indirect.bytes);
    report_cell_bytes(out, "In all", leak->own.bytes + leak->indirect.bytes);
    put_born(out, report->opened, leak);
    html_put(out, "</tr>\n", NULL);
    call_stack_finish(&stack);
}

static void put_left_out(const struct report *report)
{
    const struct leaks *leaks = &report->opened->analysis->leaks;
    struct amount rest = {0};
    for (uint32_t i = ROWS_MAX; i < leaks->count; i++)
        amount_add(&rest, leaks->leak[i].own);
    if (leaks->count > ROWS_MAX)
        html_put(report->out,
                 "<p class=omitted>Left out: $ of less, $. All of them: <code>caulk "
                 "analyze --json</code></p>\n",
                 text_counted(leaks->count - ROWS_MAX, "row").s, text_size(rest.bytes).s, NULL);
}

void report_leaks(const struct report *report)
{
    const struct leaks *leaks = &report->opened->analysis->leaks;
    if (!leaks->count) {
        html_put(report->out, "<p>Nothing is lost, and nothing may be.</p>\n", NULL);
        return;
    }
    html_put(report->out,
             "<form class=tools hidden data-for=leak-table><label>Find <input type=search "
             "name=find placeholder=\"function, file, type\"></label> <label>Verdict "
             "<select name=kind><option value=\"\">all</option><option>definite</option><option>"
             "possible</option><option>in a cycle</option></select></label> <output></output>"
             "</form>\n<div class=rows-scroll tabindex=0 role=region aria-label=\"leaks\"><table "
             "class=\"rows sortable\" id=leak-table>",
             NULL);
    put_head(report->out);
    html_put(report->out, "<tbody>\n", NULL);
    for (uint32_t i = 0; i < leaks->count && i < ROWS_MAX; i++)
        put_row(report, &leaks->leak[i]);
    html_put(report->out, "</tbody></table></div>\n", NULL);
    put_left_out(report);
}
