/* The members of one type, for libcaulk/debug_types.c, or of one variable, for
 * libcaulk/debug_variables.c. */
#ifndef CAULK_DEBUG_MEMBERS_H
#define CAULK_DEBUG_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/smart_pointer.h"

/* As debug_types_member(); class: the type's entry, a Dwarf_Die. */
bool debug_members_path(const void *class, uint64_t offset, char *ret_path, size_t capacity,
                        enum smart_pointer *ret_smart);

/* As debug_variables_member(); variable: the entry that has the type, a Dwarf_Die. */
bool debug_members_path_in(const void *variable, uint64_t offset, char *ret_path, size_t capacity);

#endif
