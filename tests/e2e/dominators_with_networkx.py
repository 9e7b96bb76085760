"""Compares dominators: random graphs go to a program, and its answers must be networkx's.

    dominators_with_networkx.py PROGRAM    (tests/e2e/tools/dominators.c)
"""
import random
import subprocess
import sys

import networkx


def random_graph(random_source):
    """Sparse ones branch and join, dense ones have few dominators; some are all but lists."""
    nodes = random_source.choice((1, 2, 5, 20, 100, 400))
    count = random_source.randrange(0, random_source.choice((1, 2, 4)) * nodes + 1)
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(nodes))
    if random_source.random() < 0.3:
        graph.add_edges_from((v, v + 1) for v in range(nodes - 1))
    for _ in range(count):
        start = random_source.randrange(nodes)
        reach = random_source.choice((3, nodes))
        graph.add_edge(start, (start + random_source.randrange(-reach, reach + 1)) % nodes)
    return graph


def expected_line(graph):
    found = networkx.immediate_dominators(networkx.DiGraph(graph), 0)
    found[0] = 0
    return " ".join(str(found.get(node, "-")) for node in range(len(graph)))


def main():
    random_source = random.Random(20240229)
    graphs = [random_graph(random_source) for _ in range(600)]
    text = "".join(
        " ".join([str(len(graph))] + [f"{a} {b}" for a, b in graph.edges()]) + "\n"
        for graph in graphs)
    answer = subprocess.run([sys.argv[1]], input=text, capture_output=True, text=True, check=True)
    lines = answer.stdout.splitlines()
    if len(lines) != len(graphs):
        sys.exit(f"{len(lines)} answers to {len(graphs)} graphs")
    wrong = [i for i, graph in enumerate(graphs) if lines[i] != expected_line(graph)]
    if wrong:
        sys.exit(f"{len(wrong)} graphs differ, the first is {text.splitlines()[wrong[0]]}")
    joined = sum(1 for line in lines if "-" not in line)
    print(f"{len(graphs)} graphs agree, {joined} of them reached as a whole")


main()
