"""Queries over HTTP on about 120,000 triples, beside the same engine behind a bare handler."""

from itertools import repeat

import uvloop

from tests.bench.bench_graph import QUERIES, BenchGraph, generate_graph, measure_sparql, start_node
from tests.bench.figures import Figure
from tests.bench.workbench import Workbench


def measure(bench: Workbench) -> list[Figure]:
    """Return queries a second by kind: new texts beside the floor on disk, then one text again."""
    graph = generate_graph(bench.folder)
    found = uvloop.run(measure_sparql(bench, graph, rounds=3))
    again = uvloop.run(_again(bench, graph))
    return [
        *(
            Figure(
                name=f"SPARQL, {one.kind}",
                value=one.ours.rate,
                unit="/s",
                floor=one.floor.rate,
                floor_name="on disk",
                target=0.8,
                note=f"computing time a query: {one.ours.cpu * 1e6:.0f} µs, "
                f"the floor {one.floor.cpu * 1e6:.0f} µs",
            )
            for one in found
        ),
        *(Figure(name=f"SPARQL, {kind}, again", value=rate, unit="/s") for kind, rate in again),
    ]


async def _again(bench: Workbench, graph: BenchGraph) -> list[tuple[str, float]]:
    """Ask the same text of each kind over and over."""
    node, found = start_node(bench, graph), []
    for kind, query in QUERIES.items():
        await node.load(repeat(query(1)), connections=4, seconds=0.3)
        load = await node.load(repeat(query(1)), connections=4, seconds=1.0)
        found.append((kind, load.rate))
    return found
