/* The section EDGES: the pointers that lie in blocks. */
#ifndef CAULK_DUMP_EDGES_H
#define CAULK_DUMP_EDGES_H

#include <stddef.h>
#include <stdint.h>

#include "preload/dump_job.h"

/* Returns 0 or an errno: ENOMEM; EAGAIN where shared memory changed between two looks at it. */
int dump_edges_write(struct dump_job *job);

#define REFERENCE_MAX_BYTES (3 * VARINT_MAX_BYTES)

/* A reference as EDGES and ROOT_REFS have it, at ret_bytes: step is the difference of the offset to
 * the reference before, target what the section says of the target. Returns the bytes used. */
size_t reference_encode(const struct reference *reference, uint64_t step, uint64_t target,
                        uint8_t *ret_bytes);

#endif
