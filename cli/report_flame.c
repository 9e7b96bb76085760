/*
 * The flame graph: as an SVG without any script, of bytes, lost ones where there are any; and its
 * data, from which the script draws it again in other measures, upside down, or from a frame on.
 *
 * Each frame is an SVG in the SVG, placed in percent, so that it fits every window and clips its
 * name without a script.
 */
#include "cli/report.h"
#include "libcaulk/memory.h"

#include <stdlib.h>

#include "cli/flame_tree.h"
#include "cli/html.h"
#include "cli/json.h"
#include "cli/report_parts.h"
#include "cli/written_text.h"

#define ROW_PIXELS 20
#define NAME_CHARACTERS 120

/* What is narrower can't be seen: a five-hundredth of the whole. */
#define SEEN_SHARE 500

/* As many as the style sheet has colours; the script takes the same. */
#define COLOURS 8

struct drawing {
    FILE *out;
    const struct flame_tree *tree;
    struct flame_rows rows;
    bool lost;
    uint32_t depth; /* of the deepest frame drawn */
};

static uint64_t bytes_of(const struct drawing *drawing, uint32_t node)
{
    return flame_bytes(&drawing->tree->node[node], drawing->lost);
}

static struct phrase name_of(const struct drawing *drawing, uint32_t node)
{
    return words_cut(string_table_text(&drawing->tree->names, drawing->tree->node[node].name),
                     NAME_CHARACTERS);
}

static void put_frame(struct drawing *drawing, uint32_t node, uint32_t depth, uint64_t before)
{
    uint64_t whole = bytes_of(drawing, 0), bytes = bytes_of(drawing, node);
    struct phrase name = name_of(drawing, node);
    char y[16], colour[16];
    snprintf(y, sizeof(y), "%u", depth * ROW_PIXELS);
    snprintf(colour, sizeof(colour), "c%u", drawing->tree->node[node].name % COLOURS);
    html_put(
        drawing->out,
        "<svg x=\"$\" y=\"$\" width=\"$\" height=\"19\" class=\"frame $\"><title>$: $, $"
        "</title><rect width=\"100%\" height=\"100%\" /><text x=\"4\" y=\"14\">$</text></svg>\n",
        report_share(before, whole).s, y, report_share(bytes, whole).s, colour, name.s,
        text_size(bytes).s, text_percent(bytes, whole).s, name.s, NULL);
}

static void put_frames(struct drawing *drawing, uint32_t node, uint32_t depth, uint64_t before)
{
    put_frame(drawing, node, depth, before);
    drawing->depth = depth > drawing->depth ? depth : drawing->depth;
    for (uint32_t i = drawing->rows.begin[node]; i < drawing->rows.begin[node + 1]; i++) {
        uint32_t child = drawing->rows.row[i];
        if (bytes_of(drawing, child) >= bytes_of(drawing, 0) / SEEN_SHARE)
            put_frames(drawing, child, depth + 1, before);
        before += bytes_of(drawing, child);
    }
}

/* Its height is known only when it is drawn. */
static void put_drawing(FILE *out, const struct flame_tree *tree, bool lost)
{
    struct written_text frames;
    written_text_begin(&frames);
    struct drawing drawing = {frames.out, tree, flame_rows_of(tree, lost), lost, 0};
    put_frames(&drawing, 0, 0, 0);
    written_text_end(&frames);
    fprintf(out, "<div id=flame-graph><svg width=\"100%%\" height=\"%u\" role=img ",
            (drawing.depth + 1) * ROW_PIXELS);
    html_put(out, "aria-label=\"flame graph of bytes, $\">\n", lost ? "lost" : "live", NULL);
    fwrite(frames.text, 1, frames.bytes, out);
    html_put(out, "</svg></div>\n", NULL);
    free(frames.text);
    flame_rows_finish(&drawing.rows);
}

static void put_node(struct json *json, const struct flame_node *node)
{
    json_array(json, NULL);
    json_number(json, NULL, node->parent);
    json_number(json, NULL, node->name);
    json_number(json, NULL, node->lost.bytes);
    json_number(json, NULL, node->lost.blocks);
    json_number(json, NULL, node->live.bytes);
    json_number(json, NULL, node->live.blocks);
    json_end(json);
}

/* Names are given whether a node still has them or not: they keep their numbers. */
static void put_json(FILE *out, const struct flame_tree *tree, bool *used)
{
    struct json *json = json_create(out);
    json_object(json, NULL);
    json_array(json, "names");
    for (uint32_t i = 0; i < tree->names.count; i++)
        json_string(json, NULL,
                    used[i] ? words_cut(string_table_text(&tree->names, i), NAME_CHARACTERS).s
                            : "");
    json_end(json);
    json_array(json, "nodes");
    for (uint32_t i = 0; i < tree->count; i++)
        put_node(json, &tree->node[i]);
    json_end(json);
    json_end(json);
    json_destroy(json);
}

static void put_data(FILE *out, const struct flame_tree *tree)
{
    struct written_text text;
    bool *used = allocate(tree->names.count, sizeof(*used));
    for (uint32_t i = 0; i < tree->count; i++)
        used[tree->node[i].name] = true;
    written_text_begin(&text);
    put_json(text.out, tree, used);
    written_text_end(&text);
    html_put(out, "<script type=\"application/json\" id=flame-data>", NULL);
    html_json(out, text.text, text.bytes);
    html_put(out, "</script>\n", NULL);
    free(text.text);
    free(used);
}

static void put_tools(FILE *out, bool lost)
{
    html_put(out,
             "<form class=tools hidden id=flame-tools>"
             "<label>Of <select name=which><option value=lost $>lost</option>"
             "<option value=live $>live</option></select></label> "
             "<label>Measure <select name=measure><option value=bytes>bytes</option>"
             "<option value=blocks>blocks</option></select></label> "
             "<label><input type=checkbox name=inverted> inverted</label> "
             "<label>Find <input type=search name=find placeholder=function></label> "
             "<button type=button name=reset>Whole graph</button> <output></output></form>\n",
             lost ? "selected" : "disabled", lost ? "" : "selected", NULL);
}

void report_flame(const struct report *report)
{
    struct flame_tree tree;
    flame_tree_init(&tree, report->opened);
    bool lost = tree.node[0].lost.bytes > 0;
    if (tree.node[0].live.bytes) {
        html_put(report->out,
                 "<p class=note>Below each function those that it called. Drawn first: bytes of "
                 "what is $.</p>\n",
                 lost ? "lost" : "live", NULL);
        put_tools(report->out, lost);
        put_drawing(report->out, &tree, lost);
        html_put(report->out, "<p id=flame-detail class=detail aria-live=polite></p>\n", NULL);
        if (tree.left_out)
            html_put(report->out, "<p class=omitted>Left out: $ too light to be seen.</p>\n",
                     text_counted(tree.left_out, "frame").s, NULL);
        put_data(report->out, &tree);
    } else {
        html_put(report->out, "<p>No block is live.</p>\n", NULL);
    }
    flame_tree_finish(&tree);
}
