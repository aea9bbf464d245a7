"""Quads known from validation."""

from node.graph.recent_quads import RecentQuads
from tests.bench.graph_documents import offer
from vocab.wire_object import WireObject


def test_quads_are_given_away_once_and_for_their_text_only() -> None:
    """Whoever stored another version gets nothing, and nothing stays behind."""
    wire, recent = WireObject(offer(1)), RecentQuads()
    recent.put(wire.text, wire.quads)

    assert recent.take(wire.text + " ") is None
    assert recent.take(wire.text) == wire.quads
    assert recent.take(wire.text) is None


def test_the_oldest_go_where_there_are_too_many() -> None:
    """What the graph never asks for does not fill the memory."""
    recent = RecentQuads(most=2)
    for text in "abc":
        recent.put(text, ())

    assert [recent.take(text) for text in "abc"] == [None, (), ()]
