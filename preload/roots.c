/* See roots.h. */
#include "preload/roots.h"

#include <errno.h>
#include <string.h>

#include "preload/dump_edges.h"
#include "preload/kept.h"
#include "preload/page_array.h"

#define FIRST_CAPACITY 1024u

void roots_reference(struct roots *roots, const struct reference *reference, uint64_t offset)
{
    if (roots->visit) {
        roots->visit(roots->context, roots, reference);
        return;
    }
    if (!kept(roots->job, reference->target))
        return;
    uint8_t bytes[REFERENCE_MAX_BYTES];
    uint32_t target = kept_number(roots->job, reference->target);
    size_t used = reference_encode(reference, offset - roots->last, target, bytes);
    dump_writer_bytes(&roots->job->writer, bytes, used);
    roots->last = offset;
    roots->current.refs++;
}

static uintptr_t base_of(const struct roots *roots)
{
    return (roots->current.start + 7) & ~7ul;
}

static void found(void *context, const struct reference *reference)
{
    struct roots *roots = context;
    if (roots->current.kind == DUMP_ROOT_GLOBAL &&
        !ranges_add(&roots->job->pointing, reference->source, reference->source + sizeof(uint64_t)))
        roots->error = ENOMEM;
    roots_reference(roots, reference, reference->source - base_of(roots));
}

void roots_init(struct roots *roots, struct dump_job *job)
{
    memset(roots, 0, sizeof(*roots));
    roots->job = job;
    job->scan.found = found;
    job->scan.context = roots;
    dump_writer_begin(&job->writer, DUMP_ROOT_REFS);
}

void roots_look(struct roots *roots, struct dump_job *job, roots_visit *visit, void *context)
{
    memset(roots, 0, sizeof(*roots));
    roots->job = job;
    roots->visit = visit;
    roots->context = context;
    job->scan.found = found;
    job->scan.context = roots;
}

void roots_begin(struct roots *roots, enum dump_root_kind kind, uint32_t owner, uintptr_t start,
                 uintptr_t end)
{
    roots->current = (struct dump_root){
        .start = start,
        .bytes = end - start,
        .kind = kind,
        .owner = owner,
    };
    roots->last = 0;
    roots->begun++;
}

void roots_name(struct roots *roots, const char *name, size_t length)
{
    if (!roots->visit)
        roots->current.name = dump_strings_add(&roots->job->strings, name, length);
}

void roots_scan(struct roots *roots, uintptr_t start, uintptr_t end, enum scan_pages pages)
{
    scan_range(&roots->job->scan, start, end, pages);
}

void roots_word(struct roots *roots, uint64_t word, uint64_t offset)
{
    struct reference reference;
    if (scan_word(&roots->job->scan, word, 0, &reference))
        roots_reference(roots, &reference, offset);
}

void roots_whole(struct roots *roots, uint64_t word, uint64_t offset)
{
    struct heap_place place;
    if (!heap_blocks_find(&roots->job->heap, word, &place))
        return;
    struct reference reference = {.target = place.number, .target_address = place.address};
    roots_reference(roots, &reference, offset);
}

static bool grow(struct roots *roots)
{
    struct dump_root *items =
        page_array_grow(roots->items, &roots->capacity, sizeof(*items), FIRST_CAPACITY);
    if (items)
        roots->items = items;
    return items != NULL;
}

void roots_end(struct roots *roots)
{
    uint32_t *asked = roots->begun <= roots->asked_count ? &roots->asked[roots->begun - 1] : NULL;
    bool wanted = roots->current.refs || (asked && *asked);
    if (!wanted || roots->error)
        return;
    if (roots->count == roots->capacity && !grow(roots)) {
        roots->error = ENOMEM;
        return;
    }
    roots->items[roots->count++] = roots->current;
    if (asked)
        *asked = (uint32_t)roots->count;
    roots->references += roots->current.refs;
}

int roots_write(struct roots *roots)
{
    struct dump_writer *writer = &roots->job->writer;
    dump_writer_end(writer, roots->references);
    dump_writer_begin(writer, DUMP_ROOTS);
    dump_writer_bytes(writer, roots->items, roots->count * sizeof(*roots->items));
    dump_writer_end(writer, roots->count);
    return roots->error;
}
