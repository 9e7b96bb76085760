/* UTF-8, checked by the ranges of Unicode's table 3-7 (well-formed byte sequences). */
#include "libcaulk/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_tail(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

size_t utf8_character(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (byte[0] < 0x80)
        return 1;
    if (byte[0] < 0xc2 || byte[0] > 0xf4 || !is_tail(byte[1]))
        return 0;
    if (byte[0] < 0xe0)
        return 2;
    if (byte[0] < 0xf0) {
        bool overlong = byte[0] == 0xe0 && byte[1] < 0xa0;
        bool surrogate = byte[0] == 0xed && byte[1] > 0x9f;
        return !overlong && !surrogate && is_tail(byte[2]) ? 3 : 0;
    }
    bool overlong = byte[0] == 0xf0 && byte[1] < 0x90;
    bool too_high = byte[0] == 0xf4 && byte[1] > 0x8f;
    return !overlong && !too_high && is_tail(byte[2]) && is_tail(byte[3]) ? 4 : 0;
}

/* C0 controls, DEL, and the C1 controls (U+0080 to U+009F, in UTF-8 c2 80 to c2 9f). */
static bool is_control(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    return byte[0] < 0x20 || byte[0] == 0x7f || (byte[0] == 0xc2 && byte[1] < 0xa0);
}

/* What ends a line, or has the text beside it shown in another order: U+061C, U+200E, U+200F,
 * U+2028 to U+202E, U+2066 to U+2069. A name with them could pass for another. */
static bool is_misleading(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (byte[0] == 0xd8)
        return byte[1] == 0x9c;
    if (byte[0] != 0xe2)
        return false;
    bool mark = byte[2] == 0x8e || byte[2] == 0x8f || (byte[2] >= 0xa8 && byte[2] <= 0xae);
    bool isolate = byte[2] >= 0xa6 && byte[2] <= 0xa9;
    return (byte[1] == 0x80 && mark) || (byte[1] == 0x81 && isolate);
}

char *utf8_clean(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *copy = malloc(3 * strlen(text) + 1);
    if (!copy)
        return NULL;
    char *end = copy;
    while (*text) {
        size_t length = utf8_character(text);
        if (length && !is_control(text) && !is_misleading(text)) {
            end = mempcpy(end, text, length);
        } else {
            end = mempcpy(end, replacement, 3);
        }
        text += length ? length : 1;
    }
    *end = '\0';
    return copy;
}
