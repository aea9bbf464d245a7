"""From a wire document to an answer, with the quads that the vocabulary makes of it."""

from pathlib import Path

from node.graph.projector import GraphChange, GraphProjector
from vocab.terms import AS_CONTEXT, SKAGERRAK_CONTEXT

BASE = "https://node.example"


def member(iri: str, name: str) -> dict[str, object]:
    """Return a member's wire document."""
    return {
        "@context": [AS_CONTEXT, SKAGERRAK_CONTEXT],
        "id": iri,
        "type": "Organization",
        "kind": ["LegalEntity", "FormalOrganization"],
        "name": name,
        "attributedTo": f"{BASE}/cluster",
    }


def test_a_member_is_found_by_its_name(tmp_path: Path) -> None:
    """In the default graph and in its own; a document of no class of ours is not."""
    graph = GraphProjector.open(tmp_path / "graph", BASE)
    iri = f"{BASE}/members/1"
    note = {"@context": AS_CONTEXT, "id": f"{BASE}/notes/1", "type": "Note", "content": "Fjord"}
    failures = graph.apply(
        [
            GraphChange(iri=iri, wire=member(iri, "Fjord")),
            GraphChange(iri=f"{BASE}/notes/1", wire=note),
        ]
    )

    assert failures == []
    assert [name.value for name in graph.store.named_graphs()] == [iri]
    for where in ("?s ?p 'Fjord'", f"GRAPH <{iri}> {{ ?s ?p 'Fjord' }}"):
        assert bool(graph.store.query(f"ASK {{ {where} }}"))


def test_a_context_that_plays_games_fails_alone(tmp_path: Path) -> None:
    """The document is reported, and the others stand."""
    graph = GraphProjector.open(tmp_path / "graph", BASE)
    good, evil = f"{BASE}/members/1", "https://evil.example/1"
    tricky = {**member(evil, "Evil"), "@graph": [member(good, "Hijacked")]}
    changes = [
        GraphChange(iri=good, wire=member(good, "Fjord")),
        GraphChange(iri=evil, wire=tricky),
    ]
    (failure,) = graph.apply(changes)

    assert failure.iri == evil
    assert not bool(graph.store.query("ASK { GRAPH ?g { ?s ?p 'Hijacked' } }"))
    assert bool(graph.store.query("ASK { ?s ?p 'Fjord' }"))
