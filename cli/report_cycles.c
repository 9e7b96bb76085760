/* What holds itself: each shape of lost cycles with its worst cycle's picture, the pointers to
 * break, and who allocated its members. */
#include "cli/report.h"

#include <string.h>

#include "cli/finding_pointers.h"
#include "cli/html.h"
#include "cli/report_parts.h"

/* So many are shown without being asked for. */
#define OPEN_AT_FIRST 3
#define IDS_MAX 12
#define MEMBERS_MAX 8

static const struct finding *find_finding(const struct report *report, uint32_t shape)
{
    for (uint32_t i = 0; i < report->lost->count; i++)
        if (report->lost->finding[i].kind == FINDING_SHAPE &&
            report->lost->finding[i].index == shape)
            return &report->lost->finding[i];
    return NULL;
}

static void put_fact(FILE *out, const char *name, const char *text)
{
    html_put(out, "<dt>$</dt><dd>$</dd>", name, text, NULL);
}

/* By these `caulk graph --cycle` knows them. */
static void put_ids(const struct report *report, uint32_t index)
{
    const struct analysis *analysis = report->opened->analysis;
    const struct shape *shape = &analysis->shapes.shape[index];
    uint32_t said = 0;
    html_put(report->out, "<dt>cycles</dt><dd>", NULL);
    for (uint32_t c = 0; c < analysis->cycles.count && said < IDS_MAX; c++)
        if (analysis->cycles.cycle[c].shape == index)
            html_put(report->out, "$$", said++ ? ", " : "", words_id('C', c).s, NULL);
    if (shape->cycle_count > said)
        html_put(report->out, " and $ like these", text_count(shape->cycle_count - said).s, NULL);
    html_put(report->out, "</dd>", NULL);
}

static void put_closing(const struct report *report, const struct shape *shape)
{
    struct phrase closing[CLOSING_MAX];
    uint32_t count = finding_pointers_closing(report->opened, shape, closing);
    for (uint32_t i = 0; i < count; i++)
        html_put(report->out, "<dt>$</dt><dd class=closing>$</dd>", i ? "" : "closes", closing[i].s,
                 NULL);
    uint32_t weak = finding_pointers_weak(report->opened, shape, closing);
    for (uint32_t i = 0; i < weak; i++)
        put_fact(report->out, i ? "" : "weak", closing[i].s);
}

/* What is told of a cycle that is pending has no finding. */
static void put_finding(const struct report *report, const struct finding *finding)
{
    const struct opened *opened = report->opened;
    if (finding->born_known)
        put_fact(report->out, "born",
                 words_format(
                     "%s %s",
                     age_profile_known(&opened->dump->process) ? words_ages(&finding->ages).s : "",
                     words_born(opened, finding->first_seconds, finding->last_seconds).s)
                     .s);
    if (finding->held.blocks)
        put_fact(report->out, "drags",
                 words_format("%s, %s %s", text_counted(finding->held.blocks, "block").s,
                              text_size(finding->held.bytes).s,
                              finding_pointers_by(opened, finding).s)
                     .s);
}

static void put_facts(const struct report *report, uint32_t index)
{
    const struct shape *shape = &report->opened->analysis->shapes.shape[index];
    const struct finding *finding = find_finding(report, index);
    struct proof proof = words_proof(report->opened, shape);
    html_put(report->out, "<dl>", NULL);
    put_closing(report, shape);
    if (*proof.word)
        put_fact(report->out, proof.word, proof.phrase.s);
    if (finding)
        put_finding(report, finding);
    put_ids(report, index);
    html_put(report->out, "</dl>\n", NULL);
}

static void put_members(const struct report *report, const struct shape *shape)
{
    struct shape_names names;
    words_shape_names(report->opened, shape, &names);
    html_put(report->out, "<ul class=members>", NULL);
    for (uint32_t i = 0; i < names.listed && i < MEMBERS_MAX; i++) {
        const struct shape_member *member = &shape->members[names.member[i]];
        struct call_stack stack;
        opened_block_stack(report->opened, member->block, &stack);
        html_put(report->out, "<li><span class=type>$</span> $, allocated in ",
                 words_block(report->opened, member->block).s, text_size(member->bytes).s, NULL);
        report_stack(report->out, &stack, STACK_OPEN);
        html_put(report->out, "</li>\n", NULL);
        call_stack_finish(&stack);
    }
    uint32_t shown = names.listed < MEMBERS_MAX ? names.listed : MEMBERS_MAX;
    if (names.count > shown)
        html_put(report->out, "<li class=omitted>$</li>",
                 text_counted(names.count - shown, "more place").s, NULL);
    html_put(report->out, "</ul>\n", NULL);
}

/* Its element is Graphviz's, which escapes; the words for those who can't see it are ours. */
static void put_picture(const struct report *report, const char *svg, const char *words)
{
    if (!svg) {
        html_put(report->out, "<p class=omitted>This cycle could not be drawn.</p>\n", NULL);
        return;
    }
    html_put(report->out,
             "<figure><div class=\"scroll picture\" tabindex=0 role=region aria-label=\"picture of "
             "$\"><svg role=img aria-label=\"$\"",
             words, words, NULL);
    fputs(svg + strlen("<svg"), report->out);
    html_put(
        report->out,
        "</div><figcaption>Red arrows close the cycle, at the offsets (or members) beside them;"
        " red boxes are its blocks, orange ones are lost with it.</figcaption></figure>\n",
        NULL);
}

static void put_shape(const struct report *report, uint32_t index)
{
    const struct shape *shape = &report->opened->analysis->shapes.shape[index];
    struct phrase words = words_shape(report->opened, shape), times = {""};
    if (shape->cycle_count > 1)
        times = words_format(" × %s", text_count(shape->cycle_count).s);
    html_put(report->out,
             "<details class=cycle $><summary><strong>$</strong> $ <span class=type>$</span>"
             "$<span class=retains> retains $</span></summary>\n",
             index < OPEN_AT_FIRST ? "open" : "", words_id('C', shape->example).s,
             shape->pending ? "pending cycle" : "lost cycle", words.s, times.s,
             text_size(shape->retained.bytes).s, NULL);
    put_facts(report, index);
    put_picture(report, report->pictures->svg[index], words.s);
    put_members(report, shape);
    html_put(report->out, "</details>\n", NULL);
}

void report_cycles(const struct report *report)
{
    const struct shapes *shapes = &report->opened->analysis->shapes;
    uint32_t shown = report->pictures->count;
    if (!shapes->lost_count) {
        html_put(report->out, "<p>No cycle is lost.</p>\n", NULL);
        return;
    }
    html_put(report->out,
             "<p class=note>Lost blocks that hold each other. Cycles that are alike but for "
             "addresses are shown once, by the one that retains the most.</p>\n",
             NULL);
    for (uint32_t i = 0; i < shown; i++)
        put_shape(report, i);
    struct amount rest = {0};
    for (uint32_t i = shown; i < shapes->lost_count; i++)
        amount_add(&rest, shapes->shape[i].retained);
    if (rest.blocks)
        html_put(report->out,
                 "<p class=omitted>Left out: $ of cycles that retain less, $. All of them: "
                 "<code>caulk analyze --json</code></p>\n",
                 text_counted(shapes->lost_count - shown, "shape").s, text_size(rest.bytes).s,
                 NULL);
}
