"""SECURITY A1 to A11: nobody speaks for another, whatever is signed."""

import json
from typing import Any

import pytest

from federation.actors import read_actor
from federation.authority import check_fetched
from federation.errors import (
    FederationError,
    ForbiddenOrigin,
    MalformedRequest,
    UnauthenticatedRequest,
    UntrustedKey,
)
from federation.ports import FetchedDocument
from federation.verify_activity import VerifiedActivity, recall_verified, verify_fetched
from tests.unit.federation.authenticity.conftest import Node
from tests.unit.federation.authenticity.scripted_peers import OUR_HOST, Peer


async def refused(node: Node, peer: Peer, activity: dict[str, Any]) -> FederationError:
    with pytest.raises(FederationError) as caught:
        await node.verifier.verify(peer.post(activity))
    return caught.value


async def test_a_signed_activity_is_verified(node: Node, honest: Peer) -> None:
    """What an actor signed comes out as it was sent, with how it was authenticated."""
    activity = honest.activity()
    verified = await node.verifier.verify(honest.post(activity))

    assert verified.document == activity
    assert json.loads(verified.body) == activity
    assert (verified.activity_iri, verified.type) == (activity["id"], "Create")
    assert (verified.actor, verified.host) == (honest.iri, "v.example")
    assert verified.authenticated_by == "HttpSignature"
    assert verified.verification_method == honest.key_id


async def test_nothing_else_makes_a_verified_activity() -> None:
    """The class refuses whoever has not the module's own seal."""
    with pytest.raises(TypeError):
        VerifiedActivity(
            activity_iri="https://v.example/1",
            type="Create",
            actor="https://v.example/alice",
            host="v.example",
            document={},
            body="{}",
            authenticated_by="HttpSignature",
            verification_method="https://v.example/alice#main-key",
        )


@pytest.mark.parametrize("field", ["id", "actor", "object", "keyId"])
async def test_ids_that_are_too_long(node: Node, honest: Peer, field: str) -> None:
    """400 that says so, before anything is fetched: no index could hold them."""
    long = f"https://v.example/{'a' * 1000}"
    activity = honest.activity() | ({} if field == "keyId" else {field: long})
    request = honest.post(activity, key_id=long if field == "keyId" else None)
    with pytest.raises(MalformedRequest) as caught:
        await node.verifier.verify(request)

    assert caught.value.status == 400
    assert "1000 bytes" in caught.value.safe
    assert node.web.fetched == [] or field == "object"


async def test_a1_forged_actor(node: Node, honest: Peer, evil: Peer) -> None:
    """An actor of another server is refused with 401, and nothing is fetched for it."""
    error = await refused(node, evil, evil.activity(actor=honest.iri))

    assert error.status == 401
    assert node.web.fetched == []


async def test_a1_forged_sibling(node: Node, honest: Peer, sibling: Peer) -> None:
    """A neighbour on the same server cannot act as the actor either."""
    error = await refused(node, sibling, honest.activity())

    assert error.status == 401


async def test_a2_foreign_key(node: Node, honest: Peer, evil: Peer) -> None:
    """A key that says it belongs to somebody who does not list it proves nothing."""
    key_id = "https://v.example/upload/key"
    node.web.pages[key_id] = {
        "id": key_id,
        "type": "Key",
        "owner": honest.iri,
        "publicKeyPem": evil.pair.public,
    }
    with pytest.raises(UntrustedKey) as caught:
        await node.verifier.verify(evil.post(honest.activity(), key_id=key_id))

    assert caught.value.status == 401
    assert node.directory.actors == {}


async def test_a2_foreign_owner_on_another_server(node: Node, honest: Peer, evil: Peer) -> None:
    """A key of the evil server with a foreign owner is refused by its origin alone."""
    key = {"id": evil.key_id, "owner": honest.iri, "publicKeyPem": evil.pair.public}
    node.web.pages[evil.iri] = evil.actor(publicKey=key)
    error = await refused(node, evil, evil.activity(actor=honest.iri))
    assert error.status == 401

    error = await refused(node, evil, evil.activity())
    assert error.status == 401
    assert node.directory.actors == {}


@pytest.mark.parametrize("stated", ["https://e.example/other#main-key", "https://v.example/k"])
async def test_a3_key_document_with_another_id(node: Node, evil: Peer, stated: str) -> None:
    """A key document whose id is not where it was found is refused and not kept."""
    key_id = "https://e.example/keys/1"
    node.web.pages[key_id] = {"id": stated, "owner": evil.iri, "publicKeyPem": evil.pair.public}
    with pytest.raises(UntrustedKey):
        await node.verifier.verify(evil.post(evil.activity(), key_id=key_id))

    assert node.directory.actors == {}
    assert node.web.fetched == [key_id]


async def test_a4_foreign_activity_id(node: Node, honest: Peer, evil: Peer) -> None:
    """An activity's id is of its actor's origin, so ids of others cannot be used up."""
    error = await refused(node, evil, evil.activity(id=f"{honest.iri}/activities/1"))

    assert isinstance(error, ForbiddenOrigin)


