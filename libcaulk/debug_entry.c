#include "libcaulk/debug_entry.h"

#include <dwarf.h>
#include <elfutils/libdw.h>

#define STEPS_MAX 64

bool debug_entry_follow(void *entry, unsigned attribute)
{
    Dwarf_Attribute found;
    return dwarf_formref_die(dwarf_attr(entry, attribute, &found), entry);
}

bool debug_entry_is_qualifier(int tag)
{
    return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type || tag == DW_TAG_restrict_type ||
           tag == DW_TAG_atomic_type;
}

bool debug_entry_type(const void *entry, void *ret_type)
{
    Dwarf_Die type = *(const Dwarf_Die *)entry;
    for (int i = 0; i < STEPS_MAX && debug_entry_follow(&type, DW_AT_type); i++) {
        debug_entry_follow(&type, DW_AT_signature);
        int tag = dwarf_tag(&type);
        if (tag != DW_TAG_typedef && !debug_entry_is_qualifier(tag)) {
            *(Dwarf_Die *)ret_type = type;
            return true;
        }
    }
    return false;
}
