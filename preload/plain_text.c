/* See preload/plain_text.h. Numbers are written backwards into a small buffer, as everyone does. */
#include "preload/plain_text.h"

#include <string.h>

#define DIGITS_MAX 24
#define NS_PER_TENTH_MS 100000u

struct output {
    char *text;
    size_t length;
    size_t capacity; /* without the final NUL */
};

static void put(struct output *output, const char *bytes, size_t length)
{
    size_t room = output->capacity - output->length;
    if (length > room)
        length = room;
    memcpy(output->text + output->length, bytes, length);
    output->length += length;
}

static void put_number(struct output *output, uint64_t number, unsigned base)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof(digits);
    do {
        digits[--at] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    put(output, digits + at, sizeof(digits) - at);
}

static void put_signed(struct output *output, int64_t number)
{
    if (number < 0)
        put(output, "-", 1);
    put_number(output, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10);
}

static void put_milliseconds(struct output *output, uint64_t nanoseconds)
{
    uint64_t tenths = nanoseconds / NS_PER_TENTH_MS + (nanoseconds % NS_PER_TENTH_MS != 0);
    put_number(output, tenths / 10, 10);
    put(output, ".", 1);
    put_number(output, tenths % 10, 10);
    put(output, " ms", 3);
}

size_t text_vformat(char *ret_text, size_t capacity, const char *format, va_list args)
{
    struct output output = {ret_text, 0, capacity - 1};
    for (const char *at = format; *at != '\0'; at++) {
        if (*at != '%') {
            put(&output, at, 1);
            continue;
        }
        at++;
        bool wide = *at == 'z' || *at == 'l';
        at += wide;
        if (*at == 's') {
            const char *string = va_arg(args, const char *);
            put(&output, string, strlen(string));
        } else if (*at == 'd') {
            put_signed(&output, va_arg(args, int));
        } else if (*at == 'u' || *at == 'x') {
            uint64_t number = wide ? va_arg(args, unsigned long) : va_arg(args, unsigned);
            put_number(&output, number, *at == 'x' ? 16 : 10);
        } else if (*at == 'c') {
            put(&output, &(char){(char)va_arg(args, int)}, 1);
        } else if (*at == 't') {
            put_milliseconds(&output, va_arg(args, uint64_t));
        } else {
            put(&output, at, 1);
        }
    }
    ret_text[output.length] = '\0';
    return output.length;
}

size_t text_format(char *ret_text, size_t capacity, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t length = text_vformat(ret_text, capacity, format, args);
    va_end(args);
    return length;
}

bool text_to_number(const char *text, uint64_t limit, uint64_t *ret_number)
{
    uint64_t number = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (number > (limit - digit) / 10 || digit > limit)
            return false;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}
