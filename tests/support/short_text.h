/* What a test compares with a line that it expects, put together piece by piece. */
#ifndef CAULK_TESTS_SHORT_TEXT_H
#define CAULK_TESTS_SHORT_TEXT_H

#include <stddef.h>

struct short_text {
    char at[1024];
    size_t length;
};

/* Starts from zeros. The test fails where there is no room. */
void __attribute__((format(printf, 2, 3)))
short_text_add(struct short_text *text, const char *format, ...);

#endif
