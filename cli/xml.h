/*
 * XML, written as it is made. Texts may be any bytes: what XML 1.0 can't hold (control characters,
 * bytes that are not UTF-8) is written as U+FFFD, so the document is always well-formed.
 */
#ifndef CAULK_XML_H
#define CAULK_XML_H

#include <stdio.h>

struct xml;

/* Writes to out, which stays the caller's and keeps its errors; all of it is there after
 * xml_destroy(). */
struct xml *xml_create(FILE *out);
void xml_destroy(struct xml *xml);

void xml_open(struct xml *xml, const char *name); /* until xml_close() */
void xml_close(struct xml *xml);
/* Of the element that was opened last, before its contents. */
void xml_attribute(struct xml *xml, const char *name, const char *value);
void xml_text(struct xml *xml, const char *text);
/* A whole element with a text in it. */
void xml_element(struct xml *xml, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
