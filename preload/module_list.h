/*
 * Inside preload/modules.*: how a walk over the loader's list, with its lock or without, reports to
 * the registry.
 */
#ifndef CAULK_MODULE_LIST_H
#define CAULK_MODULE_LIST_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

/* What the loader knows of one module; borrowed for the call. */
struct module_image {
    const char *path;
    uintptr_t bias;
    const ElfW(Phdr) * headers;
    unsigned header_count;
    bool is_main;
};

/* A walk begins: what the one before did not meet has been unloaded. */
void module_list_begin(uint32_t tick);
void module_list_note(const struct module_image *image);

#endif
