/*
 * A drawing: nodes, edges and clusters, written as Graphviz DOT or rendered by Graphviz itself.
 *
 * What is drawn, and in which words and colours, is the caller's; this module knows DOT: what has
 * to be escaped for it, for Pango (xdot's tooltips) and for SVG. All texts may be any bytes and of
 * any length up to 16 KiB, beyond which they are cut. Text is the same for the same calls.
 */
#ifndef CAULK_DOT_H
#define CAULK_DOT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "libcaulk/error.h"

/* Above so many nodes the drawing asks for sfdp instead of dot: dot lays out 300 in 0.3 s, 1000 in
 * 23 s. */
#define DOT_NODES_FOR_DOT 300

struct dot;

enum dot_shape { DOT_BLOCK, DOT_ROOT, DOT_REST };

struct dot_look {
    enum dot_shape shape;
    const char *fill; /* a colour that Graphviz knows: "#f4cccc" */
    bool bold;        /* outlined */
};

/* Never fails: where memory runs out, dot_write() says so. title: shown nowhere but in the file. */
struct dot *dot_create(const char *title);
void dot_destroy(struct dot *dot); /* accepts NULL */

/* What ids in SVG begin with, for drawings that share a document: letters and digits. */
void dot_prefix_ids(struct dot *dot, const char *prefix);

#define DOT_NO_CLUSTER 0u

/* A frame around nodes. Lines of a label or a tooltip end with '\n'. Returns its number. */
uint32_t dot_cluster(struct dot *dot, const char *label, const char *tooltip);

/* Returns the node's number: 0, 1, … */
uint32_t dot_node(struct dot *dot, uint32_t cluster, const struct dot_look *look, const char *label,
                  const char *tooltip);

/* dashed: an interior pointer. bold: opens a cycle. */
void dot_edge(struct dot *dot, uint32_t from, uint32_t to, const char *label, const char *tooltip,
              bool dashed, bool bold);

/* format: NULL for DOT, "svg" or "png". May be called again, for another format. Only one drawing
 * in a process may be rendered: Graphviz's Pango plugin compares font names with the first one's.
 */
bool dot_write(struct dot *dot, const char *format, FILE *out, struct error *err);

#endif
