/*
 * Functions that the tracker stands in front of only where the program brings them. Exporting them
 * would be wrong: a program that asks for a weak `mallocx` to find out whether jemalloc is there
 * would believe it is, and a C++ runtime loaded with RTLD_LOCAL could not be called on from an
 * operator new in the global scope. So the references of the loaded modules are changed, in their
 * global offset tables.
 */
#ifndef CAULK_RELINK_H
#define CAULK_RELINK_H

#include <stddef.h>
#include <stdint.h>

#define RELINK_NO_EXCEPTION ((uintptr_t)0) /* no module starts there */

struct relink_row {
    const char *name;
    void *replacement;
    void **original; /* what the replacement passes on to; NULL in it: this row is left alone */
};

/*
 * In every loaded module but the one that starts at except_start and the tracker's own, makes the
 * references to each row's original lead to its replacement. To be called where dlopen could be,
 * again after modules were loaded.
 */
void relink_modules(const struct relink_row *rows, size_t count, uintptr_t except_start);

#endif
