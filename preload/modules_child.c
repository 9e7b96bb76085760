/*
 * modules_refresh_in_child(): the loader's list as _r_debug publishes it for debuggers, all
 * namespaces. A thread may have been anywhere inside dlopen when the copy was made, so every step
 * runs under a fault guard, and lists are cut at a length that no program has.
 */
#include "preload/modules.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>

#include "preload/fault_guard.h"
#include "preload/module_list.h"

#define NAMESPACES_MAX 64u
#define LIST_MAX 65536u
#define R_VERSION_NAMESPACES 2

static bool is_elf(uintptr_t address)
{
    return address && memcmp((const void *)address, ELFMAG, SELFMAG) == 0;
}

static void note_main(const struct link_map *map)
{
    struct module_image image = {
        .path = map->l_name,
        .bias = map->l_addr,
        .headers = (const ElfW(Phdr) *)getauxval(AT_PHDR),
        .header_count = (unsigned)getauxval(AT_PHNUM),
        .is_main = true,
    };
    if (image.headers)
        module_list_note(&image);
}

/* Libraries are linked to begin at 0, so their bias is where their ELF header is mapped. */
static void note_library(const struct link_map *map)
{
    uintptr_t start = map->l_addr;
    if (!is_elf(start))
        return;
    const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)start;
    struct module_image image = {
        .path = map->l_name,
        .bias = map->l_addr,
        .headers = (const ElfW(Phdr) *)(start + header->e_phoff),
        .header_count = header->e_phnum,
    };
    module_list_note(&image);
}

struct step {
    const struct link_map *map;
    bool is_main;
};

static void run_note(void *argument)
{
    const struct step *step = argument;
    if (step->is_main)
        note_main(step->map);
    else
        note_library(step->map);
}

static void walk_namespace(const struct link_map *map, bool holds_main)
{
    for (unsigned i = 0; map && i < LIST_MAX; i++) {
        struct step step = {map, holds_main && i == 0};
        fault_guard_run(run_note, &step);
        const struct link_map *next;
        if (!fault_guard_copy(&next, (uintptr_t)&map->l_next, sizeof(next)))
            return;
        map = next;
    }
}

void modules_refresh_in_child(uint32_t tick)
{
    module_list_begin(tick);
    struct r_debug_extended space;
    uintptr_t at = (uintptr_t)&_r_debug;
    for (unsigned i = 0; at && i < NAMESPACES_MAX; i++) {
        bool extended = _r_debug.r_version >= R_VERSION_NAMESPACES;
        memset(&space, 0, sizeof(space));
        if (!fault_guard_copy(&space, at, extended ? sizeof(space) : sizeof(space.base)))
            break;
        walk_namespace(space.base.r_map, i == 0);
        at = (uintptr_t)space.r_next;
    }
    module_list_begin(tick);
}
