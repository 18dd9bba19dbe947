#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns recorded cases (JSON) into the lines that tests/support/graph_text.h reads.

    make_vectors.py < graph.json > recorded.txt

The JSON holds {"graphs": [{"name", "revisions": [{"id", "revises", "labels", "depends_on"}],
"cases": [{"rows", "command": [verb, target…], "steps": [[up|down, id]], "rows_after"} or
{"rows", "command", "error"}]}]}, as Alembic 1.19.2 did it. Revisions are written in load order,
which was byte order of the ids."""
import json
import sys


def revision(rev):
    text = rev["id"]
    for mark, key in (("<", "revises"), ("!", "depends_on"), ("#", "labels")):
        if rev[key]:
            text += " " + mark + ",".join(rev[key])
    return text


def rows(ids):
    return "{" + ",".join(ids) + "}"


def outcome(case):
    if "error" in case:
        return "error " + case["error"]
    steps = [("+" if way == "up" else "-") + rev for way, rev in case["steps"]]
    return " ".join(steps + [rows(case["rows_after"])])


print("# Recorded from Alembic 1.19.2 on random graphs; made by make_vectors.py.")
for graph in json.load(sys.stdin)["graphs"]:
    print()
    print("graph", graph["name"])
    for rev in sorted(graph["revisions"], key=lambda rev: rev["id"]):
        print("rev", revision(rev))
    for case in graph["cases"]:
        print("case", rows(case["rows"]), " ".join(case["command"]), "=", outcome(case))
