/*
 * The drawing, by libcgraph and libgvc; the only file that includes them.
 *
 * Four readers parse the same text, and each has a trap of its own:
 *   DOT    cgraph quotes strings but leaves backslashes alone, so one at the end would escape the
 *          closing quote; and labels are "escStrings", where \N and \G are replaced. So every
 *          backslash is doubled.
 *   Pango  xdot hands a tooltip to Pango as markup: with a bare < it shows nothing but a warning.
 *          So & < > become entities. Graphviz understands those in labels too, and passes them on
 *          to SVG as they are.
 *   dot    writes its -Txdot drawing with quotes escaped and backslashes not, so that \" in a label
 *          ends the string there. A quote after a backslash becomes an apostrophe.
 *   xdot   shows "\n" in a tooltip as two characters, and drops the tooltip of a node that has a
 *          URL. So lines end with real newlines, and there are no URLs.
 */
#include "libcaulk/dot.h"

#include <graphviz/gvc.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/array_room.h"
#include "libcaulk/utf8.h"

#define TEXT_BYTES_MAX (16 * 1024)

struct dot {
    Agraph_t *graph;
    GVC_t *context; /* NULL until something is rendered */
    uint32_t node_count, cluster_count;
    Agnode_t **node;
    Agraph_t **cluster; /* cluster[n - 1] has number n */
    bool out_of_memory;
};

/* cgraph takes char * for what it only reads. */
static void set(void *object, const char *name, const char *value)
{
    agsafeset(object, (char *)name, (char *)value, (char *)"");
}

struct dot *dot_create(const char *title)
{
    struct dot *dot = calloc(1, sizeof(*dot));
    if (!dot)
        return NULL;
    char *name = utf8_clean(title);
    dot->graph = agopen(name ? name : (char *)"caulk", Agdirected, NULL);
    free(name);
    if (!dot->graph) {
        dot->out_of_memory = true;
        return dot;
    }
    /* linelength 0: strings are not broken into lines, so that they can be searched for. */
    static const char *const graph_look[][2] = {{"rankdir", "LR"},
                                                {"linelength", "0"},
                                                {"charset", "UTF-8"},
                                                {"fontname", "sans-serif"},
                                                {"bgcolor", "white"}};
    static const char *const node_look[][2] = {{"fontname", "sans-serif"}, {"fontsize", "11"},
                                               {"style", "filled"},        {"shape", "box"},
                                               {"fillcolor", "white"},     {"penwidth", "1"}};
    static const char *const edge_look[][2] = {
        {"fontname", "sans-serif"}, {"fontsize", "9"}, {"style", "solid"}, {"penwidth", "1"}};
    for (size_t i = 0; i < sizeof(graph_look) / sizeof(graph_look[0]); i++)
        agattr(dot->graph, AGRAPH, (char *)graph_look[i][0], (char *)graph_look[i][1]);
    for (size_t i = 0; i < sizeof(node_look) / sizeof(node_look[0]); i++)
        agattr(dot->graph, AGNODE, (char *)node_look[i][0], (char *)node_look[i][1]);
    for (size_t i = 0; i < sizeof(edge_look) / sizeof(edge_look[0]); i++)
        agattr(dot->graph, AGEDGE, (char *)edge_look[i][0], (char *)edge_look[i][1]);
    return dot;
}

void dot_destroy(struct dot *dot)
{
    if (!dot)
        return;
    if (dot->graph)
        agclose(dot->graph);
    if (dot->context)
        gvFreeContext(dot->context);
    free(dot->node);
    free(dot->cluster);
    free(dot);
}

/* Graphviz puts a graph's own id before those of all that is in it. */
void dot_prefix_ids(struct dot *dot, const char *prefix)
{
    if (dot && !dot->out_of_memory)
        set(dot->graph, "id", prefix);
}

static const char *escaped(char c)
{
    switch (c) {
    case '\\':
        return "\\\\";
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    default:
        return NULL;
    }
}

/* Newlines stay; what is not UTF-8, and other control characters, become U+FFFD. NULL without
 * memory. */
static char *escape(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    size_t length = strnlen(text, TEXT_BYTES_MAX);
    char *copy = malloc(5 * length + 1);
    if (!copy)
        return NULL;
    char *end = copy;
    for (const char *at = text; *at && at < text + length;) {
        size_t bytes = utf8_character(at);
        const char *entity = escaped(*at);
        if (*at == '"' && at > text && at[-1] == '\\')
            *end++ = '\'';
        else if (entity)
            end = stpcpy(end, entity);
        else if (!bytes || at + bytes > text + length || ((unsigned char)*at < ' ' && *at != '\n'))
            end = stpcpy(end, replacement);
        else
            end = mempcpy(end, at, bytes);
        at += bytes ? bytes : 1;
    }
    *end = '\0';
    return copy;
}

