#include "tests/support/short_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

void short_text_add(struct short_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int added = vsnprintf(text->at + text->length, sizeof(text->at) - text->length, format, args);
    va_end(args);
    text->length += (size_t)added;
    assert_true(text->length < sizeof(text->at));
}
