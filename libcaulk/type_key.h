/*
 * Numbers for the names of C++ types, the same however a name is written: demanglers say
 * `Table<char const*, unsigned long>`, compilers `Table<const char*, long unsigned int>`. Two names
 * with one number are one type's, but for the chance that 64 bits leave.
 *
 * What no rule can match are template arguments of enumerations: `(Mode)2` and `Mode::Slow`.
 */
#ifndef CAULK_TYPE_KEY_H
#define CAULK_TYPE_KEY_H

#include <stddef.h>
#include <stdint.h>

/* The key of the scope that all others lie in. */
#define TYPE_KEY_GLOBAL 0u
/* As part of a name: a namespace without one. */
#define TYPE_KEY_ANONYMOUS "(anonymous namespace)"

/* The keys of a qualified name's beginnings, within a scope: of "app::Session::Queue" those of
 * "app", "app::Session" and the whole. A function, around a local class, is without its parameters
 * ("app::run(int) const::Local"), which entries of debug information don't name. Returns how many;
 * 0 where there are more than `limit`. */
size_t type_key_parts(uint64_t scope, const char *name, uint64_t *ret_keys, size_t limit);

#endif
