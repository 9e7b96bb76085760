/*
 * See preload/allocator.h. Whoever comes first resolves; who comes while that goes on (dlsym's own
 * allocations, above all) is served from the bootstrap arena.
 */
#include "preload/allocator.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>

#include "preload/bootstrap.h"
#include "preload/plain_text.h"

static struct allocator found;
const struct allocator *_Atomic allocator_resolved;
static atomic_flag resolving = ATOMIC_FLAG_INIT;
static char name[4096];

struct module_query {
    uintptr_t address;
    const char *path;
    uintptr_t start, end;
};

static int match_module(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    struct module_query *query = argument;
    uintptr_t start = UINTPTR_MAX, end = 0;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD)
            continue;
        uintptr_t from = info->dlpi_addr + segment->p_vaddr;
        start = from < start ? from : start;
        end = from + segment->p_memsz > end ? from + segment->p_memsz : end;
    }
    if (query->address < start || query->address >= end)
        return 0;
    *query = (struct module_query){query->address, info->dlpi_name, start, end};
    return 1;
}

/* A daemon's own library may have an allocator linked in: its variables are the daemon's. */
static bool is_named_allocator(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    return strstr(file, "alloc") || strstr(file, "hoard");
}

static void describe(struct allocator *allocator)
{
    struct module_query query = {.address = (uintptr_t)allocator->malloc, .path = ""};
    dl_iterate_phdr(match_module, &query);
    uintptr_t libc = (uintptr_t)dlsym(RTLD_NEXT, "gnu_get_libc_version");
    allocator->module_start = query.start;
    allocator->module_end = query.end;
    allocator->is_glibc = libc >= query.start && libc < query.end;
    allocator->is_alone = is_named_allocator(query.path);
    if (allocator->is_glibc)
        text_format(name, sizeof(name), "glibc %s", gnu_get_libc_version());
    else
        text_format(name, sizeof(name), "%s", query.path);
    allocator->name = name;
}

const struct allocator *allocator_resolve(void)
{
    if (atomic_flag_test_and_set(&resolving)) {
        const struct allocator *ready = atomic_load(&allocator_resolved);
        return ready ? ready : &bootstrap_allocator;
    }
    int saved_errno = errno;
    found.malloc = dlsym(RTLD_NEXT, "malloc");
    found.calloc = dlsym(RTLD_NEXT, "calloc");
    found.realloc = dlsym(RTLD_NEXT, "realloc");
    found.reallocarray = dlsym(RTLD_NEXT, "reallocarray");
    found.free = dlsym(RTLD_NEXT, "free");
    found.memalign = dlsym(RTLD_NEXT, "memalign");
    found.aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
    found.posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    found.valloc = dlsym(RTLD_NEXT, "valloc");
    found.pvalloc = dlsym(RTLD_NEXT, "pvalloc");
    found.malloc_usable_size = dlsym(RTLD_NEXT, "malloc_usable_size");
    describe(&found);
    atomic_store(&allocator_resolved, &found);
    errno = saved_errno;
    return &found;
}
