/* `caulk graph` in its parts: a picture, said in DOT or in JSON. */
#ifndef CAULK_GRAPH_COMMAND_H
#define CAULK_GRAPH_COMMAND_H

#include <stdio.h>

#include "cli/opened.h"
#include "libcaulk/dot.h"
#include "libcaulk/picture.h"

/* The picture as a drawing; the caller's to destroy. */
struct dot *graph_draw(const struct opened *opened, const struct picture *picture);

/* What the blocks of each node retain, by the node's number (after opened_find_owners()). Release
 * with free(). */
struct amount *graph_retained(const struct opened *opened, const struct picture *picture);

/* Whether all its pointers are known to own nothing. */
bool graph_edge_is_weak(const struct opened *opened, const struct picture *picture,
                        const struct picture_edge *edge);

/* By edge, whether it is one of the pointers without which a cycle of the picture is none, as
 * cycle_edges() chooses them. Release with free(). */
bool *graph_opening(const struct opened *opened, const struct picture *picture);

void graph_print_json(const struct opened *opened, const struct picture *picture, FILE *out);

#endif
