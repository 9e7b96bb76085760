/*
 * Finding tables by address. The snapshot for old C libraries is a sorted array in pages of its
 * own; a new one is published with one store, and the one before it is kept for readers that are
 * still in it and given back only when the next but one takes its place.
 */
#include "preload/unwind_tables.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "preload/pages.h"

/* As struct dl_find_object of <dlfcn.h>, which older C libraries lack. */
struct found_object {
    unsigned long long flags;
    void *map_start, *map_end;
    void *link_map;
    void *eh_frame_hdr;
    unsigned long long reserved[7];
};

typedef int find_object(void *address, struct found_object *ret_found);

struct snapshot {
    size_t bytes;
    size_t capacity, count;
    struct cfi_tables tables[];
};

static find_object *_Atomic finder;
static struct snapshot *_Atomic current;
static struct snapshot *retired;

void unwind_tables_init(void)
{
    finder = (find_object *)dlsym(RTLD_DEFAULT, "_dl_find_object");
    unwind_tables_refresh();
}

static int count_module(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)info;
    (void)size;
    ++*(size_t *)data;
    return 0;
}

static bool describe(const struct dl_phdr_info *info, struct cfi_tables *ret_tables)
{
    struct cfi_tables tables = {.start = UINTPTR_MAX};
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_GNU_EH_FRAME)
            tables.eh_frame_hdr = (const uint8_t *)start;
        if (header->p_type != PT_LOAD)
            continue;
        if (start < tables.start)
            tables.start = start;
        if (start + header->p_memsz > tables.end)
            tables.end = start + header->p_memsz;
    }
    if (!tables.eh_frame_hdr || tables.start >= tables.end)
        return false;
    *ret_tables = tables;
    return true;
}

/* Insertion sort on the way: a few hundred modules, almost in order. */
static int add_module(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    struct snapshot *snapshot = data;
    struct cfi_tables tables;
    if (snapshot->count == snapshot->capacity)
        return 1;
    if (!describe(info, &tables))
        return 0;
    size_t at = snapshot->count++;
    for (; at && snapshot->tables[at - 1].start > tables.start; at--)
        snapshot->tables[at] = snapshot->tables[at - 1];
    snapshot->tables[at] = tables;
    return 0;
}

void unwind_tables_refresh(void)
{
    if (finder)
        return;
    size_t capacity = 0;
    dl_iterate_phdr(count_module, &capacity);
    capacity += 16; /* loaded by another thread meanwhile */
    size_t bytes = sizeof(struct snapshot) + capacity * sizeof(struct cfi_tables);
    struct snapshot *snapshot = pages_map(bytes);
    if (!snapshot)
        return;
    snapshot->bytes = bytes;
    snapshot->capacity = capacity;
    dl_iterate_phdr(add_module, snapshot);
    struct snapshot *before = atomic_exchange(&current, snapshot);
    if (retired)
        pages_unmap(retired, retired->bytes);
    retired = before;
}

static bool find_in_snapshot(uintptr_t address, struct cfi_tables *ret_tables)
{
    const struct snapshot *snapshot = current;
    size_t low = 0, high = snapshot ? snapshot->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (snapshot->tables[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (!snapshot || low == snapshot->count || snapshot->tables[low].start > address)
        return false;
    *ret_tables = snapshot->tables[low];
    return true;
}

bool unwind_tables_find(uintptr_t address, struct cfi_tables *ret_tables)
{
    find_object *find = finder;
    if (!find)
        return find_in_snapshot(address, ret_tables);
    struct found_object found;
    if (find((void *)address, &found) != 0 || !found.eh_frame_hdr)
        return false;
    ret_tables->start = (uintptr_t)found.map_start;
    ret_tables->end = (uintptr_t)found.map_end;
    ret_tables->eh_frame_hdr = found.eh_frame_hdr;
    return true;
}
