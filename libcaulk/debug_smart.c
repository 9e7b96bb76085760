#include "libcaulk/debug_smart.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdbool.h>
#include <string.h>

#include "libcaulk/debug_entry.h"

/* A container's elements are of the first type it is made for, or of the second. */
static const struct container {
    const char *name;
    unsigned element;
} containers[] = {
    {"vector", 0},   {"deque", 0}, {"list", 0},     {"forward_list", 0},  {"set", 0},
    {"multiset", 0}, {"map", 1},   {"multimap", 1}, {"unordered_map", 1}, {"unordered_multimap", 1},
};

static bool is_of_template(const char *name, const char *template)
{
    size_t length = strlen(template);
    return name && strncmp(name, template, length) == 0 && (!name[length] || name[length] == '<');
}

/* The type that a template's class was made for, counted from 0. */
static bool find_argument(Dwarf_Die *class, unsigned number, Dwarf_Die *ret_type)
{
    Dwarf_Die die;
    for (int end = dwarf_child(class, &die); end == 0; end = dwarf_siblingof(&die, &die))
        if (dwarf_tag(&die) == DW_TAG_template_type_parameter && number-- == 0)
            return debug_entry_type(&die, ret_type);
    return false;
}

/* A map may own by its keys. */
static bool holds_weakly(Dwarf_Die *class, const struct container *container)
{
    Dwarf_Die element, key;
    return find_argument(class, container->element, &element) &&
           is_of_template(dwarf_diename(&element), "weak_ptr") &&
           (!container->element ||
            (find_argument(class, 0, &key) && !is_of_template(dwarf_diename(&key), "shared_ptr")));
}

enum smart_pointer debug_smart_of_class(const void *class)
{
    Dwarf_Die die = *(const Dwarf_Die *)class;
    const char *name = dwarf_diename(&die);
    if (is_of_template(name, "weak_ptr"))
        return SMART_WEAK;
    if (is_of_template(name, "shared_ptr"))
        return SMART_SHARED;
    for (size_t i = 0; i < sizeof(containers) / sizeof(*containers); i++)
        if (is_of_template(name, containers[i].name) && holds_weakly(&die, &containers[i]))
            return SMART_WEAK_ELEMENTS;
    return SMART_UNKNOWN;
}
