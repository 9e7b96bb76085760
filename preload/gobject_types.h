/* The way to GObject's classes, for preload/gobject.c, where the layouts are drawn. */
#ifndef CAULK_GOBJECT_TYPES_H
#define CAULK_GOBJECT_TYPES_H

#include "preload/gobject.h"

/* Tells `found` every class that has instances. glib, library: libglib and libgobject. */
void gobject_types_visit(const struct maps *maps, const struct loaded_module *glib,
                         const struct loaded_module *library,
                         void (*found)(void *context, const struct gobject_class *class),
                         void *context);

#endif
