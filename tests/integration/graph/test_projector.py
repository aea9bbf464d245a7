"""The graph holds the current state of each document, and nothing else."""

import json
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from node.graph import projector as projecting
from node.graph.errors import GraphBusy
from node.graph.projector import GraphChange, GraphProjector, Provenance

BASE = "http://node.example"
P = NamedNode("http://e/p")
VERSION = NamedNode("http://www.w3.org/2002/07/owl#versionInfo")


def quads_of(document: Any) -> list[Quad]:
    """Return the quads listed in the document."""
    return list(document["quads"])


def change(iri: str, *objects: str, subject: str | None = None) -> GraphChange:
    """Return a change that makes *iri* say *objects* about *subject*."""
    graph = NamedNode(iri)
    about = NamedNode(subject or iri)
    quads = [Quad(about, P, Literal(text), graph) for text in objects]
    return GraphChange(iri=iri, wire={"id": iri, "quads": quads})


def open_graph(path: Path) -> GraphProjector:
    """Open the projector with the quads that tests list."""
    return GraphProjector.open(path / "graph", BASE, quads_of=quads_of)


def objects(graph: GraphProjector, where: str = "?s ?p ?o") -> list[str]:
    """Return the objects that a query finds."""
    return sorted(row["o"].value for row in graph.store.query(f"SELECT ?o {{ {where} }}"))  # type: ignore[union-attr,call-overload,index] # A SELECT gives rows.


def test_a_document_is_replaced_and_removed(tmp_path: Path) -> None:
    """Its named graph and the default graph hold the same, without what no longer holds."""
    graph = open_graph(tmp_path)
    graph.apply([change(f"{BASE}/a", "1", "2"), change(f"{BASE}/b", "9")])
    graph.apply([change(f"{BASE}/a", "2", "3")])
    assert objects(graph) == ["2", "3", "9"]
    assert objects(graph, f"GRAPH <{BASE}/a> {{ ?s ?p ?o }}") == ["2", "3"]
    removal = GraphChange(iri=f"{BASE}/a", wire=None)
    assert graph.apply([removal, removal]) == []
    graph.apply([removal])

    assert objects(graph) == ["9"]
    assert [name.value for name in graph.store.named_graphs()] == [f"{BASE}/b"]


def test_the_last_change_of_a_batch_counts(tmp_path: Path) -> None:
    """Several changes of one document in one batch leave its last state."""
    graph = open_graph(tmp_path)
    iri = f"{BASE}/a"
    graph.apply([change(iri, "1"), GraphChange(iri=iri, wire=None), change(iri, "2")])
    assert objects(graph) == ["2"]


def test_provenance_stands_in_its_own_graph_only(tmp_path: Path) -> None:
    """It is asked for with GRAPH; a simple query does not see it; it goes with its document."""
    graph = open_graph(tmp_path)
    moment = datetime(2026, 11, 23, 10, tzinfo=UTC)
    provenance = Provenance(
        actor="http://e/actor",
        activity="http://e/activity",
        generated=moment,
        received=moment,
        authenticated_by="HttpSignature",
        verification_method="http://e/actor#main-key",
    )
    made = change(f"{BASE}/a", "1")
    graph.apply([GraphChange(iri=made.iri, wire=made.wire, provenance=provenance)])

    assert objects(graph) == ["1"]
    where = f"GRAPH <{BASE}/provenance> {{ <{BASE}/a> ?p ?o }}"
    assert objects(graph, where) == [
        "2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00Z",
        "http://e/activity",
        "http://e/actor",
        "http://e/actor#main-key",
        "https://w3id.org/skagerrak/ns#HttpSignature",
    ]
    graph.apply([GraphChange(iri=made.iri, wire=None)])
    assert objects(graph, where) == []


@pytest.mark.parametrize(
    "quad",
    [
        Quad(NamedNode(f"{BASE}/a"), P, Literal("evil"), NamedNode("http://evil/x")),
        Quad(NamedNode("http://evil/x"), P, Literal("evil"), NamedNode(f"{BASE}/a")),
        Quad(NamedNode("http://evil/x"), P, Literal("evil")),
        Quad(NamedNode("http://evil/xy"), P, Literal("evil"), NamedNode("http://evil/x")),
    ],
)
def test_a_strangers_document_writes_in_no_other_graph(tmp_path: Path, quad: Quad) -> None:
    """Whatever made the quads: about another thing, or in another graph, they are refused."""
    graph = open_graph(tmp_path)
    graph.apply([change(f"{BASE}/a", "1")])
    stranger = GraphChange(iri="http://evil/x", wire={"id": "http://evil/x", "quads": [quad]})
    (failure,) = graph.apply([stranger, change(f"{BASE}/b", "2")])

    assert failure.iri == "http://evil/x"
    assert objects(graph) == ["1", "2"]