static void set_text(struct dot *dot, void *object, const char *name, const char *text)
{
    char *safe = escape(text);
    if (safe)
        set(object, name, safe);
    else
        dot->out_of_memory = true;
    free(safe);
}

/* Room for one more in an array; false without memory. */
static bool grow(struct dot *dot, void *array, uint32_t count)
{
    void **pointers = array;
    if (dot->out_of_memory)
        return false;
    void *larger = array_room(*pointers, count, sizeof(void *));
    if (larger)
        *pointers = larger;
    else
        dot->out_of_memory = true;
    return larger;
}

uint32_t dot_cluster(struct dot *dot, const char *label, const char *tooltip)
{
    if (!dot || !grow(dot, &dot->cluster, dot->cluster_count))
        return DOT_NO_CLUSTER;
    char name[32];
    snprintf(name, sizeof(name), "cluster_%u", dot->cluster_count + 1);
    Agraph_t *cluster = agsubg(dot->graph, name, 1);
    if (!cluster) {
        dot->out_of_memory = true;
        return DOT_NO_CLUSTER;
    }
    set_text(dot, cluster, "label", label);
    set_text(dot, cluster, "tooltip", tooltip);
    set(cluster, "style", "rounded");
    set(cluster, "color", "#cc0000");
    set(cluster, "fontsize", "11");
    dot->cluster[dot->cluster_count++] = cluster;
    return dot->cluster_count;
}

uint32_t dot_node(struct dot *dot, uint32_t cluster, const struct dot_look *look, const char *label,
                  const char *tooltip)
{
    static const char *const shapes[] = {"box", "hexagon", "note"};
    if (!dot || !grow(dot, &dot->node, dot->node_count))
        return 0;
    char name[32];
    snprintf(name, sizeof(name), "n%u", dot->node_count);
    Agraph_t *parent = cluster == DOT_NO_CLUSTER ? dot->graph : dot->cluster[cluster - 1];
    Agnode_t *node = agnode(parent, name, 1);
    if (!node) {
        dot->out_of_memory = true;
        return 0;
    }
    set_text(dot, node, "label", label);
    set_text(dot, node, "tooltip", tooltip);
    set(node, "shape", shapes[look->shape]);
    set(node, "fillcolor", look->fill);
    if (look->bold)
        set(node, "penwidth", "2");
    dot->node[dot->node_count] = node;
    return dot->node_count++;
}

void dot_edge(struct dot *dot, uint32_t from, uint32_t to, const char *label, const char *tooltip,
              bool dashed, bool bold)
{
    if (!dot || dot->out_of_memory)
        return;
    Agedge_t *edge = agedge(dot->graph, dot->node[from], dot->node[to], NULL, 1);
    if (!edge) {
        dot->out_of_memory = true;
        return;
    }
    set_text(dot, edge, "label", label);
    set_text(dot, edge, "tooltip", tooltip);
    if (dashed)
        set(edge, "style", "dashed");
    if (bold) {
        set(edge, "penwidth", "2");
        set(edge, "color", "#cc0000");
    }
}

static bool render(struct dot *dot, const char *format, FILE *out, struct error *err)
{
    if (!dot->context)
        dot->context = gvContext();
    if (!dot->context)
        return error_set(err, NULL, "Graphviz does not start");
    const char *engine = dot->node_count > DOT_NODES_FOR_DOT ? "sfdp" : "dot";
    bool done = false;
    if (gvLayout(dot->context, dot->graph, engine) != 0)
        error_set(err, NULL, "Graphviz cannot lay the graph out with %s", engine);
    else if (gvRender(dot->context, dot->graph, format, out) != 0)
        error_set(err, NULL,
                  "Graphviz cannot render %s (as root: dot -c finds its plugins anew; without "
                  "them: -T dot)",
                  format);
    else
        done = true;
    gvFreeLayout(dot->context, dot->graph);
    return done;
}

/* Graphviz prints its complaints; a library must not. */
static int say_nothing(char *complaint)
{
    (void)complaint;
    return 0;
}

bool dot_write(struct dot *dot, const char *format, FILE *out, struct error *err)
{
    if (format && strcmp(format, "svg") != 0 && strcmp(format, "png") != 0)
        return error_set(err, NULL, "no format '%s': svg or png", format);
    if (!dot || dot->out_of_memory)
        return error_set(err, NULL, "out of memory");
    agseterrf(say_nothing);
    if (dot->node_count > DOT_NODES_FOR_DOT) {
        agattr(dot->graph, AGRAPH, (char *)"layout", (char *)"sfdp");
        agattr(dot->graph, AGRAPH, (char *)"overlap", (char *)"prism");
    }
    if (format)
        return render(dot, format, out, err);
    if (agwrite(dot->graph, out) != 0)
        return error_set(err, NULL, "Graphviz cannot write the graph");
    return true;
}
