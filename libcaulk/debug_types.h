/*
 * What debug information (DWARF) says of types: how large their objects are, and which member lies
 * at an offset in one.
 *
 * Types are found by name (libcaulk/type_key.h): those of namespaces, those within such, and local
 * classes of functions. Where several types have one name and differ (in size or in where they were
 * declared), none is found. The first search costs a walk over all units, and the first for a local
 * class another, over all functions.
 */
#ifndef CAULK_DEBUG_TYPES_H
#define CAULK_DEBUG_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/smart_pointer.h"

struct Dwarf;
struct debug_types;

/* dwarf is borrowed until destroy; NULL gives an empty one. */
struct debug_types *debug_types_create(struct Dwarf *dwarf);
void debug_types_destroy(struct debug_types *types); /* accepts NULL */

/* The size of the type's objects. False where no such type is known. */
bool debug_types_size(struct debug_types *types, const char *name, uint64_t *ret_bytes);

/* What to write behind the type's name for the member that lies at the offset: "::peer_",
 * "::inbox_.head", "::slots_[3]" (of C: ".peer"). The last is a member of a type that is the
 * user's own: it ends where a library's insides begin (names that the language keeps for it), and
 * at a union of which several members can have a pointer there. Of virtual bases' members nothing
 * is known. ret_smart: whether it is a smart pointer. False where none lies there, or ret_path has
 * no room. */
bool debug_types_member(struct debug_types *types, const char *name, uint64_t offset,
                        char *ret_path, size_t capacity, enum smart_pointer *ret_smart);

#endif
