/*
 * The page around its sections. Its policy (Content-Security-Policy) lets the browser load nothing
 * at all and run no script but ours, told by its hash: whatever a name in a dump says, it is text.
 */
#include "cli/report.h"

#include "cli/html.h"
#include "cli/report_files.h"

struct section {
    const char *id, *title;
    void (*put)(const struct report *report);
};

static const struct section sections[] = {
    {"verdict", "Verdict", report_verdict},   {"leaks", "Leaks", report_leaks},
    {"cycles", "Lost cycles", report_cycles}, {"flame", "Who allocated it", report_flame},
    {"owners", "Owners", report_owners},      {"growth", "Growth", report_growth},
    {"process", "Process", report_process},
};
#define SECTION_COUNT (sizeof(sections) / sizeof(*sections))

/* Growth is between dumps; who holds whom is not in a merged one. */
static bool is_shown(const struct report *report, const struct section *section)
{
    if (section->put == report_growth)
        return report->compared != NULL;
    bool of_graph = section->put == report_cycles || section->put == report_owners;
    return !of_graph || !report->opened->dump->process.merged;
}

static void put_head(FILE *out, const char *title)
{
    html_put(out,
             "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
             "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
             "'$'; script-src '$'; base-uri 'none'; form-action 'none'\">\n"
             "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=color-scheme content=\"light dark\">\n<meta name=referrer "
             "content=no-referrer>\n<title>$</title>\n<style>",
             report_style_hash, report_script_hash, title, NULL);
    fputs(report_style, out);
    html_put(out, "</style>\n</head>\n<body>\n", NULL);
}

static void put_header(const struct report *report)
{
    const struct opened *opened = report->opened;
    const struct process *process = &opened->dump->process;
    html_put(report->out,
             "<a class=skip href=\"#main\">To the report</a>\n<header>\n<h1>$</h1>\n<p>$</p>\n<nav "
             "aria-label=Sections>\n",
             words_program(process).s, words_process(opened).s, NULL);
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (is_shown(report, &sections[i]))
            html_put(report->out, "<a href=\"#$\">$</a>\n", sections[i].id, sections[i].title,
                     NULL);
    html_put(report->out, "</nav>\n</header>\n", NULL);
}

static void put_sections(const struct report *report)
{
    html_put(report->out, "<main id=main>\n", NULL);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (!is_shown(report, &sections[i]))
            continue;
        html_put(report->out, "<section id=$>\n<h2>$</h2>\n", sections[i].id, sections[i].title,
                 NULL);
        sections[i].put(report);
        html_put(report->out, "</section>\n", NULL);
    }
    html_put(report->out, "</main>\n", NULL);
}

void report_page(const struct report *report)
{
    const struct dump *dump = report->opened->dump;
    const struct process *process = &dump->process;
    struct phrase title = words_format("%s, %s: caulk report", words_program(process).s,
                                       process->merged ? words_merged(dump).s
                                                       : words_format("pid %u", process->pid).s);
    put_head(report->out, title.s);
    put_header(report);
    put_sections(report);
    html_put(report->out,
             "<footer>Made by caulk $ from dumps alone; this page loads nothing."
             "</footer>\n<script>",
             CAULK_VERSION, NULL);
    fputs(report_script, report->out);
    html_put(report->out, "</script>\n</body>\n</html>\n", NULL);
}
