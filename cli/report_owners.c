/* Who retains what: the owners of a tenth of the heap or more, then the tree, a line opened at a
 * time. */
#include "cli/report.h"

#include "cli/html.h"
#include "cli/owners.h"
#include "cli/report_parts.h"

/* What retains less of the heap tells nothing; a page of more lines is slow to open. */
#define HEAP_SHARE 2000
#define LINES_MAX 4000
#define CHILDREN_MAX 40

struct tree_walk {
    const struct report *report;
    const struct owners_view *view;
    uint32_t lines;
};

static void put_suspect(const struct report *report, uint32_t index)
{
    const struct opened *opened = report->opened;
    const struct suspect *suspect = &report->suspects->suspect[index];
    const struct owner_group *group = &opened->tree.group[suspect->group];
    bool ages = age_profile_known(&opened->dump->process);
    html_put(report->out, "<tr><th scope=row>$</th><td class=wide>$</td>", words_id('R', index).s,
             words_owner(opened, group).s, NULL);
    report_cell_bytes(report->out, "Retains", group->retained.bytes);
    html_put(report->out, "<td data-label=Births>$</td><td data-label=Verdict>$</td></tr>\n",
             ages ? words_ages(&suspect->ages).s : "", analyze_suspicion(opened, suspect).s, NULL);
}

/* Where a dump has no owners of what is reachable. */
static void put_place(const struct report *report, uint32_t index)
{
    const struct finding *place = &report->places->finding[index];
    html_put(report->out, "<tr><th scope=row>$</th><td class=wide>$</td>",
             words_id('S', place->index).s, words_site(report->opened, place->index).s, NULL);
    report_cell_bytes(report->out, "Has", place->own.bytes);
    html_put(report->out, "<td data-label=Births>$</td><td data-label=Verdict>$</td></tr>\n",
             words_ages(&place->ages).s, analyze_suspicion_of_place(report->opened, place).s, NULL);
}

static void put_suspects(const struct report *report)
{
    if (!report->suspects->count && !report->places->count)
        return;
    html_put(report->out,
             "<h3>What is in use, and has a tenth of the heap or more</h3>\n<table class=rows>"
             "<thead><tr><th scope=col></th><th scope=col>Owner</th><th scope=col class=number>"
             "Retains</th><th scope=col>Births, by tenths of the uptime</th><th scope=col>Verdict"
             "</th></tr></thead><tbody>\n",
             NULL);
    for (uint32_t i = 0; i < report->suspects->count; i++)
        put_suspect(report, i);
    for (uint32_t i = 0; i < report->places->count; i++)
        put_place(report, i);
    html_put(report->out, "</tbody></table>\n<h3>All owners</h3>\n", NULL);
}

static void put_holders(const struct tree_walk *walk, const struct owner_holders *holders)
{
    const struct opened *opened = walk->view->opened;
    for (uint32_t i = 0; i < holders->count; i++)
        html_put(walk->report->out, "<span class=place>$$</span>", i ? ", " : " held by ",
                 words_owner(opened, &opened->tree.group[holders->group[i]]).s, NULL);
    if (holders->more)
        html_put(walk->report->out, "<span class=place> and more</span>", NULL);
}

static void put_figures(const struct tree_walk *walk, uint64_t bytes)
{
    uint64_t heap = walk->view->opened->owners.retained[0].bytes;
    html_put(walk->report->out, "<span class=figures>$</span> <span class=figures>$</span> ",
             text_percent(bytes, heap).s, text_size(bytes).s, NULL);
    report_bar(walk->report->out, "live", bytes, heap);
}

static void put_line(struct tree_walk *walk, uint32_t index, const struct owner_holders *holders)
{
    const struct owner_group *group = &walk->view->opened->tree.group[index];
    put_figures(walk, group->retained.bytes);
    html_put(walk->report->out, " <span class=\"owner$\">$</span>", group->lost ? " lost" : "",
             words_owner(walk->view->opened, group).s, NULL);
    if (holders)
        put_holders(walk, holders);
    walk->lines++;
}

/* Heaviest first, so what follows the first that is left out is left out too. */
static uint32_t count_shown(const struct tree_walk *walk, const uint32_t *child, uint32_t count)
{
    const struct opened *opened = walk->view->opened;
    uint64_t least = opened->owners.retained[0].bytes / HEAP_SHARE;
    uint32_t shown = 0;
    while (shown < count && shown < CHILDREN_MAX && walk->lines + shown < LINES_MAX &&
           opened->tree.group[child[shown]].retained.blocks &&
           opened->tree.group[child[shown]].retained.bytes >= least)
        shown++;
    return shown;
}

static void put_rest(const struct tree_walk *walk, const uint32_t *child, uint32_t count)
{
    uint64_t bytes = 0, owners = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct owner_group *group = &walk->view->opened->tree.group[child[i]];
        bytes += group->retained.bytes;
        owners += group->retained.blocks > 0;
    }
    if (!owners)
        return;
    html_put(walk->report->out, "<li class=omitted>", NULL);
    put_figures(walk, bytes);
    html_put(walk->report->out, " … $ more</li>\n", text_count(owners).s, NULL);
}

static void put_below(struct tree_walk *walk, uint32_t above, bool heavy);

/* The way to where the weight lies is open at first. */
static void put_owner(struct tree_walk *walk, uint32_t index, bool heavy,
                      const struct owner_holders *holders)
{
    uint32_t count;
    const uint32_t *child = owner_tree_children(&walk->view->opened->tree, index, &count);
    bool opens = count_shown(walk, child, count) > 0;
    html_put(walk->report->out, opens ? "<li>" : "<li class=leaf>", NULL);
    if (opens)
        html_put(walk->report->out, "<details $><summary>", heavy ? "open" : "", NULL);
    put_line(walk, index, holders);
    if (opens) {
        html_put(walk->report->out, "</summary>\n", NULL);
        put_below(walk, index, heavy);
        html_put(walk->report->out, "</details>", NULL);
    }
    html_put(walk->report->out, "</li>\n", NULL);
}

static void put_below(struct tree_walk *walk, uint32_t above, bool heavy)
{
    const struct owner_tree *tree = &walk->view->opened->tree;
    bool top = above == OWNER_NONE;
    uint32_t count;
    const uint32_t *child = owner_tree_children(tree, above, &count);
    uint32_t shown = count_shown(walk, child, count);
    uint64_t of = top ? 0 : tree->group[above].retained.bytes;
    html_put(walk->report->out, top ? "<ul class=tree>\n" : "<ul>\n", NULL);
    for (uint32_t i = 0; i < shown; i++)
        put_owner(walk, child[i], heavy && !i && tree->group[child[i]].retained.bytes >= of / 2,
                  top ? &walk->view->holders[i] : NULL);
    put_rest(walk, child + shown, count - shown);
    html_put(walk->report->out, "</ul>\n", NULL);
}

void report_owners(const struct report *report)
{
    struct owners_view view;
    put_suspects(report);
    owners_view_init(&view, report->opened);
    struct tree_walk walk = {report, &view, 0};
    html_put(report->out,
             "<p class=note>What an owner retains could be released if it let go. Open a line to "
             "see what it holds.</p>\n",
             NULL);
    if (opened_unowned(report->opened).blocks)
        html_put(report->out,
                 "<p class=omitted>Of what is reachable this dump (--detail=lost) has "
                 "no owners.</p>\n",
                 NULL);
    if (view.top_count)
        put_below(&walk, OWNER_NONE, true);
    owners_view_finish(&view);
}
