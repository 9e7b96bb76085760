#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/dot.h"

/* Graphviz and fontconfig keep what they have loaded until the process ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libgvc\nleak:libpango\n";
}

static const struct dot_look plain = {DOT_BLOCK, "#eeeeee", false};

/* The drawing's text in a format. */
static char *written(struct dot *dot, const char *format, size_t *ret_length)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct error err;
    bool done = dot_write(dot, format, out, &err);
    fclose(out);
    if (!done)
        fail_msg("%s", err.message);
    *ret_length = length;
    return text;
}

static char *one_node(const char *label, const char *tooltip)
{
    size_t length;
    struct dot *dot = dot_create("test");
    dot_node(dot, DOT_NO_CLUSTER, &plain, label, tooltip);
    char *text = written(dot, NULL, &length);
    dot_destroy(dot);
    return text;
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
}

static void draws_nodes_edges_and_clusters(void **state)
{
    (void)state;
    struct dot *dot = dot_create("test");
    const struct dot_look root = {DOT_ROOT, "#ccddff", true};
    uint32_t cluster = dot_cluster(dot, "C1", "a cycle");
    uint32_t a = dot_node(dot, cluster, &plain, "a", "");
    uint32_t b = dot_node(dot, DOT_NO_CLUSTER, &root, "b", "");
    dot_edge(dot, a, b, "+8", "", true, false);
    size_t length;
    char *text = written(dot, NULL, &length);
    dot_destroy(dot);
    assert_contains(text, "subgraph cluster_1 {");
    assert_contains(text, "label=C1");
    assert_contains(text, "shape=hexagon");
    assert_contains(text, "n0 -> n1");
    assert_contains(text, "label=\"+8\"");
    assert_contains(text, "style=dashed");
    free(text);
}

static void a_backslash_at_the_end_does_not_open_the_string(void **state)
{
    (void)state;
    char *text = one_node("C:\\dir\\", "x\\");
    assert_contains(text, "label=\"C:\\\\dir\\\\\"");
    assert_contains(text, "tooltip=\"x\\\\\"");
    free(text);
}

static void a_quote_after_a_backslash_is_an_apostrophe(void **state)
{
    (void)state;
    char *text = one_node("operator\"\" \\\"", "");
    assert_contains(text, "label=\"operator\\\"\\\" \\\\'\"");
    free(text);
}

static void tooltips_are_markup_with_real_newlines(void **state)
{
    (void)state;
    char *text = one_node("a", "std::vector<int> &\nmain \"x\"");
    assert_contains(text, "tooltip=\"std::vector&lt;int&gt; &amp;\nmain \\\"x\\\"\"");
    assert_null(strstr(text, "URL"));
    free(text);
}

static void foreign_bytes_become_valid_utf8(void **state)
{
    (void)state;
    char *text = one_node("a\xff\x01z", "");
    assert_contains(text, "a\xef\xbf\xbd\xef\xbf\xbdz");
    free(text);
}

static void a_long_text_is_cut(void **state)
{
    (void)state;
    size_t long_bytes = 1 << 20;
    char *label = malloc(long_bytes + 1);
    memset(label, 'x', long_bytes);
    label[long_bytes] = '\0';
    char *text = one_node(label, "");
    assert_true(strlen(text) < 20000);
    free(text);
    free(label);
}

static void large_drawings_ask_for_sfdp(void **state)
{
    (void)state;
    for (uint32_t nodes = DOT_NODES_FOR_DOT; nodes <= DOT_NODES_FOR_DOT + 1; nodes++) {
        struct dot *dot = dot_create("test");
        for (uint32_t i = 0; i < nodes; i++)
            dot_node(dot, DOT_NO_CLUSTER, &plain, "x", "");
        size_t length;
        char *text = written(dot, NULL, &length);
        dot_destroy(dot);
        assert_int_equal(strstr(text, "layout=sfdp") != NULL, nodes > DOT_NODES_FOR_DOT);
        free(text);
    }
}

static void renders_svg_and_png(void **state)
{
    (void)state;
    struct dot *dot = dot_create("test");
    dot_node(dot, DOT_NO_CLUSTER, &plain, "a <b> & \\", "tip <x>");
    size_t length;
    char *svg = written(dot, "svg", &length);
    assert_contains(svg, "a &lt;b&gt; &amp; \\<");
    assert_contains(svg, "xlink:title=\"tip &lt;x&gt;\"");
    free(svg);
    char *png = written(dot, "png", &length);
    assert_memory_equal(png, "\x89PNG", 4);
    free(png);
    dot_destroy(dot);
}

static void an_unknown_format_is_an_error(void **state)
{
    (void)state;
    struct dot *dot = dot_create("test");
    struct error err = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_false(dot_write(dot, "nosuch", out, &err));
    fclose(out);
    free(text);
    assert_contains(err.message, "nosuch");
    dot_destroy(dot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_nodes_edges_and_clusters),
        cmocka_unit_test(a_backslash_at_the_end_does_not_open_the_string),
        cmocka_unit_test(a_quote_after_a_backslash_is_an_apostrophe),
        cmocka_unit_test(tooltips_are_markup_with_real_newlines),
        cmocka_unit_test(foreign_bytes_become_valid_utf8),
        cmocka_unit_test(a_long_text_is_cut),
        cmocka_unit_test(large_drawings_ask_for_sfdp),
        cmocka_unit_test(renders_svg_and_png),
        cmocka_unit_test(an_unknown_format_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
