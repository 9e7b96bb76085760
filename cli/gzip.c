/* Over zlib's deflate and not its gzFile, which wants a descriptor and hides the reason of errors.
 */
#include "cli/gzip.h"

#include <stdlib.h>

#include <zlib.h>

#include "libcaulk/memory.h"

#define BUFFER_BYTES (64 * 1024)
#define GZIP_HEADER 16 /* added to the window's bits: see deflateInit2() */

struct gzip {
    FILE *out;
    z_stream stream;
    unsigned char buffer[BUFFER_BYTES];
};

struct gzip *gzip_create(FILE *out)
{
    struct gzip *gzip = allocate(1, sizeof(*gzip));
    gzip->out = out;
    if (deflateInit2(&gzip->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + GZIP_HEADER,
                     MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        memory_fail();
    return gzip;
}

/* Deflate has nothing more to give when it leaves room in the buffer. */
static void compress_all(struct gzip *gzip, int flush)
{
    do {
        gzip->stream.next_out = gzip->buffer;
        gzip->stream.avail_out = BUFFER_BYTES;
        deflate(&gzip->stream, flush);
        fwrite(gzip->buffer, 1, BUFFER_BYTES - gzip->stream.avail_out, gzip->out);
    } while (!gzip->stream.avail_out);
}

void gzip_write(struct gzip *gzip, const void *bytes, size_t count)
{
    gzip->stream.next_in = (unsigned char *)bytes;
    gzip->stream.avail_in = (unsigned)count;
    compress_all(gzip, Z_NO_FLUSH);
}

void gzip_destroy(struct gzip *gzip)
{
    if (!gzip)
        return;
    compress_all(gzip, Z_FINISH);
    deflateEnd(&gzip->stream);
    free(gzip);
}
