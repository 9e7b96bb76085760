/*
 * See gobject_types.h. Two arrays are looked for among the variables of GLib's libraries: that of
 * the fundamental types, in libgobject, and the pointer to that of all strings, in libglib; each is
 * known by entries that it must have. From the fundamental types the others are reached by their
 * lists of children.
 */
#include "preload/gobject_types.h"

#include <assert.h>
#include <elf.h>
#include <stddef.h>
#include <string.h>

#include "preload/peek.h"

#define WORD sizeof(uint64_t)
#define FUNDAMENTAL_SHIFT 2
#define FUNDAMENTALS 256u
#define PARAMETER 19u /* GParam */
#define OBJECT 20u    /* GObject */
#define HAS_INSTANCES (1u << 18)
#define CHILDREN_MAX (1u << 14)
#define DEPTH_MAX 64u
#define LEAST_OBJECT_BYTES 8u

struct node {
    uint64_t references, plugin;
    uint32_t child_count, bits; /* 8 bits: types above it */
    uint64_t children, data;
    uint32_t name, unused;
    uint64_t properties, interfaces, prerequisites, supers[1];
};
static_assert(offsetof(struct node, supers) == 72, "GLib's TypeNode");

struct data {
    uint64_t table, sizes, functions[4], argument, class;
    uint16_t bytes, before;
    uint32_t unused;
};
static_assert(offsetof(struct data, bytes) == 64, "GLib's InstanceData");

struct search {
    const struct maps *maps;
    uintptr_t fundamentals;     /* array of nodes' addresses */
    uint32_t parameter, object; /* numbers of the names that two of them must have */
    uintptr_t names;            /* array of strings */
    uint32_t left;              /* nodes that may still be looked at */
    void (*found)(void *context, const struct gobject_class *class);
    void *context;
};

static uint32_t depth_of(const struct node *node)
{
    return node->bits & UINT8_MAX;
}

/* A node says itself which type it is, and of which fundamental type. */
static bool read_node(const struct search *search, uintptr_t at, uint64_t type, uint64_t root,
                      struct node *ret_node)
{
    uint64_t last[2];
    if (at % WORD != 0 || !peek(search->maps, at, ret_node, sizeof(*ret_node)) ||
        ret_node->supers[0] != type || depth_of(ret_node) > DEPTH_MAX)
        return false;
    uintptr_t end = at + offsetof(struct node, supers) + depth_of(ret_node) * WORD;
    return peek(search->maps, end, last, sizeof(last)) && last[0] == root && last[1] == 0;
}

static bool read_fundamental(const struct search *search, uint32_t number, uintptr_t *ret_at,
                             struct node *ret_node)
{
    uint64_t type = (uint64_t)number << FUNDAMENTAL_SHIFT;
    return peek_word(search->maps, search->fundamentals + number * WORD, ret_at) && *ret_at != 0 &&
           read_node(search, *ret_at, type, type, ret_node) && depth_of(ret_node) == 0;
}

static bool is_named(const struct search *search, uint32_t name, const char *text)
{
    uint64_t at;
    char found[GOBJECT_NAME_BYTES];
    size_t length = strlen(text);
    return peek_word(search->maps, search->names + name * WORD, &at) &&
           peek_name(search->maps, at, false, found, sizeof(found)) == length &&
           memcmp(found, text, length) == 0;
}

static bool is_fundamentals(struct search *search, uint64_t variable)
{
    uintptr_t at;
    struct node parameter, object;
    search->fundamentals = variable;
    if (!read_fundamental(search, PARAMETER, &at, &parameter) ||
        !read_fundamental(search, OBJECT, &at, &object))
        return false;
    search->parameter = parameter.name;
    search->object = object.name;
    return true;
}

/* The variable points to the array. */
static bool is_names(struct search *search, uint64_t variable)
{
    return peek_word(search->maps, variable, &search->names) && search->names != 0 &&
           search->names % WORD == 0 && is_named(search, search->parameter, "GParam") &&
           is_named(search, search->object, "GObject");
}

/* Whether one of a module's variables is what is looked for. */
static bool find_variable(struct search *search, const struct loaded_module *module,
                          bool (*is_it)(struct search *search, uint64_t variable))
{
    for (uint32_t i = 0; i < module->segment_count; i++) {
        const struct module_segment *segment = &module->segments[i];
        uintptr_t at = (segment->start + WORD - 1) & ~(WORD - 1);
        for (; segment->flags & PF_W && at + WORD <= segment->end; at += WORD)
            if (is_it(search, at))
                return true;
    }
    return false;
}

/* No class was made while there was no instance; there may never be one. */
static void visit_class(struct search *search, uint64_t type, bool counted, const struct node *node)
{
    struct data data;
    uint64_t name, of_class;
    if (!(node->bits & HAS_INSTANCES) || node->data % WORD != 0 ||
        !peek(search->maps, node->data, &data, sizeof(data)) || data.class == 0 ||
        data.bytes < LEAST_OBJECT_BYTES || data.before % WORD != 0 ||
        !peek_word(search->maps, data.class, &of_class) || of_class != type ||
        !peek_word(search->maps, search->names + node->name * WORD, &name))
        return;
    const struct gobject_class class = {
        .class = data.class,
        .name = name,
        .offset = data.before,
        .bytes = (uint32_t)data.before + data.bytes,
        .counted = counted,
    };
    search->found(search->context, &class);
}

static bool read_child(const struct search *search, const struct node *parent, uint32_t child,
                       uint64_t *ret_type)
{
    return child < parent->child_count && child < CHILDREN_MAX &&
           peek_word(search->maps, parent->children + child * WORD, ret_type);
}

/* The node and what derives from it: down to the deepest, a place on the way kept for each. */
static void visit_tree(struct search *search, uint64_t root, const struct node *top)
{
    struct place {
        struct node node;
        uint32_t child;
    } path[DEPTH_MAX];
    uint32_t depth = 1;
    uint64_t type;
    bool counted = root == OBJECT << FUNDAMENTAL_SHIFT;
    path[0] = (struct place){.node = *top};
    visit_class(search, root, counted, top);
    while (depth > 0) {
        struct place *place = &path[depth - 1], *next = &path[depth];
        if (!read_child(search, &place->node, place->child++, &type)) {
            depth--;
        } else if (depth < DEPTH_MAX && search->left > 0 &&
                   read_node(search, type, type, root, &next->node) &&
                   depth_of(&next->node) == depth) {
            search->left--;
            visit_class(search, type, counted, &next->node);
            next->child = 0;
            depth++;
        }
    }
}

void gobject_types_visit(const struct maps *maps, const struct loaded_module *glib,
                         const struct loaded_module *library,
                         void (*found)(void *context, const struct gobject_class *class),
                         void *context)
{
    struct search search = {.maps = maps, .left = CHILDREN_MAX, .found = found, .context = context};
    uintptr_t at;
    struct node node;
    if (!find_variable(&search, library, is_fundamentals) ||
        !find_variable(&search, glib, is_names))
        return;
    for (uint32_t i = 1; i < FUNDAMENTALS; i++)
        if (read_fundamental(&search, i, &at, &node))
            visit_tree(&search, (uint64_t)i << FUNDAMENTAL_SHIFT, &node);
}
