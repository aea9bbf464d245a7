"""The speed of ``/sparql`` beside its floor, and of the projector beside nothing.

``python -m tests.bench.bench_graph [TRIPLES]`` prints both; run_bench calls the functions.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from pyoxigraph import DefaultGraph, Quad, RdfFormat

from node.graph.projector import GraphChange, GraphProjector, Provenance
from node.graph.snapshots import SnapshotKeeper
from tests.bench.graph_documents import BASE, concept_iri, documents
from tests.bench.sparql_load import Load, Server
from tests.bench.workbench import Workbench, free_port, wait_for
from vocab.quads import document_quads

_SERVER = Path(__file__).with_name("sparql_server.py")
_BATCH = 500
_PREFIXES = """PREFIX as: <https://www.w3.org/ns/activitystreams#>
PREFIX vf: <https://w3id.org/valueflows/ont/vf#>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchGraph:
    """The same triples twice: a snapshot as a node has it, and a plain file for the floor."""

    snapshot: Path
    triples_file: Path
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlMeasure:
    """One kind of query: requests a second and processor seconds a request, medians."""

    kind: str
    ours: Load
    floor: Load

    @property
    def ratio(self) -> float:
        """How much of the floor's speed ours is."""
        return self.ours.rate / self.floor.rate


def generate_graph(path: Path, triples: int = 120_000) -> BenchGraph:
    """Make a graph of about *triples* triples in the empty folder *path*."""
    written = 0

    def quads_of(document: Mapping[str, Any]) -> Sequence[Quad]:
        nonlocal written
        quads = document_quads(document)
        written += len(quads)
        return quads

    projector = GraphProjector.open(path / "store", BASE, quads_of=quads_of)
    stream, projected = documents(), 0
    while written < triples:
        projector.apply([_change(document) for document in islice(stream, _BATCH)])
        projected += _BATCH
    projector.tidy()
    file = path / "graph.nt"
    projector.store.dump(file, format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    snapshot = SnapshotKeeper(projector.store, path / "snapshots").take()
    return BenchGraph(snapshot=snapshot.path, triples_file=file, documents=projected)


def _change(document: Mapping[str, Any]) -> GraphChange:
    moment = datetime(2026, 11, 23, 10, tzinfo=UTC)
    provenance = Provenance(
        actor=f"{BASE}/cluster",
        activity=f"{document['id']}/create",
        generated=moment,
        received=moment,
        authenticated_by="HttpSignature",
        verification_method=f"{BASE}/cluster#main-key",
    )
    return GraphChange(iri=document["id"], wire=document, provenance=provenance)


def _lookup(number: int) -> str:
    return f"SELECT ?p ?o {{ <{BASE}/offers/o{number % 1000}> ?p ?o }} #{number}"


def _star_join(number: int) -> str:
    return f"""{_PREFIXES}SELECT ?offer ?name ?company {{
  ?offer vf:publishes ?intent ; as:name ?name .
  ?intent vf:resourceConformsTo <{concept_iri(number)}> ; vf:provider ?member .
  ?member as:name ?company . }} #{number}"""


def _group_by(number: int) -> str:
    return f"""{_PREFIXES}SELECT ?concept (COUNT(?intent) AS ?n) {{
  ?intent vf:resourceConformsTo ?concept }} GROUP BY ?concept ORDER BY DESC(?n) #{number}"""


def _scan(number: int) -> str:
    return f"""{_PREFIXES}SELECT (COUNT(*) AS ?n) {{
  ?thing as:name ?name FILTER(CONTAINS(STR(?name), "{number % 10_000}")) }} #{number}"""


QUERIES: Mapping[str, Callable[[int], str]] = {
    "look-up": _lookup,
    "star join": _star_join,
    "group-by": _group_by,
    "scan": _scan,
}


async def measure_sparql(
    bench: Workbench,
    graph: BenchGraph,
    *,
    rounds: int = 5,
    seconds: float = 1.0,
    connections: int = 4,
) -> list[SparqlMeasure]:
    """Ask the node's endpoint and the floor in turn, no text twice; return medians."""
    node, floor = start_node(bench, graph), start_floor(bench, graph)
    found: dict[str, tuple[list[Load], list[Load]]] = {kind: ([], []) for kind in QUERIES}
    texts = {kind: map(query, count()) for kind, query in QUERIES.items()}
    for turn in range(rounds + 1):
        for kind, loads in found.items():
            for server, kept in zip((node, floor), loads, strict=True):
                load = await server.load(texts[kind], connections=connections, seconds=seconds)
                if turn:  # The first warms up.
                    kept.append(load)
    return [
        SparqlMeasure(kind=kind, ours=_median(ours), floor=_median(floors))
        for kind, (ours, floors) in found.items()
    ]


def start_node(bench: Workbench, graph: BenchGraph) -> Server:
    """Start the node's endpoint on the snapshot of *graph*."""
    port = free_port()
    process = bench.start_python(str(_SERVER), str(graph.snapshot), str(port))
    wait_for(f"http://127.0.0.1:{port}/sparql", process, any_answer=True)
    return Server(pid=process.pid, port=port)


def start_floor(bench: Workbench, graph: BenchGraph) -> Server:
    """Start the floor on the same triples."""
    port, url = free_port(), "http://127.0.0.1:{}/sparql"
    process = bench.floor(
        "floor_sparql.py", str(graph.triples_file), str(port), "disk", url=url.format(port)
    )
    return Server(pid=process.pid, port=port)


def _median(loads: Sequence[Load]) -> Load:
    return Load(rate=median(load.rate for load in loads), cpu=median(load.cpu for load in loads))


def main() -> None:
    """Print what is measured."""
    triples = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000
    folder = Path(tempfile.mkdtemp(prefix="skagerrak-bench-graph-"))
    with Workbench(folder=folder) as bench:
        graph = generate_graph(folder, triples)
        for measure in uvloop.run(measure_sparql(bench, graph)):
            print(
                f"{measure.kind:10} {measure.ratio:5.2f} of the floor: "
                f"{measure.ours.rate:7.0f}/s of {measure.floor.rate:7.0f}/s, "
                f"{measure.ours.cpu * 1e6:6.0f} µs of {measure.floor.cpu * 1e6:6.0f} µs"
            )


if __name__ == "__main__":
    main()
