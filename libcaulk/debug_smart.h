/* Which classes are smart pointers, or containers of such that own nothing. */
#ifndef CAULK_DEBUG_SMART_H
#define CAULK_DEBUG_SMART_H

#include "libcaulk/smart_pointer.h"

/* class: its entry, a Dwarf_Die. By name: std's, or others' that mean the same by the same name. */
enum smart_pointer debug_smart_of_class(const void *class);

#endif
