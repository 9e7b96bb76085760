/*
 * Names of words of C and C++ objects, which `caulk symbolize` writes into the sections LAYOUTS and
 * ATTRIBUTES beside the attributes of Python objects: a member of the block's type, with what
 * stands before it ("::peer_", ".next", "[3]::head"), and behind it a sign where it is a smart
 * pointer (libcaulk/smart_pointer.h): "::peer_+" shares, "::parent_~" is weak. No identifier begins
 * or ends so. "::observers_%" is a container of weak ones.
 */
#ifndef CAULK_MEMBER_NAME_H
#define CAULK_MEMBER_NAME_H

#include <stdbool.h>
#include <string.h>

#include "libcaulk/smart_pointer.h"

#define MEMBER_SHARED '+'
#define MEMBER_WEAK '~'
#define MEMBER_WEAK_ELEMENTS '%'

/* Of a word's name, which is not empty. */
static inline bool member_name_is(const char *name)
{
    return *name == ':' || *name == '.' || *name == '[';
}

static inline enum smart_pointer member_name_smart(const char *name)
{
    switch (name[strlen(name) - 1]) {
    case MEMBER_SHARED:
        return SMART_SHARED;
    case MEMBER_WEAK:
        return SMART_WEAK;
    case MEMBER_WEAK_ELEMENTS:
        return SMART_WEAK_ELEMENTS;
    default:
        return SMART_UNKNOWN;
    }
}

#endif
