"""A wire object and what is made from it."""

import json

import pytest

from tests.bench.graph_documents import offer
from vocab.errors import UnacceptableDocument
from vocab.quads import document_quads
from vocab.wire_object import WireObject


def test_text_and_quads_are_those_of_the_document() -> None:
    """The text is compact JSON of the same tree, the quads are those that the graph gets."""
    document = offer(1)
    wire = WireObject(document)

    assert json.loads(wire.text) == document
    assert ", " not in wire.text.partition("nameMap")[0]
    assert set(wire.quads) == set(document_quads(document))
    assert wire.quads is wire.quads


def test_what_can_be_read_in_two_ways_has_no_quads() -> None:
    """The error comes with every question, not only with the first."""
    wire = WireObject({**offer(1), "@graph": []})
    for _ in range(2):
        with pytest.raises(UnacceptableDocument):
            _ = wire.quads
