/*
 * Dominators of graphs, for a comparison with another program's: each line on standard input is a
 * graph, "NODES FROM TO FROM TO …", entered at node 0; for each a line comes out, the immediate
 * dominator of every node in order: "-" where it is not reached, itself for node 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/dominators.h"

static void print_dominators(const struct graph *graph)
{
    const uint32_t entry = 0, end = 1;
    const struct dominators_entries entries = {.entry = &entry, .tier_end = &end, .tier_count = 1};
    struct dominators found;
    if (!dominators_find(graph, &entries, &found))
        abort();
    for (uint32_t v = 0; v < graph->node_count; v++) {
        uint32_t number = found.number[v], parent = number ? found.parent[number] : 0;
        if (!number)
            printf("%s-", v ? " " : "");
        else
            printf("%s%u", v ? " " : "", parent ? found.node[parent] : v);
    }
    putchar('\n');
    dominators_finish(&found);
}

static void read_graph(char *line, struct graph *ret_graph)
{
    size_t room = strlen(line) / 4 + 1, count = 0;
    struct graph_edge *edges = calloc(room, sizeof(*edges));
    char *rest, *word = strtok_r(line, " \n", &rest);
    uint32_t nodes = word ? (uint32_t)strtoul(word, NULL, 10) : 0;
    while (edges && (word = strtok_r(NULL, " \n", &rest))) {
        char *to = strtok_r(NULL, " \n", &rest);
        if (!to || count == room)
            abort();
        edges[count++] =
            (struct graph_edge){(uint32_t)strtoul(word, NULL, 10), (uint32_t)strtoul(to, NULL, 10)};
    }
    if (!graph_from_edges(nodes, edges, count, ret_graph))
        abort();
    free(edges);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        struct graph graph;
        read_graph(line, &graph);
        print_dominators(&graph);
        graph_finish(&graph);
    }
    free(line);
    return 0;
}
