"""Whom a document is for is read from its addressing, and the narrower reading wins."""

from typing import Any

import pytest

from federation import activities
from federation.addressing import audience_of, is_public_collection, recipients
from vocab.terms import AS_CONTEXT, AS_PUBLIC

NETWORK = "https://v.example/cluster/network"
ALICE = "https://v.example/alice"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"to": AS_PUBLIC}, "public"),
        ({"to": ["as:Public"]}, "public"),
        ({"to": [ALICE], "cc": ["Public"]}, "public"),
        ({"to": [{"id": AS_PUBLIC}]}, "public"),
        ({"to": [NETWORK]}, "network"),
        ({"to": [NETWORK], "cc": [AS_PUBLIC]}, "public"),
        ({"to": [ALICE]}, "private"),
        ({"bto": [AS_PUBLIC]}, "private"),
        ({"to": ["https://e.example/cluster/network"]}, "private"),
        ({}, "private"),
        ({"to": None, "cc": 7}, "private"),
        ({"to": AS_PUBLIC, "object": {"to": [NETWORK]}}, "network"),
        ({"to": AS_PUBLIC, "object": {"to": [ALICE]}}, "private"),
        ({"to": [ALICE], "object": {"to": AS_PUBLIC}}, "private"),
        ({"to": AS_PUBLIC, "object": {"cc": "as:Public"}}, "public"),
        ({"to": AS_PUBLIC, "object": {"id": "https://v.example/1"}}, "public"),
        ({"to": AS_PUBLIC, "object": "https://v.example/1"}, "public"),
    ],
)
def test_audience(document: dict[str, Any], expected: str) -> None:
    """Public, network or private, by to and cc of the activity and of the object in it."""
    assert audience_of(document, NETWORK) == expected


def test_without_a_network() -> None:
    """Of a server that has no network collection nothing is for the network."""
    assert audience_of({"to": [NETWORK]}, None) == "private"


def test_recipients() -> None:
    """All five fields count, each recipient once, the public collection in full."""
    document = {"to": "Public", "cc": [ALICE, "as:Public"], "bcc": [{"id": NETWORK}], "audience": 1}

    assert recipients(document) == (AS_PUBLIC, ALICE, NETWORK)
    assert not is_public_collection(["Public"])


def test_activities_about_an_object_are_addressed_as_it_is() -> None:
    """Create, Update and Undo go to whom the object goes, and carry one context."""
    note = {"@context": AS_CONTEXT, "id": f"{ALICE}/1", "to": [AS_PUBLIC], "cc": [NETWORK]}
    for build in (activities.create, activities.update):
        made = build(id=f"{ALICE}/a/1", actor=ALICE, object=note, published="2026-11-23T12:00:00Z")
        assert (made["to"], made["cc"]) == ([AS_PUBLIC], [NETWORK])
        assert made["@context"] == AS_CONTEXT
        assert made["object"] == {name: note[name] for name in ("id", "to", "cc")}
    follow = activities.follow(id=f"{ALICE}/a/2", actor=ALICE, object=NETWORK)
    undone = activities.undo(id=f"{ALICE}/a/3", actor=ALICE, object=follow)
    assert undone["to"] == follow["to"] == [NETWORK]
    assert "cc" not in undone


def test_answers_go_to_who_asked() -> None:
    """Accept and Reject are addressed to the actor of what they answer."""
    follow = {"id": "https://e.example/f", "type": "Follow", "actor": ALICE, "object": NETWORK}
    for build, type in ((activities.accept, "Accept"), (activities.reject, "Reject")):
        made = build(id=f"{NETWORK}/a", actor=NETWORK, object=follow)
        assert (made["type"], made["to"], made["object"]) == (type, [ALICE], follow)


def test_delete_announce_add_remove() -> None:
    """The other activities say to whom they go."""
    grave = activities.tombstone(
        iri=f"{ALICE}/1", former_type="Note", deleted="2026-11-23T12:00:00Z"
    )
    to, cc = (AS_PUBLIC,), (NETWORK,)
    common: dict[str, Any] = {"id": f"{ALICE}/a", "actor": ALICE, "to": to, "cc": cc}
    deleted = activities.delete(object=grave, published="2026-11-23T12:00:00Z", **common)
    assert deleted["object"]["formerType"] == "Note"
    announced = activities.announce(object=f"{ALICE}/1", published="x", **common)
    assert announced["object"] == f"{ALICE}/1"
    for build, type in ((activities.add, "Add"), (activities.remove, "Remove")):
        made = build(object=f"{ALICE}/1", target=f"{ALICE}/members", **common)
        assert (made["type"], made["target"]) == (type, f"{ALICE}/members")
        assert (made["to"], made["cc"]) == ([AS_PUBLIC], [NETWORK])