@pytest.mark.parametrize("iri", [None, [], ["https://e.example/1"], {}, 7, "", "urn:x:1", "/1"])
async def test_a5_activity_without_an_id(node: Node, evil: Peer, iri: object) -> None:
    """An id is one http or https address in a string."""
    error = await refused(node, evil, evil.activity(id=iri))

    assert isinstance(error, MalformedRequest)


async def test_a5_missing_or_doubled_id(node: Node, evil: Peer) -> None:
    """No id at all, or one more under @id, is refused."""
    activity = evil.activity()
    del activity["id"]
    assert (await refused(node, evil, activity)).status == 400
    assert (
        await refused(node, evil, evil.activity(**{"@id": "https://v.example/1"}))
    ).status == 400


async def test_a6_foreign_object_in_create(node: Node, honest: Peer, evil: Peer) -> None:
    """A Create of an object on another server is refused, whoever it is attributed to."""
    foreign = honest.note(attributedTo=evil.iri)
    assert (await refused(node, evil, evil.activity(object=foreign))).status == 403
    assert (await refused(node, evil, evil.activity(object=foreign["id"]))).status == 403


async def test_a6_foreign_object_in_announce(node: Node, honest: Peer, evil: Peer) -> None:
    """A copy of another's object in an Announce shrinks to its id, in document and body."""
    doctored = honest.note(content="Never said.")
    verified = await node.verifier.verify(evil.post(evil.activity("Announce", object=doctored)))

    assert verified.document["object"] == doctored["id"]
    assert json.loads(verified.body) == verified.document


async def test_a6_foreign_object_within_an_announced_activity(
    node: Node, honest: Peer, evil: Peer
) -> None:
    """A copy does not get in wrapped in an activity without an id."""
    inner = {"type": "Create", "actor": honest.iri, "object": honest.note(content="Never said.")}
    with pytest.raises(MalformedRequest):
        await node.verifier.verify(evil.post(evil.activity("Announce", object=inner)))
    verified = await node.verifier.verify(evil.post(evil.activity("Offer", object=inner)))

    assert verified.document["object"]["object"] == honest.note()["id"]


async def test_a6_siblings_copy_in_announce(node: Node, honest: Peer, sibling: Peer) -> None:
    """A neighbour's copy is not believed either, one's own is."""
    announce = honest.activity("Announce", object=sibling.note(content="Never said."))
    verified = await node.verifier.verify(honest.post(announce))
    assert verified.document["object"] == sibling.note()["id"]

    announce = honest.activity("Announce", object=honest.note())
    verified = await node.verifier.verify(honest.post(announce))
    assert verified.document["object"] == honest.note()


@pytest.mark.parametrize(
    "attribution",
    [1, None, "https://t.example/cluster", ["https://v.example/alice"], {}, "1", True],
)
async def test_a7_attribution(node: Node, honest: Peer, attribution: object) -> None:
    """What is created is attributed to its actor, in one plain value."""
    error = await refused(
        node, honest, honest.activity(object=honest.note(attributedTo=attribution))
    )

    assert error.status == 403


@pytest.mark.parametrize("type", ["Create", "Update", "Delete", "Undo"])
@pytest.mark.parametrize("embedded", [True, False])
async def test_a8_objects_of_ours(node: Node, evil: Peer, type: str, embedded: bool) -> None:
    """Nothing on our own server is written or deleted from another, in any spelling."""
    for iri in ("https://t.example/offers/1", "HTTPS://T.Example:443/offers/1"):
        thing: Any = {"id": iri, "type": "Note", "attributedTo": evil.iri, "actor": evil.iri}
        error = (
            await refused(node, evil, evil.activity(type, object=thing if embedded else iri))
            if type != "Delete"
            else await refused_delete(node, evil, thing if embedded else iri)
        )
        assert isinstance(error, ForbiddenOrigin)


async def refused_delete(node: Node, peer: Peer, thing: Any) -> FederationError:
    await node.directory.store_actor(read_actor(peer.actor(), peer.iri))
    return await refused(node, peer, peer.activity("Delete", object=thing))


@pytest.mark.parametrize("type", ["Update", "Undo"])
async def test_a9_sibling_edit(node: Node, honest: Peer, sibling: Peer, type: str) -> None:
    """Sharing a server does not make one the owner."""
    thing = honest.note(actor=honest.iri)
    error = await refused(node, sibling, sibling.activity(type, object=thing))

    assert isinstance(error, ForbiddenOrigin)


@pytest.mark.parametrize("type", ["Update", "Delete", "Undo"])
@pytest.mark.parametrize("embedded", [True, False])
async def test_a10_other_servers(
    node: Node, honest: Peer, evil: Peer, type: str, embedded: bool
) -> None:
    """An Update, Delete or Undo of what is on another server is refused."""
    await node.directory.store_actor(read_actor(evil.actor(), evil.iri))
    thing = honest.note(actor=evil.iri, attributedTo=evil.iri)
    activity = evil.activity(type, object=thing if embedded else thing["id"])
    error = await refused(node, evil, activity)

    assert isinstance(error, ForbiddenOrigin)


