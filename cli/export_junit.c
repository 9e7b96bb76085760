/*
 * JUnit's XML, which every CI system shows: a test for each leak, failed where it is lost and
 * skipped where that is only possible, or where a garbage collector will come back for it; and one
 * that passes where there is none. A test's name stays while the way of calls does, so that a
 * system can tell new leaks from old ones.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/export.h"
#include "cli/export_leaks.h"
#include "cli/export_stack.h"
#include "cli/suppressed.h"
#include "cli/xml.h"

struct junit {
    const struct opened *opened;
    struct xml *xml;
};

static void write_count(struct junit *junit, const char *name, uint32_t count)
{
    xml_attribute(junit->xml, name, words_format("%" PRIu32, count).s);
}

static bool is_failure(const struct leak *leak)
{
    return leak->kind == KIND_DEFINITE && !leak_is_pending(leak);
}

static uint32_t count_failures(const struct leaks *leaks)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < leaks->count; i++)
        count += is_failure(&leaks->leak[i]);
    return count;
}

static void open_test(struct junit *junit, const char *name)
{
    xml_open(junit->xml, "testcase");
    xml_attribute(junit->xml, "classname", words_program(&junit->opened->dump->process).s);
    xml_attribute(junit->xml, "name", name);
}

static void write_stack(struct junit *junit, const struct call_stack *stack)
{
    xml_text(junit->xml, "\n");
    for (size_t i = stack->user_begin; i < stack->user_end; i++) {
        char *function = export_function(&stack->frame[i]);
        struct phrase place = words_place(&stack->frame[i]);
        xml_text(junit->xml, "    ");
        xml_text(junit->xml, function);
        xml_text(junit->xml, words_format("%s%s\n", *place.s ? "  " : "", place.s).s);
        free(function);
    }
}

static void write_leak(void *context, const struct export_leak *leak)
{
    struct junit *junit = context;
    bool failed = is_failure(leak->leak);
    open_test(junit, words_format("%s [%s]", export_leak_place(junit->opened, leak).s,
                                  suppressed_signature(&leak->stack).s)
                         .s);
    xml_open(junit->xml, failed ? "failure" : "skipped");
    xml_attribute(junit->xml, "message", export_leak_text(junit->opened, leak).s);
    if (failed) {
        xml_attribute(junit->xml, "type", leak->leak->cyclic ? "lost cycle" : "lost");
        write_stack(junit, &leak->stack);
    }
    xml_close(junit->xml);
    xml_close(junit->xml);
}

void export_junit(const struct opened *opened, FILE *out)
{
    struct junit junit = {.opened = opened, .xml = xml_create(out)};
    uint32_t count = opened->analysis->leaks.count;
    uint32_t failures = count_failures(&opened->analysis->leaks);
    xml_open(junit.xml, "testsuites");
    xml_open(junit.xml, "testsuite");
    xml_attribute(junit.xml, "name", "caulk");
    write_count(&junit, "tests", count ? count : 1);
    write_count(&junit, "failures", failures);
    write_count(&junit, "errors", 0);
    write_count(&junit, "skipped", count - failures);
    if (count) {
        export_leaks_each(opened, write_leak, &junit);
    } else {
        open_test(&junit, "no leak");
        xml_close(junit.xml);
    }
    xml_close(junit.xml);
    xml_close(junit.xml);
    xml_destroy(junit.xml);
}
