/*
 * Debug information (DWARF) by address: which functions are active at one, and at which lines.
 */
#ifndef CAULK_DEBUG_UNITS_H
#define CAULK_DEBUG_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "libcaulk/debug_info.h"

struct Dwarf;
struct debug_units;

/* dwarf is borrowed until destroy; NULL gives an empty one. */
struct debug_units *debug_units_create(struct Dwarf *dwarf);
void debug_units_destroy(struct debug_units *units); /* accepts NULL */

size_t debug_units_count(const struct debug_units *units);

/* As debug_info_frames(), for an address as the debug information has it. */
size_t debug_units_frames(struct debug_units *units, uint64_t address,
                          struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES]);

#endif
