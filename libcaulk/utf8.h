/*
 * Text from a dump may be any bytes: file names, thread names, symbols. These make it fit to print.
 */
#ifndef CAULK_UTF8_H
#define CAULK_UTF8_H

#include <stddef.h>

/* No character takes more. */
#define UTF8_BYTES_MAX 4

/* Bytes of the well-formed UTF-8 character that text (NUL-terminated, not empty) begins with, as in
 * Unicode's table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF. 0 where it is not
 * well-formed. */
size_t utf8_character(const char *text);

/* A copy in which each byte that is not well-formed UTF-8 is U+FFFD, and each control character
 * (which a terminal would obey), and what turns the order of characters about, too. NULL without
 * memory. Release with free(). */
char *utf8_clean(const char *text);

#endif