async def test_a10_collections_of_others(node: Node, honest: Peer, evil: Peer) -> None:
    """Nobody adds to another's collection."""
    add = evil.activity("Add", object=evil.note()["id"], target=f"{honest.iri}/members")
    error = await refused(node, evil, add)

    assert isinstance(error, ForbiddenOrigin)


def test_a11_redirected_identity(honest: Peer, evil: Peer) -> None:
    """A document found on another server than its id names is nobody's."""
    with pytest.raises(ForbiddenOrigin):
        read_actor(honest.actor(), "https://e.example/x")
    with pytest.raises(ForbiddenOrigin):
        read_actor(evil.actor(), honest.iri)
    with pytest.raises(ForbiddenOrigin):
        check_fetched("https://e.example/x", honest.note())
    with pytest.raises(ForbiddenOrigin):
        check_fetched(f"{honest.iri}/notes/1", honest.note(attributedTo=evil.iri))


async def test_a11_redirected_key(node: Node, honest: Peer, evil: Peer) -> None:
    """A key that a redirect leads to on another server is not taken."""
    forged = honest.actor(
        publicKey={"id": honest.key_id, "owner": honest.iri, "publicKeyPem": evil.pair.public}
    )
    node.web.pages[honest.iri] = ("https://e.example/x", forged)
    with pytest.raises(UnauthenticatedRequest):
        await node.verifier.verify(evil.post(honest.activity(), key_id=honest.key_id))

    assert node.directory.actors == {}


async def test_a18_answers_come_from_whom_was_asked(node: Node, honest: Peer, evil: Peer) -> None:
    """An Accept of a Follow of somebody else is refused; a true one names the Follow by id."""
    follow = {
        "id": "https://t.example/activities/1",
        "type": "Follow",
        "actor": "https://t.example/cluster",
        "object": honest.iri,
    }
    error = await refused(node, evil, evil.activity("Accept", object=follow))
    assert isinstance(error, ForbiddenOrigin)

    verified = await node.verifier.verify(honest.post(honest.activity("Accept", object=follow)))
    assert verified.document["object"] == follow["id"]


async def test_an_actor_in_an_update_must_be_fetched(node: Node, honest: Peer) -> None:
    """The copy of an actor in its own Update shrinks to its id: keys come by fetch only."""
    update = honest.activity("Update", object=honest.actor(name="New name"))
    verified = await node.verifier.verify(honest.post(update))

    assert verified.document["object"] == honest.iri


async def test_a_member_comes_without_keys(node: Node, honest: Peer) -> None:
    """A cluster may describe its member; what it says of the member's keys is left out."""
    member = {
        "id": "https://v.example/members/1",
        "type": "Organization",
        "inbox": "https://v.example/members/1/inbox",
        "attributedTo": honest.iri,
        "memberOf": honest.iri,
        "publicKey": {"id": "https://v.example/members/1#main-key"},
    }
    add = honest.activity("Add", object=member, target=f"{honest.iri}/members")
    verified = await node.verifier.verify(honest.post(add))
    assert "publicKey" not in verified.document["object"]
    assert verified.document["object"]["id"] == member["id"]

    stranger = member | {"memberOf": "https://v.example/other"}
    add = honest.activity("Add", object=stranger, target=f"{honest.iri}/members")
    verified = await node.verifier.verify(honest.post(add))
    assert verified.document["object"] == member["id"]


async def test_what_was_journaled_is_what_was_verified(node: Node, evil: Peer) -> None:
    """The journal's body gives the same verified activity again."""
    verified = await node.verifier.verify(evil.post(evil.activity()))
    again = recall_verified(
        body=verified.body,
        authenticated_by=verified.authenticated_by,
        verification_method=verified.verification_method,
    )

    assert again == verified


def test_a_fetched_activity_is_checked_like_a_posted_one(honest: Peer, evil: Peer) -> None:
    """Fetching authenticates the origin, and the same rules hold for what is said."""

    def fetched(url: str, document: dict[str, Any]) -> VerifiedActivity:
        content_type = "application/activity+json"
        return verify_fetched(
            FetchedDocument(url=url, document=document, content_type=content_type),
            own_host=OUR_HOST,
        )

    verified = fetched(f"{honest.iri}/activities/1", honest.activity())
    assert verified.authenticated_by == "Fetch"
    assert verified.verification_method == f"{honest.iri}/activities/1"
    with pytest.raises(ForbiddenOrigin):
        fetched("https://e.example/x", honest.activity())
    with pytest.raises(ForbiddenOrigin):
        fetched("https://e.example/x", evil.activity(actor=honest.iri))
    with pytest.raises(ForbiddenOrigin):
        fetched("https://e.example/x", evil.activity(object=honest.note()))
    ours = Peer(f"https://{OUR_HOST}/cluster", honest.pair)
    with pytest.raises(ForbiddenOrigin):
        fetched(f"{ours.iri}/activities/1", ours.activity())
