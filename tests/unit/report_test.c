#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/analyze.h"
#include "cli/report.h"
#include "tests/support/opened_heap.h"

/* The page of a heap; the caller frees it. */
static char *page_of(struct dump_builder *builder)
{
    struct opened opened;
    struct suspects suspects;
    struct findings lost, places;
    struct pictures pictures;
    struct error err;
    char *text;
    size_t bytes;
    opened_heap_of(builder, &opened);
    opened_find_owners(&opened);
    assert_true(suspects_find(&opened.tree, &opened.owners, &suspects, &err));
    findings_lost(&opened, &lost);
    findings_places(&opened, &places);
    pictures_init(&pictures, &opened);
    FILE *out = open_memstream(&text, &bytes);
    report_page(&(struct report){.opened = &opened,
                                 .suspects = &suspects,
                                 .lost = &lost,
                                 .places = &places,
                                 .pictures = &pictures,
                                 .out = out});
    fclose(out);
    assert_int_equal(strlen(text), bytes);
    pictures_finish(&pictures);
    findings_finish(&lost);
    findings_finish(&places);
    opened_finish(&opened);
    return text;
}

static char *page_of_line(const char *line)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, line);
    return page_of(builder);
}

static void has(const char *page, const char *part)
{
    if (!strstr(page, part))
        fail_msg("no %s in the page", part);
}

static unsigned count(const char *page, const char *part)
{
    unsigned found = 0;
    for (; (page = strstr(page, part)); page++)
        found++;
    return found;
}

static void a_page_has_its_sections(void **state)
{
    (void)state;
    char *page = page_of_line("0#1 1#2 0>1 1@16>0 global>2 2#3:4000");
    static const char *const ids[] = {"verdict", "leaks", "cycles", "flame", "owners", "process"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        char section[40], link[40];
        snprintf(section, sizeof(section), "<section id=%s>", ids[i]);
        snprintf(link, sizeof(link), "<a href=\"#%s\">", ids[i]);
        has(page, section);
        has(page, link);
    }
    assert_int_equal(count(page, "id=growth"), 0);
    has(page, "<strong>LEAK</strong> one lost cycle holds 100 % of what is lost");
    has(page, "<dd class=closing>program+0x401020 +0x10 → program+0x401010</dd>");
    has(page, "content=\"default-src 'none'; style-src 'sha256-");
    free(page);
}

static void an_empty_heap_has_a_page_too(void **state)
{
    (void)state;
    char *page = page_of_line("");
    has(page, "Nothing is lost, and nothing may be.");
    has(page, "No cycle is lost.");
    has(page, "No block is live.");
    free(page);
}

static void names_are_never_markup(void **state)
{
    (void)state;
    char *page = page_of_line("0~</script><script>alert(1)</script> 1~\"x=\"' 0>1 1>0 "
                              "2~a\xff\x01 2>2");
    assert_int_equal(count(page, "alert(1)</script>"), 0);
    assert_int_equal(count(page, "<script"), 2);
    assert_int_equal(count(page, "</script>"), 2);
    assert_int_equal(count(page, "\xff"), 0);
    assert_int_equal(count(page, "\x01"), 0);
    has(page, "&lt;/script&gt;");
    free(page);
}

/* Rows, and what they leave out, are said. */
static void limits_are_said(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    for (uint32_t i = 0; i < 502; i++) {
        const uint64_t pc = DUMP_BUILDER_SITE_PC(i);
        const struct builder_block block = {.address = DUMP_BUILDER_ADDRESS(i),
                                            .bytes = 1000 - i,
                                            .stack = dump_builder_add_stack(builder, &pc, 1)};
        dump_builder_add_block(builder, &block);
    }
    char *page = page_of(builder);
    has(page, "Left out: 2 rows of less, 999 B.");
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_has_its_sections),
        cmocka_unit_test(an_empty_heap_has_a_page_too),
        cmocka_unit_test(names_are_never_markup),
        cmocka_unit_test(limits_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
