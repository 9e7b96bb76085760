/*
 * See scan.h. Words are taken in batches: those that may point to a block are sorted out and their
 * place in the index is prefetched, then they are looked up. The whole runs under one fault guard.
 * A page that can't be read is opened; where that does not help, the scan goes on with the next
 * one.
 */
#include "preload/scan.h"

#include <sys/mman.h>

#include "libcaulk/dump_format.h"
#include "preload/fault_guard.h"
#include "preload/gobject.h"
#include "preload/header_survey.h"
#include "preload/interior.h"
#include "preload/talloc.h"

#define BATCH_WORDS 64u
#define WORD sizeof(uint64_t)

struct candidate {
    uint64_t word;
    uintptr_t source;
};

struct job {
    struct scan *scan;
    uintptr_t at, end; /* words that begin in [at, end) */
    uintptr_t free;    /* the end of the last pointer found: none overlap */
    uintptr_t opened;  /* the page that was made readable last */
};

struct inspection {
    const struct maps *maps;
    struct heap_place place;
    unsigned witnesses;
};

static void run_inspection(void *argument)
{
    struct inspection *inspection = argument;
    inspection->witnesses = interior_witnesses(inspection->maps, inspection->place.address,
                                               inspection->place.bytes, inspection->place.offset);
}

/* Whether an object begins there: as others of its place do, or as its class or chunk says. */
static bool begins_object(const struct scan *scan, const struct heap_place *place)
{
    if (header_survey_accepts(scan->header, place->number, place->address, place->offset))
        return true;
    const struct gobject_class *class =
        scan->gobject ? gobject_class_of(scan->gobject, place->address, place->bytes) : NULL;
    if (class && class->offset == place->offset)
        return true;
    struct talloc_chunk chunk;
    return scan->talloc && talloc_chunk_of(scan->talloc, place->address, place->bytes, &chunk) &&
           chunk.offset == place->offset;
}

/* An empty chunk of talloc's is held by a pointer past its block's end. */
static bool find_empty_chunk(const struct scan *scan, uint64_t word, struct heap_place *ret_place)
{
    struct heap_place last;
    struct talloc_chunk chunk;
    if (!scan->talloc || !scan->talloc->loaded || !heap_blocks_find(scan->heap, word - 1, &last) ||
        last.bytes != TALLOC_CHUNK_BYTES || last.address + last.bytes != word ||
        !talloc_chunk_of(scan->talloc, last.address, last.bytes, &chunk))
        return false;
    *ret_place = (struct heap_place){.number = last.number, .address = last.address};
    return true;
}

bool scan_word(struct scan *scan, uint64_t word, uintptr_t source, struct reference *ret_reference)
{
    if (scan->untag)
        word &= ~1ull;
    struct heap_place place;
    if (!heap_blocks_find(scan->heap, word, &place) && !find_empty_chunk(scan, word, &place))
        return false;
    *ret_reference = (struct reference){.source = source, .target = place.number};
    ret_reference->target_address = place.address;
    if (place.offset != 0) {
        ret_reference->interior = true;
        ret_reference->target_offset = place.offset;
        struct inspection inspection = {.maps = scan->maps, .place = place};
        fault_guard_run(run_inspection, &inspection);
        ret_reference->witnesses = (uint8_t)inspection.witnesses;
        if (scan->header && begins_object(scan, &place))
            ret_reference->witnesses |= DUMP_WITNESS_HEADER;
    }
    return true;
}

struct unaligned_word {
    uint64_t value;
} __attribute__((packed));

static inline unsigned gather(const struct scan *scan, uintptr_t start, uintptr_t end, size_t step,
                              struct candidate *ret_candidates)
{
    unsigned count = 0;
    for (uintptr_t at = start; at < end; at += step) {
        uint64_t word = ((const struct unaligned_word *)at)->value;
        ret_candidates[count] = (struct candidate){word, at};
        count += block_index_prefetch(&scan->heap->index, word);
    }
    return count;
}

static void look_up(struct job *job, const struct candidate *candidate)
{
    struct reference reference;
    if (candidate->source < job->free ||
        !scan_word(job->scan, candidate->word, candidate->source, &reference) ||
        ranges_contain(job->scan->stale, candidate->source))
        return;
    job->free = candidate->source + WORD;
    reference.source &= ~(WORD - 1);
    job->scan->found(job->scan->context, &reference);
}

static void run_scan(void *argument)
{
    struct job *job = argument;
    struct candidate candidates[BATCH_WORDS];
    while (job->at < job->end) {
        uintptr_t stop = job->at + BATCH_WORDS * (job->scan->code ? 1 : WORD);
        stop = stop < job->end ? stop : job->end;
        unsigned count = job->scan->code ? gather(job->scan, job->at, stop, 1, candidates)
                                         : gather(job->scan, job->at, stop, WORD, candidates);
        job->at = stop;
        for (unsigned i = 0; i < count; i++)
            look_up(job, &candidates[i]);
    }
}

/* What the program closed to itself may be opened here: the child's protections are its own. */
static bool open_page(struct job *job, uintptr_t page)
{
    if (job->opened == page)
        return false;
    job->opened = page;
    return mprotect((void *)page, PAGE_BYTES, PROT_READ) == 0;
}

/* Where no word begins any more that lies before `end`. */
static uintptr_t words_end(const struct scan *scan, uintptr_t end)
{
    return scan->code ? end - WORD + 1 : end & ~(WORD - 1);
}

/* After a fault: what comes before the unreadable page is scanned again, the page is left out. */
static void step_over(struct job *job, uintptr_t page)
{
    struct job before = *job;
    before.end = words_end(job->scan, page);
    fault_guard_run(run_scan, &before);
    job->at = page + PAGE_BYTES;
    job->scan->partial = true;
}

static void recover(struct job *job)
{
    uintptr_t page = fault_guard_address() & ~(PAGE_BYTES - 1);
    if (page + PAGE_BYTES <= job->at || page >= job->end) { /* no fault of this range's */
        job->at = job->end;
        job->scan->partial = true;
    } else if (!open_page(job, page)) {
        step_over(job, page);
    }
}

static void scan_all(struct scan *scan, uintptr_t start, uintptr_t end)
{
    struct job job = {
        .scan = scan,
        .at = scan->code ? start : (start + WORD - 1) & ~(WORD - 1),
        .end = words_end(scan, end),
    };
    while (job.at < job.end && !fault_guard_run(run_scan, &job))
        recover(&job);
}

void scan_range(struct scan *scan, uintptr_t start, uintptr_t end, enum scan_pages pages)
{
    if (pages == SCAN_ALL) {
        scan_all(scan, start, end);
        return;
    }
    struct range run;
    while (pagemap_touched(scan->pagemap, start, end, pages == SCAN_WRITTEN, &run)) {
        scan_all(scan, run.start, run.end);
        start = run.end;
    }
}
