/* Pointers by which a container's nodes find back to it: they own nothing. */
#ifndef CAULK_WAY_BACK_H
#define CAULK_WAY_BACK_H

#include "cli/opened.h"

/* Whether a block's pointer at the offset is one, for certain: a node's of std::map or std::list to
 * its parent or the node before; or one into the very member of an object through which the object
 * points to this block, where debug information has that member. */
bool way_back(const struct opened *opened, uint32_t block, uint64_t offset);

#endif
