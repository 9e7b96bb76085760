/*
 * CPython keeps objects that are freed often for the next of their type, each type's in an array
 * of 80 pointers, whose first so many are in use. It clears neither the entries behind those nor
 * what is in freed keys, so that both still point to what has long been something else. What such
 * arrays and their entries look like. For the dump's child.
 */
#ifndef CAULK_PYTHON_FREED_H
#define CAULK_PYTHON_FREED_H

#include "preload/python_search.h"
#include "preload/ranges.h"

#define PYTHON_FREED_MAX 80u /* PyList_MAXFREELIST, PyDict_MAXFREELIST */

/* Of dictionaries the keys have an array of their own. */
enum python_freed { PYTHON_FREED_LISTS, PYTHON_FREED_DICTIONARIES, PYTHON_FREED_KEYS };

/* May it wait there? Freed keys look like some that are in use, objects like no other. */
bool python_freed(const struct python_search *search, enum python_freed kind, uintptr_t address);

/* Is it of that kind, freed or not, in use or not? */
bool python_freed_kind(const struct python_search *search, enum python_freed kind,
                       uintptr_t address);

/* How many of the array's entries were ever in use, since all behind them are zero; 0 where it is
 * no such array. */
uint32_t python_freed_ever(const uint64_t *entry);

/* Adds the words that are no pointers any more, where the first `used` are in use; unless that is
 * sure, keys that somebody may have a reference to keep theirs. False when there is no memory. */
bool python_freed_stale(const struct python_search *search, enum python_freed kind,
                        const uint64_t *entry, uint32_t used, bool sure, struct ranges *ranges);

#endif
