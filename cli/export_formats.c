/* The formats' table. */
#include "cli/export.h"

#include <string.h>

const struct export_format export_formats[] = {
    {"dhat", "Valgrind's dh_view.html", export_dhat},
    {"folded", "flame graphs: flamegraph.pl, inferno, speedscope", export_folded},
    {"heapsnapshot", "Chromium's DevTools (Memory, Load), memlab", export_heapsnapshot},
    {"heaptrack", "heaptrack_gui, heaptrack_print", export_heaptrack},
    {"jsonl", "DuckDB, ClickHouse, jq: a line for each block and pointer", export_jsonl},
    {"junit", "CI systems: a failed test for each leak", export_junit},
    {"pprof", "go tool pprof, Parca, Pyroscope, speedscope", export_pprof},
    {"prometheus", "node_exporter's textfile collector", export_prometheus},
    {"sarif", "GitHub's and GitLab's code scanning, editors", export_sarif},
    {"sqlite", "SQL: blocks, pointers, sites, cycles as tables", export_sqlite},
    {"valgrind-xml", "Jenkins, ValgrindCI, IDEs: Memcheck's XML", export_valgrind_xml},
};
const size_t export_format_count = sizeof(export_formats) / sizeof(export_formats[0]);

const struct export_format *export_format_find(const char *name)
{
    for (size_t i = 0; i < export_format_count; i++)
        if (strcmp(export_formats[i].name, name) == 0)
            return &export_formats[i];
    return NULL;
}
