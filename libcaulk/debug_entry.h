/* Steps from one entry of debug information to another, for those that walk it. An entry is a
 * Dwarf_Die. */
#ifndef CAULK_DEBUG_ENTRY_H
#define CAULK_DEBUG_ENTRY_H

#include <stdbool.h>

/* To what an attribute of the entry refers to; false, and the entry as it was, where there is none.
 * Entries may refer to each other in rings: a walk needs a bound. */
bool debug_entry_follow(void *entry, unsigned attribute);

/* What lies behind typedefs and qualifiers of the entry's type; a class may be defined in a unit of
 * its own. ret_type: a Dwarf_Die, which may be the entry. False where there is none. */
bool debug_entry_type(const void *entry, void *ret_type);

/* Whether a tag is const, volatile or the like: a type that adds nothing to the one behind it. */
bool debug_entry_is_qualifier(int tag);

#endif
