/* Over libxml2's writer, which knows escapes, and passes on what XML forbids. */
#include "cli/xml.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "libcaulk/memory.h"
#include "libcaulk/utf8.h"

struct xml {
    xmlTextWriterPtr writer;
};

struct xml *xml_create(FILE *out)
{
    struct xml *xml = allocate(1, sizeof(*xml));
    xmlOutputBufferPtr buffer = xmlOutputBufferCreateFile(out, NULL);
    xml->writer = need_memory(buffer ? xmlNewTextWriter(buffer) : NULL);
    xmlTextWriterSetIndent(xml->writer, 1);
    xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL);
    return xml;
}

void xml_destroy(struct xml *xml)
{
    if (!xml)
        return;
    xmlTextWriterEndDocument(xml->writer);
    xmlFreeTextWriter(xml->writer);
    free(xml);
}

/* The production Char of XML 1.0, of well-formed UTF-8. */
static bool is_allowed(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    if (byte[0] < 0x20)
        return byte[0] == '\t' || byte[0] == '\n';
    return strncmp(text, "\xef\xbf\xbe", 3) != 0 && strncmp(text, "\xef\xbf\xbf", 3) != 0;
}

static xmlChar *make_valid(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *valid = allocate(3 * strlen(text) + 1, 1), *end = valid;
    while (*text) {
        size_t length = utf8_character(text);
        bool keep = length && is_allowed(text);
        end = mempcpy(end, keep ? text : replacement, keep ? length : 3);
        text += length ? length : 1;
    }
    return (xmlChar *)valid;
}

void xml_open(struct xml *xml, const char *name)
{
    xmlTextWriterStartElement(xml->writer, (const xmlChar *)name);
}

void xml_close(struct xml *xml)
{
    xmlTextWriterEndElement(xml->writer);
}

void xml_attribute(struct xml *xml, const char *name, const char *value)
{
    xmlChar *valid = make_valid(value);
    xmlTextWriterWriteAttribute(xml->writer, (const xmlChar *)name, valid);
    free(valid);
}

void xml_text(struct xml *xml, const char *text)
{
    xmlChar *valid = make_valid(text);
    xmlTextWriterWriteString(xml->writer, valid);
    free(valid);
}

void xml_element(struct xml *xml, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_text_list(format, args);
    va_end(args);
    xml_open(xml, name);
    xml_text(xml, text);
    xml_close(xml);
    free(text);
}
