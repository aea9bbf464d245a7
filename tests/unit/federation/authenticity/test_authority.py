"""Owners and origins decide who may speak for what (FEP-fe34)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.actors import read_actor
from federation.authority import (
    check_answer,
    check_fetched,
    check_member_claim,
    check_owner,
    check_read,
    check_tombstone,
    may_speak_for,
    owner_of,
    tombstone_applies,
)
from federation.embedded_objects import own_copy
from federation.errors import FederationError, ForbiddenOrigin, MalformedRequest
from federation.ports import FetchedDocument
from federation.verify_activity import verify_fetched
from tests.unit.federation.authenticity.scripted_peers import OUR_HOST, Peer

CLUSTER = "https://v.example/cluster"
MEMBER: dict[str, Any] = {
    "id": "https://v.example/members/1",
    "type": "Organization",
    "inbox": "https://v.example/members/1/inbox",
    "attributedTo": CLUSTER,
    "memberOf": [CLUSTER, "https://other.example/cluster"],
}


@pytest.mark.parametrize(
    ("document", "owner"),
    [
        ({"id": "a", "inbox": "b", "attributedTo": "c"}, "a"),
        ({"id": "a", "publicKeyMultibase": "z", "controller": "b"}, "b"),
        ({"id": "a", "publicKeyPem": "z", "owner": "b"}, "b"),
        ({"id": "a", "actor": "b"}, "b"),
        ({"id": "a", "actor": {"id": "b"}}, "b"),
        ({"id": "a", "actor": "b", "attributedTo": "c"}, "c"),
        ({"id": "a", "attributedTo": {"id": "b"}}, "b"),
        ({"id": "a", "attributedTo": ["b"]}, None),
        ({"id": "a", "attributedTo": 1}, None),
        ({"id": "a"}, None),
    ],
)
def test_owner_of(document: dict[str, Any], owner: str | None) -> None:
    """The shape of a document says which property names its owner."""
    assert owner_of(document) == owner


def test_owners_are_compared_whole() -> None:
    """A neighbour is no owner; the spelling of scheme and host is none of the owner."""
    check_owner("https://V.example/alice", "https://v.example/alice")
    with pytest.raises(ForbiddenOrigin):
        check_owner("https://v.example/bob", "https://v.example/alice")


def test_tombstones_bind_who_deleted() -> None:
    """Nobody deletes in advance what another will create."""
    assert tombstone_applies("https://v.example/alice", "https://v.example/alice")
    assert not tombstone_applies("https://v.example/bob", "https://v.example/alice")


def test_tombstones_stay_on_their_own_server() -> None:
    """Also of what never stood here."""
    check_tombstone("https://v.example/alice", "https://v.example/1")
    for elsewhere in ("https://e.example/1", "https://v.example:8443/1", "urn:x:1"):
        with pytest.raises(ForbiddenOrigin):
            check_tombstone("https://v.example/alice", elsewhere)


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        ("https://e.example/1", {}),
        ("https://v.example/1", {"id": "https://v.example/2"}),
        ("https://v.example/1", {"id": "https://e.example/1"}),
        ("https://v.example/1", {"attributedTo": "https://v.example/bob"}),
        ("https://v.example/1", {"attributedTo": None}),
    ],
)
def test_what_is_read_is_the_thing_asked_for(url: str, changes: dict[str, Any]) -> None:
    """At its own id, on its own server, its owner's: all at once (SECURITY A11)."""
    iri, alice = "https://v.example/1", "https://v.example/alice"
    note = {"id": iri, "attributedTo": alice}
    check_read(iri, alice, url=iri, document=note)
    with pytest.raises(FederationError):
        check_read(iri, alice, url=url, document=note | changes)


def test_fetched() -> None:
    """A fetched document has an id, and an owner, where it was found."""
    note = {"id": "https://v.example/1", "attributedTo": "https://v.example/alice"}
    assert check_fetched("https://v.example/elsewhere", note) == note["id"]
    with pytest.raises(MalformedRequest):
        check_fetched("https://v.example/1", {"type": "Note"})
    with pytest.raises(MalformedRequest):
        check_fetched("https://v.example/1", note | {"@id": "https://e.example/1"})