def test_what_cannot_be_read_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    """No quads, another id, the node's own graph, no IRI: each fails alone."""
    graph = open_graph(tmp_path)
    graph.apply([change(f"{BASE}/a", "1")])
    failures = graph.apply(
        [
            GraphChange(iri=f"{BASE}/a", wire={"id": f"{BASE}/a"}),
            GraphChange(iri=f"{BASE}/b", wire={"id": f"{BASE}/other", "quads": []}),
            change(f"{BASE}/provenance", "1"),
            GraphChange(iri="no IRI", wire={"id": "no IRI", "quads": []}),
            change(f"{BASE}/c", "3"),
        ]
    )

    assert len(failures) == 4
    assert objects(graph) == ["3"]


def test_a_fragment_that_two_documents_speak_of_stays_with_one(tmp_path: Path) -> None:
    """A triple that two documents state is gone only when neither states it."""
    graph = open_graph(tmp_path)
    one, two = f"{BASE}/a", f"{BASE}/a#b"
    graph.apply([change(one, "1", subject=two), change(two, "1")])
    assert objects(graph) == ["1"]
    graph.apply([GraphChange(iri=two, wire=None)])
    assert objects(graph) == ["1"]
    graph.apply([GraphChange(iri=one, wire=None)])
    assert objects(graph) == []


def test_a_rebuilt_graph_hashes_alike(tmp_path: Path) -> None:
    """The hash depends on the documents, not on their order, history or position."""
    one, two = open_graph(tmp_path / "1"), open_graph(tmp_path / "2")
    blank = BlankNode("b1")
    iri = f"{BASE}/c"
    graph = NamedNode(iri)
    quads = [Quad(graph, P, blank, graph), Quad(blank, P, Literal("x"), graph)]
    with_blank = GraphChange(iri=iri, wire={"id": iri, "quads": quads})
    one.apply([change(f"{BASE}/a", "0"), with_blank], position=5)
    one.apply([change(f"{BASE}/a", "1"), change(f"{BASE}/b", "2")], position=7)
    two.apply([change(f"{BASE}/b", "2"), change(f"{BASE}/a", "1"), with_blank], position=1)

    assert one.canonical_hash() == two.canonical_hash()
    two.apply([change(f"{BASE}/b", "3")])
    assert one.canonical_hash() != two.canonical_hash()
    two.clear()
    assert (two.position, objects(two)) == (0, [])


@pytest.mark.parametrize("odd", [False, True])
def test_many_at_once_are_written_as_few_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, odd: bool
) -> None:
    """Past the log or not, the graph is the same; also where N-Quads cannot be read back."""
    document: dict[str, Any] = {"@id": f"{BASE}/a", "http://e/q": [{"@id": "_:b1"}, 'å\n"<>']}
    if odd:
        language = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
        document["http://e/odd"] = {"@value": "x", "@type": language}
    graph_name = {"@id": f"{BASE}/a", "@graph": [document, {"@id": "_:b1", "http://e/q": 1}]}
    quads = list(parse(json.dumps(graph_name), RdfFormat.JSON_LD))
    moment = datetime(2026, 11, 23, 10, tzinfo=UTC)
    provenance = Provenance(actor="http://e/a", activity=None, generated=None, received=moment)
    made = GraphChange(
        iri=f"{BASE}/a", wire={"id": f"{BASE}/a", "quads": quads}, provenance=provenance
    )
    few, many = open_graph(tmp_path / "1"), open_graph(tmp_path / "2")
    few.apply([made])
    monkeypatch.setattr(projecting, "_BULK_QUADS", 1)
    many.apply([made, change(f"{BASE}/b", "1")])
    many.apply([GraphChange(iri=f"{BASE}/b", wire=None)])

    assert set(many.store) == set(few.store)
    assert len(few.store) == 2 * len(quads) + 2


def test_the_position_is_kept_in_the_store(tmp_path: Path) -> None:
    """After a restart the store says up to where it holds the changes."""
    graph = open_graph(tmp_path)
    assert graph.position == 0
    graph.apply([change(f"{BASE}/a", "1")], position=41)
    graph.apply([], position=42)
    del graph

    assert open_graph(tmp_path).position == 42


@pytest.mark.parametrize("reached", [41, 42, 43])
def test_of_two_positions_the_lower_counts_until_the_next(tmp_path: Path, reached: int) -> None:
    """A process killed between writing one and removing the other leaves both (X1)."""
    graph = open_graph(tmp_path)
    graph.apply([change(f"{BASE}/a", "1")], position=41)
    clean = graph.canonical_hash()
    (former,) = graph.store.quads_for_pattern(None, VERSION, None, None)
    graph.store.add(Quad(former.subject, VERSION, Literal("42"), former.graph_name))

    assert (graph.position, graph.canonical_hash()) == (41, clean)
    graph.apply([], position=reached)
    assert (graph.position, graph.canonical_hash()) == (reached, clean)
    assert len(list(graph.store.quads_for_pattern(None, VERSION, None, None))) == 1


