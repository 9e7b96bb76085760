/* The varints that varint.h does not decode in place, and all the failures. */
#include "libcaulk/varint.h"

bool varint_read_long(struct varint_reader *reader, uint64_t *ret_value)
{
    uint64_t value = 0;
    const uint8_t *at = reader->at;
    for (unsigned shift = 0; at < reader->end && shift < 7 * VARINT_MAX_BYTES; shift += 7) {
        uint64_t low = *at & 0x7f;
        if (low << shift >> shift != low)
            return false;
        value |= low << shift;
        if (*at++ < 0x80) {
            reader->at = at;
            *ret_value = value;
            return true;
        }
    }
    return false;
}

void varint_write(FILE *out, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        putc((int)(number & 0x7f) | 0x80, out);
    putc((int)number, out);
}
