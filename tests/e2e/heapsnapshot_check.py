#!/usr/bin/env python3
"""Reads a .heapsnapshot as strictly as DevTools do, and more so, and prints what is in it.

    heapsnapshot_check.py FILE     totals, and the parents below the root with what only they reach
    heapsnapshot_check.py A B      how many objects have one id in both, and one name and size there

Any fault ends it with status 1 and a line that says which.
"""
import json
import sys
from collections import deque


def need(condition, what):
    if not condition:
        sys.exit(f"heapsnapshot_check: {what}")


def keys_in_order(pairs):
    return dict(pairs) if len(dict(pairs)) == len(pairs) else need(False, "a key stands twice")


class Snapshot:
    def __init__(self, path):
        with open(path, encoding="utf-8", errors="strict") as file:
            whole = json.load(file, object_pairs_hook=keys_in_order)
        need(list(whole) == ["snapshot", "nodes", "edges", "strings"], "keys, or their order")
        self.strings = whole["strings"]
        need(len(set(self.strings)) == len(self.strings), "a text stands twice")
        self.read_meta(whole["snapshot"])
        self.read_nodes(whole["nodes"])
        self.read_edges(whole["edges"])

    def read_meta(self, snapshot):
        meta = snapshot["meta"]
        need(meta["node_fields"] == ["type", "name", "id", "self_size", "edge_count"], "node_fields")
        need(meta["node_types"][1:] == ["string", "number", "number", "number"], "node_types")
        need(meta["edge_fields"] == ["type", "name_or_index", "to_node"], "edge_fields")
        need(meta["edge_types"][1:] == ["string_or_number", "node"], "edge_types")
        self.node_types, self.edge_types = meta["node_types"][0], meta["edge_types"][0]
        self.node_count, self.edge_count = snapshot["node_count"], snapshot["edge_count"]

    def read_nodes(self, flat):
        need(len(flat) == 5 * self.node_count, "node_count")
        need(all(type(number) is int and 0 <= number < 2**32 for number in flat), "a node's number")
        self.type = [self.node_types[number] for number in flat[0::5]]
        self.name = [self.strings[number] for number in flat[1::5]]
        self.id, self.size, self.edges_of = flat[2::5], flat[3::5], flat[4::5]
        need(all(number & 1 for number in self.id), "an even id")
        need(len(set(self.id)) == self.node_count, "an id stands twice")
        need(self.type[0] == "synthetic" and self.name[0] == "", "the root")
        need(sum(self.edges_of) == self.edge_count, "edge_count")

    def read_edges(self, flat):
        need(len(flat) == 3 * self.edge_count, "edges")
        need(all(type(number) is int and number >= 0 for number in flat), "an edge's number")
        need(all(number % 5 == 0 and number < 5 * self.node_count for number in flat[2::3]), "to_node")
        self.to = [number // 5 for number in flat[2::3]]
        self.edge_type = [self.edge_types[number] for number in flat[0::3]]
        for kind, name in zip(self.edge_type, flat[1::3]):
            need(kind in ("element", "weak") or name < len(self.strings), "an edge's name")
        self.begin = [0]
        for count in self.edges_of:
            self.begin.append(self.begin[-1] + count)

    def edges(self, node):
        return range(self.begin[node], self.begin[node + 1])

    def reached(self, start):
        seen, waiting = {start}, deque([start])
        while waiting:
            for edge in self.edges(waiting.popleft()):
                if self.edge_type[edge] != "weak" and self.to[edge] not in seen:
                    seen.add(self.to[edge])
                    waiting.append(self.to[edge])
        return seen

    def report(self):
        need(len(self.reached(0)) == self.node_count, "a node that the root does not lead to")
        objects = [node for node in range(self.node_count) if self.type[node] == "object"]
        print(f"objects {len(objects)} {sum(self.size)}")
        for edge in self.edges(0):
            seen = [node for node in self.reached(self.to[edge]) if self.type[node] == "object"]
            print(f"{self.name[self.to[edge]]} {len(seen)} {sum(self.size[node] for node in seen)}")

    def known(self):
        return {(self.id[node], self.name[node], self.size[node])
                for node in range(self.node_count) if self.type[node] == "object"}


if len(sys.argv) == 2:
    Snapshot(sys.argv[1]).report()
else:
    print(len(Snapshot(sys.argv[1]).known() & Snapshot(sys.argv[2]).known()))
