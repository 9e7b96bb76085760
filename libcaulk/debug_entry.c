#include "libcaulk/debug_entry.h"

#include <dwarf.h>
#include <elfutils/libdw.h>

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
