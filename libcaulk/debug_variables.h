/*
 * What debug information (DWARF) says of variables that lie at fixed addresses: globals, and the
 * static ones of functions and classes.
 *
 * Addresses are of variables' starts, as the file has them. The first search costs a walk over all
 * units; the first for what that does not find (a function's static variable) another, over all
 * functions.
 */
#ifndef CAULK_DEBUG_VARIABLES_H
#define CAULK_DEBUG_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct Dwarf;
struct debug_variables;

/* dwarf is borrowed until destroy; NULL gives an empty one. bias: the file's own addresses minus
 * those in the debug information. */
struct debug_variables *debug_variables_create(struct Dwarf *dwarf, uint64_t bias);
void debug_variables_destroy(struct debug_variables *variables); /* accepts NULL */

/* The variable's type as it is declared, in short: "redisServer", "Session *", "node[]",
 * "unordered_map" (without a template's arguments and without namespaces). False where it is not
 * known, or has no room. */
bool debug_variables_type(struct debug_variables *variables, uint64_t address, char *ret_type,
                          size_t capacity);

/* What to write behind the variable's name for the member that lies at the offset: ".db", "[3]",
 * "[3].head"; as debug_types_member() has it, with a dot in C++ as well. False where none lies
 * there. */
bool debug_variables_member(struct debug_variables *variables, uint64_t address, uint64_t offset,
                            char *ret_path, size_t capacity);

#endif
