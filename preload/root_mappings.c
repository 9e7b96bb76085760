/*
 * Every other mapping that is or was writable: what nobody claimed of it. Private pages are read
 * where they were touched, private pages of files where they were written to, shared pages where
 * they are in memory: reading a hole in shared memory would fill it. Whether a shared mapping that
 * can't be written to ever could is not told; of files on disk it is taken that it could not.
 */
#include "preload/root_kinds.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "preload/seccomp.h"

#define RESIDENT_WINDOW 1024u /* pages asked for at once */

/* The kernel's own, and devices, where reading may have effects. */
static bool is_special(const struct mapping *mapping)
{
    if (mapping_name_starts(mapping, "/dev/"))
        return !mapping_name_starts(mapping, "/dev/zero") &&
               !mapping_name_starts(mapping, "/dev/shm/") &&
               !mapping_name_starts(mapping, "/dev/hugepages/");
    return mapping_name_starts(mapping, "[v") || mapping_name_starts(mapping, "anon_inode:");
}

/* Anonymous, a memory file's, System V's, or in /dev/shm. */
static bool is_memory_alone(const struct mapping *mapping)
{
    return mapping_name_starts(mapping, "/dev/zero") || mapping_name_starts(mapping, "/memfd:") ||
           mapping_name_starts(mapping, "/SYSV") || mapping_name_starts(mapping, "/dev/shm/") ||
           mapping_name_starts(mapping, "[anon_shmem:");
}

static bool is_root(const struct mapping *mapping)
{
    if (is_special(mapping))
        return false;
    return !mapping->shared || mapping->writable || is_memory_alone(mapping);
}

/* Code that the program made itself: in no file, or in one of memory. */
static bool is_made_code(const struct mapping *mapping)
{
    return mapping->executable && (mapping->inode == 0 || is_memory_alone(mapping));
}

static enum scan_pages pages_of(const struct roots *roots, const struct mapping *mapping)
{
    bool known = roots->job->pagemap.fd >= 0;
    return mapping->inode != 0 && (known || !mapping->writable) ? SCAN_WRITTEN : SCAN_TOUCHED;
}

/* False where it may not be asked; what was unmapped has none. */
static bool find_resident(uintptr_t start, uintptr_t end, unsigned char *ret_resident)
{
    if (seccomp_kills(SYS_mincore))
        return false;
    if (mincore((void *)start, end - start, ret_resident) == 0)
        return true;
    memset(ret_resident, 0, RESIDENT_WINDOW);
    return errno == ENOMEM;
}

static void scan_resident(struct roots *roots, uintptr_t start, uintptr_t end)
{
    unsigned char resident[RESIDENT_WINDOW];
    start &= ~(PAGE_BYTES - 1);
    for (uintptr_t stop; start < end; start = stop) {
        stop = start + RESIDENT_WINDOW * PAGE_BYTES;
        stop = stop < end ? stop : end;
        if (!find_resident(start, stop, resident)) {
            roots->job->scan.partial = true;
            return;
        }
        for (uintptr_t page = start; page < stop; page += PAGE_BYTES)
            if (resident[(page - start) / PAGE_BYTES] & 1)
                roots_scan(roots, page, page + PAGE_BYTES, SCAN_ALL);
    }
}

static void scan_part(struct roots *roots, const struct mapping *mapping, const struct range *part)
{
    if (mapping->shared)
        scan_resident(roots, part->start, part->end);
    else if (mapping->readable || roots->job->pagemap.fd >= 0)
        roots_scan(roots, part->start, part->end, pages_of(roots, mapping));
}

void root_mappings_scan(struct roots *roots)
{
    const struct dump_job *job = roots->job;
    for (size_t i = 0; i < job->maps.count; i++) {
        const struct mapping *mapping = &job->maps.items[i];
        if (!is_root(mapping))
            continue;
        roots_begin(roots, DUMP_ROOT_MAPPING, DUMP_NO_OWNER, mapping->start, mapping->end);
        roots_name(roots, mapping->name, mapping->name_length);
        roots->job->scan.code = is_made_code(mapping);
        struct range part = {mapping->start, mapping->start};
        while (ranges_gap(&job->claimed, part.end, mapping->end, &part))
            scan_part(roots, mapping, &part);
        roots_end(roots);
    }
    roots->job->scan.code = false;
}
