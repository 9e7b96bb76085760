/* The form of a cycle too large to compare block by block: its names, and how they hold each other.
 */
#ifndef CAULK_SHAPE_FOLD_H
#define CAULK_SHAPE_FOLD_H

#include "libcaulk/shape_form.h"

/* Fills a form of zeros; what was filled in where false is returned is the caller's to finish. */
bool shape_fold(struct shape_form *form, const struct heap_graph *heap, const struct cycles *cycles,
                uint32_t cycle);

#endif