def test_a_second_writer_is_told(tmp_path: Path) -> None:
    """While one has the store, another gets a clear error and does no harm."""
    graph = open_graph(tmp_path)
    graph.apply([change(f"{BASE}/a", "1")], position=1)
    with pytest.raises(GraphBusy):
        open_graph(tmp_path)
    assert objects(graph) == ["1"]


def remove_current(store: Path) -> None:
    """Delete the file that names the manifest."""
    (store / "CURRENT").unlink()


def remove_all_but_data(store: Path) -> None:
    """Delete everything but the tables, as a careless restore does."""
    for file in store.iterdir():
        if file.suffix != ".sst":
            file.unlink()


def cut_files(store: Path) -> None:
    """Truncate every file to half its size."""
    for file in store.iterdir():
        os.truncate(file, file.stat().st_size // 2)


def overwrite_tables(store: Path) -> None:
    """Write noise into the middle of every table."""
    for file in store.glob("*.sst"):
        with file.open("r+b") as handle:
            handle.seek(file.stat().st_size // 3)
            handle.write(os.urandom(max(1, file.stat().st_size // 3)))


def remove_store(store: Path) -> None:
    """Delete the folder."""
    shutil.rmtree(store)


@pytest.mark.parametrize("flushed", [True, False])
@pytest.mark.parametrize(
    "damage", [remove_current, remove_all_but_data, cut_files, overwrite_tables, remove_store]
)
def test_a_damaged_store_gives_way_to_an_empty_one(
    tmp_path: Path, damage: Any, flushed: bool
) -> None:
    """The position is 0 then, so everything is applied again, to the same hash."""
    everything = [change(f"{BASE}/{n}", *(str(v) for v in range(5))) for n in range(200)]
    graph = open_graph(tmp_path)
    graph.apply(everything, position=1)
    if flushed:
        graph.flush()
    before = graph.canonical_hash()
    del graph
    damage(tmp_path / "graph")

    graph = open_graph(tmp_path)
    assert graph.position == 0
    graph.apply(everything, position=1)
    assert graph.canonical_hash() == before


def test_many_documents_are_applied(tmp_path: Path) -> None:
    """A thousand documents of 20 statements stand in the graph, each in its own."""
    graph = open_graph(tmp_path)
    for start in range(0, 1000, 100):
        numbers = range(start, start + 100)
        graph.apply([change(f"{BASE}/{n}", *map(str, range(20))) for n in numbers])
    held = {str(name.value) for name in graph.store.named_graphs()}

    assert {f"{BASE}/{n}" for n in range(1000)} <= held


class _Killed(BaseException):
    """The end of the process, at the worst moment."""


class _DyingStore:
    """A store whose process ends after so many writes."""

    def __init__(self, store: Store, writes: int) -> None:
        self._store, self._left = store, writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def __contains__(self, quad: Quad) -> bool:
        return quad in self._store

    def remove(self, quad: Quad) -> None:
        if self._left == 0:
            raise _Killed
        self._left -= 1
        self._store.remove(quad)


@pytest.mark.parametrize("writes", range(7))
@pytest.mark.parametrize("after", [None, "2"])
def test_a_crash_at_any_write_leaves_nothing_that_applying_again_does_not_mend(
    tmp_path: Path, writes: int, after: str | None
) -> None:
    """Neither triples of what is withdrawn, nor fewer than are stated (X8)."""
    graph, iri = open_graph(tmp_path), f"{BASE}/a"
    graph.apply([change(iri, "1")], position=1)
    later = GraphChange(iri=iri) if after is None else change(iri, after)
    store = graph.store
    graph.store = _DyingStore(store, writes)  # type: ignore[assignment] # acts as one until it dies
    with suppress(_Killed):
        graph.apply([later], position=2)
    graph.store = store
    del store
    graph.close()
    graph = open_graph(tmp_path)
    graph.apply([later], position=2)
    clean = open_graph(tmp_path / "clean")
    clean.apply([later], position=9)

    assert (graph.position, graph.canonical_hash()) == (2, clean.canonical_hash())
    assert objects(graph) == ([] if after is None else [after])
    assert objects(graph, f"GRAPH <{iri}> {{ ?s ?p ?o }}") == objects(graph)


def test_a_copy_that_a_crash_left_out_is_written_again(tmp_path: Path) -> None:
    """Large batches are written in parts, the graphs before their copies."""
    graph, iri = open_graph(tmp_path), f"{BASE}/a"
    graph.apply([change(iri, "1")], position=1)
    (copy,) = graph.store.quads_for_pattern(None, P, None, DefaultGraph())
    graph.store.remove(copy)
    graph.apply([change(iri, "1")], position=1)

    assert objects(graph) == ["1"]
