/*
 * HTML, written as it is made. Markup is ours; texts are anybody's, may be any bytes, and can't
 * become markup: in what this writes of them there is none of < > & " ', and what is not UTF-8, or
 * is a control character, is U+FFFD.
 */
#ifndef CAULK_HTML_H
#define CAULK_HTML_H

#include <stddef.h>
#include <stdio.h>

/* The markup with a text in the place of each $, also in an attribute between quotes; the texts,
 * and a NULL behind them, follow. A dollar sign without a text, or a text without one, is a
 * programming error and aborts. */
void html_put(FILE *out, const char *markup, ...) __attribute__((sentinel));

/* One text, escaped. */
void html_text(FILE *out, const char *text);

/* A JSON document as what a script element may hold: nothing in it ends that element. */
void html_json(FILE *out, const char *json, size_t bytes);

#endif
