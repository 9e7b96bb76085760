#include "tests/support/judged_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/dump_builder.h"

void judged_heap_init(struct judged_heap *heap, struct dump *dump)
{
    heap->dump = dump;
    assert_true(heap_graph_init(&heap->graph, dump, NULL));
    assert_true(verdicts_init(&heap->verdicts, &heap->graph, NULL));
}

void judged_heap_of(struct judged_heap *heap, const char *line)
{
    judged_heap_init(heap, dump_from_graph(line));
}

void judged_heap_finish(struct judged_heap *heap)
{
    verdicts_finish(&heap->verdicts);
    heap_graph_finish(&heap->graph);
    dump_close(heap->dump);
}
