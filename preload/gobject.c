/*
 * See gobject.h. Every step of the way is checked by what must point back: a node to itself, its
 * data to its class, the class to its node, a name to the characters that GLib gave it. So another
 * GLib, which keeps its types in another way, has none.
 */
#include "preload/gobject.h"

#include <string.h>

#include "preload/fault_guard.h"
#include "preload/gobject_types.h"
#include "preload/module_symbols.h"
#include "preload/pages.h"
#include "preload/peek.h"
#include "preload/sort.h"

#define CLASSES_MAX (1u << 14)
#define SLICES_BEFORE_MINOR 76u

struct instance_head {
    uint64_t class;
    uint32_t references;
};

static int compare_bytes(const void *a, const void *b)
{
    const struct gobject_class *left = a, *right = b;
    return (left->bytes > right->bytes) - (left->bytes < right->bytes);
}

static void index_classes(struct gobject *gobject)
{
    sort_records(gobject->classes, gobject->class_count, sizeof(*gobject->classes), compare_bytes);
    for (uint32_t i = gobject->class_count; i > 0; i--)
        gobject->first[gobject->classes[i - 1].bytes] = i;
}

static void add_class(void *context, const struct gobject_class *class)
{
    struct gobject *gobject = context;
    if (gobject->class_count < CLASSES_MAX && class->bytes <= GOBJECT_BYTES_MAX)
        gobject->classes[gobject->class_count++] = *class;
}

static bool allocate(struct gobject *gobject)
{
    gobject->classes = pages_map(CLASSES_MAX * sizeof(*gobject->classes));
    gobject->first = pages_map((GOBJECT_BYTES_MAX + 1) * sizeof(*gobject->first));
    return gobject->classes && gobject->first;
}

static bool has_slices(const struct maps *maps, const struct module_symbol *minor_at)
{
    uint32_t minor;
    return peek(maps, minor_at->address, &minor, sizeof(minor)) && minor < SLICES_BEFORE_MINOR;
}

bool gobject_read(struct gobject *gobject, const struct maps *maps,
                  const struct loaded_module *glib, const struct loaded_module *library)
{
    if (!allocate(gobject))
        return false;
    gobject_types_visit(maps, glib, library, add_class, gobject);
    index_classes(gobject);
    return true;
}

bool gobject_find(struct gobject *gobject, const struct maps *maps,
                  const struct loaded_module *const *modules, uint32_t module_count)
{
    const struct loaded_module *glib, *library;
    struct module_symbol symbol;
    memset(gobject, 0, sizeof(*gobject));
    glib = module_symbol_owner(maps, modules, module_count, "g_quark_to_string", &symbol);
    if (!glib)
        return true;
    if (module_symbol_owner(maps, modules, module_count, "glib_minor_version", &symbol))
        gobject->hides_blocks = has_slices(maps, &symbol);
    library = module_symbol_owner(maps, modules, module_count, "g_object_ref", &symbol);
    if (!library)
        return true;
    return gobject_read(gobject, maps, glib, library);
}

void gobject_finish(struct gobject *gobject)
{
    pages_unmap(gobject->classes, CLASSES_MAX * sizeof(*gobject->classes));
    pages_unmap(gobject->first, (GOBJECT_BYTES_MAX + 1) * sizeof(*gobject->first));
    memset(gobject, 0, sizeof(*gobject));
}

const struct gobject_class *gobject_class_of(const struct gobject *gobject, uintptr_t address,
                                             size_t bytes)
{
    uint64_t class;
    if (!gobject->first || bytes > GOBJECT_BYTES_MAX)
        return NULL;
    for (uint32_t i = gobject->first[bytes];
         i != 0 && i <= gobject->class_count && gobject->classes[i - 1].bytes == bytes; i++)
        if (fault_guard_copy(&class, address + gobject->classes[i - 1].offset, sizeof(class)) &&
            class == gobject->classes[i - 1].class)
            return &gobject->classes[i - 1];
    return NULL;
}

uint32_t gobject_references(const struct gobject_class *class, uintptr_t address)
{
    struct instance_head head;
    return class->counted && fault_guard_copy(&head, address + class->offset, sizeof(head))
               ? head.references
               : 0;
}
