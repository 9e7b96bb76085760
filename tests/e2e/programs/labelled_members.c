/*
 * A cycle of structs that caulk_label names: pointers in a struct's own members, in those of
 * another struct in it, and in arrays of such. Also what `make damage` damages, as debug
 * information.
 */
#include <stdlib.h>

#include "samples/sample.h"

typedef void *const opaque;

typedef struct {
    long length;
    char *text;
} line_t;

struct document {
    line_t title;
    struct view *views[2][3];
    struct {
        volatile int lines;
        line_t line[4];
    } body;
    void *font; /* the largest that it points to, and not lost */
};

static void *fonts;

struct view {
    int width;
    struct {
        struct document *document;
    };
    opaque style;
};

static void *allocate(size_t bytes, const char *type)
{
    void *block = calloc(1, bytes);

    if (!block)
        abort();
    if (type)
        caulk_label(block, type);
    return block;
}

static void leak(void)
{
    struct document *document = allocate(sizeof(*document), "document");

    document->font = fonts = allocate(1000, NULL);
    document->title.text = allocate(20, NULL);
    document->body.line[2].text = allocate(300, NULL);
    document->views[1][2] = allocate(sizeof(struct view), "struct view");
    document->views[1][2]->document = document;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
