/* Pictures of the lost cycles, for a page: the worst cycle of each shape, as `caulk graph --cycle`
 * draws it. */
#ifndef CAULK_REPORT_PICTURES_H
#define CAULK_REPORT_PICTURES_H

#include "cli/opened.h"

/* More nobody looks at; of a million blocks each takes a second. */
#define PICTURES_MAX 24

struct pictures {
    uint32_t count; /* the first shapes of analysis->shapes */
    char **svg;     /* of each an svg element; NULL where it could not be drawn */
};

/* Each in a process of its own: Graphviz may draw once in one, and if it is stuck or dies, only
 * that picture is missing. Before any output is buffered. */
void pictures_init(struct pictures *pictures, const struct opened *opened);
void pictures_finish(struct pictures *pictures);

#endif
