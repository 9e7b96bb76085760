/* Writing a stream compressed, as gzip does: the same bytes always give the same result. */
#ifndef CAULK_GZIP_H
#define CAULK_GZIP_H

#include <stddef.h>
#include <stdio.h>

struct gzip;

/* Writes to out, which stays the caller's and keeps its errors (ferror()); all of it is there after
 * gzip_destroy(). */
struct gzip *gzip_create(FILE *out);
void gzip_write(struct gzip *gzip, const void *bytes, size_t count);
void gzip_destroy(struct gzip *gzip);

#endif
