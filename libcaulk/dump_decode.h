/*
 * The dump's sections decoded into struct dump, each by one function; private to dump*.c.
 *
 * Each takes a section whose checksum is right and trusts nothing else in it. What a function
 * allocates it hangs on the dump at once, so that dump_close() frees it whatever fails later. They
 * are called in the order of the sections: each may use what those before it decoded.
 */
#ifndef CAULK_DUMP_DECODE_H
#define CAULK_DUMP_DECODE_H

#include "libcaulk/dump.h"
#include "libcaulk/section_file.h"
#include "libcaulk/varint.h"

/* Goes through a section's varints, record by record. */
struct record_reader {
    struct varint_reader numbers;
    uint64_t record; /* from 0, for messages */
    const struct section *section;
    struct error *err;
};

struct record_reader record_reader(const struct section *section, struct error *err);

/* False, with "section NAME: record N: … (offset N)" as the error; the offset is the file's. */
bool record_wrong(const struct record_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool record_wrong_number(const struct record_reader *reader);

static inline bool record_number(struct record_reader *reader, uint64_t *ret_number)
{
    return varint_read(&reader->numbers, ret_number) || record_wrong_number(reader);
}

/* Whether all bytes were used. */
bool record_reader_finish(const struct record_reader *reader);

/* Whether the section can hold its count of records, none shorter than that many bytes, and the
 * count is one that 32 bits can number: checked before anything is allocated for them. */
bool section_count_check(const struct section *section, uint64_t least_bytes, struct error *err);

/* Whether the section is exactly its count of records of that size. */
bool section_records_check(const struct section *section, uint64_t record_bytes, struct error *err);

/* The string of a record. False, with an error, where the section STRINGS has none there. */
bool section_string(const struct dump *dump, const struct section *section, uint64_t record,
                    uint32_t offset, const char **ret_string, struct error *err);

/* Memory for count elements, uninitialized; NULL, with an error, if there is none. */
void *section_allocate(const struct section *section, uint64_t count, size_t element_bytes,
                       struct error *err);

/* Takes over section->bytes. */
bool dump_decode_strings(struct dump *dump, struct section *section, struct error *err);
bool dump_decode_maps(struct dump *dump, struct section *section, struct error *err);

bool dump_decode_process(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_modules(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_segments(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_threads(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_stacks(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_blocks(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_edges(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_roots(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_refs(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_declared(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_python_codes(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_python_loops(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_labels(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_types(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_typed(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_python(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_layouts(struct dump *dump, const struct section *section, struct error *err);
bool dump_decode_attributes(struct dump *dump, const struct section *section, struct error *err);

/* After all sections: WITNESS_OBJECT and WITNESS_LINK. */
bool dump_links_mark(struct dump *dump, struct error *err);
bool dump_decode_sums(struct dump *dump, const struct section *section, struct error *err);
/* What SUMS of a merged dump begins with. */
bool dump_decode_merged(struct dump *dump, struct record_reader *reader);
/* What it says of owners in a dump of one process. */
bool dump_decode_owners(struct dump *dump, struct record_reader *reader);
bool dump_decode_symbols(struct dump *dump, const struct section *section, struct error *err);

#endif