def test_members(honest: Peer) -> None:
    """Member and cluster must claim each other, on one server, and the list must have it."""
    cluster = read_actor(
        Peer(CLUSTER, honest.pair).actor(kind="Cluster"), "https://v.example/cluster"
    )
    check_member_claim(cluster, MEMBER, listed=True)
    assert may_speak_for(CLUSTER, MEMBER)
    for changes in (
        {"memberOf": "https://other.example/cluster"},
        {"attributedTo": "https://other.example/cluster"},
        {"id": "https://e.example/members/1"},
        {"attributedTo": [CLUSTER]},
    ):
        with pytest.raises(ForbiddenOrigin):
            check_member_claim(cluster, MEMBER | changes, listed=True)
    with pytest.raises(ForbiddenOrigin):
        check_member_claim(cluster, MEMBER, listed=False)
    other = read_actor(honest.actor(), honest.iri)
    with pytest.raises(ForbiddenOrigin):
        check_member_claim(
            other, MEMBER | {"attributedTo": other.iri, "memberOf": other.iri}, listed=True
        )


def test_answers() -> None:
    """A Follow is answered by whom it would follow, an Offer by whom it was sent to."""
    follow = {
        "id": "f",
        "type": "Follow",
        "actor": "us",
        "object": CLUSTER,
        "to": ["https://e.example/x"],
    }
    check_answer(CLUSTER, follow)
    with pytest.raises(ForbiddenOrigin):
        check_answer("https://e.example/x", follow)
    offer = {"id": "o", "type": "Offer", "actor": "us", "object": {}, "to": CLUSTER}
    check_answer(CLUSTER, offer)
    with pytest.raises(ForbiddenOrigin):
        check_answer("https://v.example/alice", offer)


def test_items_of_a_page() -> None:
    """Of a collection's items its owner's own stay whole; copies of others shrink to links."""
    own = {"id": "https://v.example/1", "type": "Note", "attributedTo": CLUSTER}
    tombstone = {"id": "https://v.example/2", "type": "Tombstone"}
    assert own_copy(own, CLUSTER) is own
    assert own_copy(tombstone, CLUSTER) is tombstone
    member = own_copy(MEMBER | {"publicKey": {"id": "x"}}, CLUSTER)
    assert member == MEMBER
    for foreign in (
        own | {"attributedTo": "https://v.example/alice"},
        own | {"id": "https://e.example/1"},
        tombstone | {"id": "https://e.example/2"},
        {key: value for key, value in own.items() if key != "attributedTo"},
        MEMBER | {"memberOf": None},
    ):
        assert own_copy(foreign, CLUSTER) == foreign["id"]


def test_parts_of_a_document_stay() -> None:
    """A fragment of the document that it stands in, and what has no id, is believed."""
    agreement = {
        "id": "https://v.example/offers/9",
        "type": "Offer",
        "actor": CLUSTER,
        "object": {"id": "https://v.example/offers/9#agreement", "type": "Agreement"},
        "result": [{"type": "Agreement", "stipulates": {"type": "Commitment"}}],
    }
    assert own_copy(agreement, CLUSTER) is agreement
    other = agreement | {"object": {"id": "https://v.example/offers/91#agreement"}}
    shrunk = own_copy(other, CLUSTER)
    assert isinstance(shrunk, dict)
    assert shrunk["object"] == "https://v.example/offers/91#agreement"


IRIS = st.sampled_from(
    [
        "https://v.example/alice",
        "https://v.example/1",
        "https://e.example/1",
        "https://t.example/1",
        "urn:x",
        "",
    ]
)
THINGS = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | IRIS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "@id", "type", "actor", "attributedTo", "object", "inbox"]),
            inner,
        )
    ),
    max_leaves=15,
)
TYPES = st.sampled_from(
    ["Create", "Update", "Delete", "Undo", "Add", "Accept", "Announce", "Follow", "Offer"]
)


def foreign_copies(value: Any) -> list[Any]:
    """Return the ids of embedded objects that are not on v.example."""
    if isinstance(value, list):
        return [iri for entry in value for iri in foreign_copies(entry)]
    if not isinstance(value, dict):
        return []
    iri = value.get("id")
    here = [iri] if isinstance(iri, str) and not iri.startswith("https://v.example/") else []
    return here + foreign_copies(value.get("object"))


@given(TYPES, THINGS, THINGS)
def test_any_activity_is_settled_or_refused(type: str, thing: Any, target: Any) -> None:
    """Whatever an activity carries, own errors are all that comes, and no foreign copy stays."""
    document = {
        "id": "https://v.example/activities/1",
        "type": type,
        "actor": "https://v.example/alice",
        "object": thing,
        "target": target,
    }
    fetched = FetchedDocument(url=document["id"], document=document, content_type="")
    try:
        verified = verify_fetched(fetched, own_host=OUR_HOST)
    except FederationError:
        return
    assert foreign_copies(verified.document["object"]) == []
