/*
 * verdict: definite 2 blocks 72 bytes; indirect 0; cycles 1 of 2 blocks 72 bytes
 *
 * Two objects of GObject's that keep each other: a view its document by a reference, a document its
 * view. The document has private data, which lie before the object in its block, so that whoever
 * knows the document points into the middle of it. GLib before 2.76 takes objects from pools of its
 * own; so the sample starts itself again with G_SLICE=always-malloc.
 */
#include <glib-object.h>
#include <stdlib.h>
#include <unistd.h>

#include "samples/sample.h"

G_DECLARE_FINAL_TYPE(DemoDocument, demo_document, DEMO, DOCUMENT, GObject)
G_DECLARE_FINAL_TYPE(DemoView, demo_view, DEMO, VIEW, GObject)

struct _DemoDocument {
    GObject parent;
};

typedef struct {
    DemoView *view;
    guint64 revision;
} DemoDocumentPrivate;

struct _DemoView {
    GObject parent;
    DemoDocument *document;
};

G_DEFINE_TYPE_WITH_PRIVATE(DemoDocument, demo_document, G_TYPE_OBJECT)
G_DEFINE_TYPE(DemoView, demo_view, G_TYPE_OBJECT)

static void demo_document_class_init(DemoDocumentClass *class)
{
    (void)class;
}

static void demo_document_init(DemoDocument *document)
{
    (void)document;
}

static void demo_view_class_init(DemoViewClass *class)
{
    (void)class;
}

static void demo_view_init(DemoView *view)
{
    (void)view;
}

static DemoDocument *kept;

static void leak(void)
{
    DemoDocument *document = g_object_new(demo_document_get_type(), NULL);
    DemoDocumentPrivate *data = demo_document_get_instance_private(document);
    DemoView *view = g_object_new(demo_view_get_type(), NULL);
    data->view = g_object_ref(view);
    view->document = g_object_ref(document);
    g_object_unref(view);
    g_object_unref(document);
}

static void keep(void)
{
    kept = g_object_new(demo_document_get_type(), NULL);
}

/* With an argument nothing is lost. */
int main(int count, char **arguments)
{
    if (glib_minor_version < 76 && !getenv("G_SLICE")) {
        setenv("G_SLICE", "always-malloc", 1);
        execv(arguments[0], arguments);
        return 1;
    }
    sample_build(count > 1 ? keep : leak);
    return caulk_dump(NULL) != 0;
}
