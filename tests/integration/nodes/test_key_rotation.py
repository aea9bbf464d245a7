"""A node replaces its keys while others follow it."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from federation.integrity_proofs import read_proof
from federation.keys import generate_rsa
from node.desk.replace_keys import chosen_actors, replace_keys
from node.publishing.rotate_keys import Rotation
from node.storage import follows, keys, tables
from tests.integration.nodes.conftest import Nodes, become_follower, befriend, let_follow
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, until
from vocab.clock import now

pytestmark = pytest.mark.asyncio(loop_scope="module")
BOTH = ("rsa", "ed25519")


async def rotate(
    node: LiveNode,
    actor: str | None = None,
    *,
    algorithms: Sequence[str] = BOTH,
    all_members: bool = False,
    revoke: bool = False,
) -> list[Rotation]:
    """Replace keys as ``skagerrak keys rotate`` does."""
    chosen = await chosen_actors(
        node.database, node.folder.identity, actor, all_members=all_members
    )
    made = replace_keys(node.folder, node.database, chosen, algorithms, revoke=revoke)
    return [rotation async for rotation in made]


async def known_keys(node: LiveNode, actor: str) -> dict[str, str | None]:
    """Return the keys that *node* holds of *actor*, with their ends."""
    async with node.database.reading() as connection:
        return {row.key_id: row.expires_at for row in await keys.keys_of(connection, actor)}


async def arrival(node: LiveNode, iri: str) -> dict[str, Any]:
    """Return the row of *iri* at *node*, once it is there."""

    async def there() -> bool:
        return await node.resource(iri) is not None

    await until(there, f"{iri} is taken in")
    row = await node.resource(iri)
    assert row is not None
    return row


def prover(document: Any) -> str:
    return str(document["proof"]["verificationMethod"])


async def proved_by(node: LiveNode, iri: str, key_id: str) -> None:
    """Return once *node* has *iri* with a proof by that key."""

    async def proved() -> bool:
        row = await node.resource(iri)
        return row is not None and prover(json.loads(row["wire"])) == key_id

    await until(proved, f"{iri} is proved by {key_id}")


async def test_after_a_rotation_the_new_keys_sign_and_followers_know_them(
    fresh_nodes: Nodes,
) -> None:
    """The running node signs with them at once; the follower reads the actor anew, being told."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    cluster, instance = await rotate(north)
    assert cluster.new == (f"{north.cluster}#main-key-2", f"{north.cluster}#ed25519-key-2")
    assert instance.told == 0
    assert cluster.told == 1

    made = await north.publish(offer("A thing by the new key"))
    await south.outcome(made.activity or "")
    journaled = {row["activity"]: row["verification_method"] for row in await south.inbox()}
    assert journaled[made.activity] == f"{north.cluster}#ed25519-key-2"

    async def told() -> bool:
        return f"{north.cluster}#main-key-2" in await known_keys(south, north.cluster)

    await until(told, "the follower knows the new key")
    held = await known_keys(south, north.cluster)
    assert held[f"{north.cluster}#main-key-2"] is None
    assert held[f"{north.cluster}#ed25519-key-2"] is None
    assert held[f"{north.cluster}#main-key"] == held[f"{north.cluster}#ed25519-key"] is not None


async def test_an_actor_lists_its_former_keys_with_their_end(fresh_nodes: Nodes) -> None:
    """One RSA key stands under publicKey, the others as Multikeys; the private halves are gone."""
    north = fresh_nodes.north
    await rotate(north)
    await rotate(north, north.cluster, algorithms=["ed25519"], revoke=True)
    actor = await north.get_json("/cluster")

    assert actor["publicKey"]["id"] == f"{north.cluster}#main-key-2"
    listed = {method["id"].partition("#")[2]: method for method in actor["assertionMethod"]}
    assert next(iter(listed)) == "ed25519-key-3"
    assert "expires" not in listed["ed25519-key-3"]
    assert "revoked" in listed["ed25519-key-2"]
    assert "revoked" in listed["ed25519-key"]
    assert "expires" in listed["main-key"]
    query = select(tables.keys.c.key_id).where(tables.keys.c.private.is_not(None))
    async with north.database.reading() as connection:
        signing = (await connection.execute(query)).scalars().all()
    assert len(signing) == 4
    assert not {f"{north.cluster}#{name}" for name in listed if name != "ed25519-key-3"} & {
        *signing
    }


async def test_what_stands_is_proved_anew_without_a_new_version(fresh_nodes: Nodes) -> None:
    """Version and dates stay, nobody is sent anything, and followers come by the new proof."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    made = await north.publish(offer("A thing of before"))
    await arrival(south, made.iri)
    before = await north.get_json(made.iri)
    async with north.session.get(made.iri.removeprefix(north.base), headers=JSON) as response:
        tag = response.headers["ETag"]
    sent = await north.outbox(made.activity)

    await rotate(north, north.cluster, algorithms=["ed25519"])
    new_key = f"{north.cluster}#ed25519-key-2"
    await proved_by(north, made.iri, new_key)

    async def served() -> bool:
        return prover(await north.get_json(made.iri)) == new_key

    await until(served, "the new proof is served")
    after = await north.get_json(made.iri)
    public = next(
        method["publicKeyMultibase"]
        for method in (await north.get_json("/cluster"))["assertionMethod"]
        if method["id"] == new_key
    )
    assert read_proof(after, now()).holds_for(public)
    assert {**after, "proof": 0} == {**before, "proof": 0}
    row = await north.resource(made.iri)
    assert row is not None
    assert row["version"] == 1
    async with north.session.get(
        made.iri.removeprefix(north.base), headers={**JSON, "If-None-Match": tag}
    ) as response:
        assert response.status == 200
    (listed,) = [item for item in await north.changes() if item["id"] == made.iri]
    assert listed == after
    assert await north.outbox(made.activity) == sent

    async with south.database.transaction() as connection:
        await follows.want_catch_up(connection, south.cluster, north.cluster)
    await south.wake()
    await proved_by(south, made.iri, new_key)
    copy = await south.resource(made.iri)
    assert copy is not None
    assert copy["version"] == 1


JSON = {"Accept": "application/activity+json"}


async def test_a_revoked_key_is_believed_by_nobody_who_was_told(fresh_nodes: Nodes) -> None:
    """The follower drops it; a message that its thief signs is refused."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    async with north.database.reading() as connection:
        stolen = await keys.signing_key(connection, north.cluster, "rsa")
    assert stolen is not None
    assert stolen.private is not None
    thief = fresh_nodes.evil.actor("thief")
    thief.pair = type(thief.pair)(public=stolen.public, private=stolen.private)
    forged = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{north.base}/activities/forged",
        "type": "Like",
        "actor": north.cluster,
        "object": south.cluster,
    }
    assert await thief.post(f"{south.base}/inbox", forged, key_id=stolen.key_id) == 202

    (done,) = await rotate(north, north.cluster, revoke=True)
    assert set(done.revoked) == {f"{north.cluster}#main-key", f"{north.cluster}#ed25519-key"}

    async def dropped() -> bool:
        return stolen.key_id not in await known_keys(south, north.cluster)

    await until(dropped, "the follower has dropped the revoked key")
    forged["id"] += "-again"
    assert await thief.post(f"{south.base}/inbox", forged, key_id=stolen.key_id) == 401


async def test_members_keys_are_replaced_and_their_followers_told(fresh_nodes: Nodes) -> None:
    """Each member's Update is its own, signed by its own new key."""
    north = fresh_nodes.north
    company = (await north.publish_all([member("Eksempel AS", organisation_number(1))]))[0]

    async def is_actor() -> bool:
        return "publicKey" in await north.get_json(company.iri)

    await until(is_actor, "the member has its keys")
    fan = fresh_nodes.honest.actor("fan")
    await become_follower(fan, north, company.iri)
    (done,) = await rotate(north, all_members=True)
    assert done.new == (f"{company.iri}#main-key-2", f"{company.iri}#ed25519-key-2")
    update = await fan.receives("Update", company.iri, of=company.iri)
    assert update["object"]["publicKey"]["id"] == f"{company.iri}#main-key-2"
    posts = [
        request.headers["Signature"]
        for request in fresh_nodes.honest.requests
        if request.method == "POST"
    ]
    assert f'keyId="{company.iri}#main-key-2"' in posts[-1]


async def test_fetches_are_signed_by_the_new_key_of_the_instance(fresh_nodes: Nodes) -> None:
    """The client that runs takes it up without a restart."""
    north = fresh_nodes.north
    await rotate(north)
    await north.wake()
    stranger = fresh_nodes.honest.actor("stranger")
    like = stranger.activity("Like", north.cluster)
    assert await stranger.post(f"{north.base}/inbox", like) == 202
    gets = [
        request.headers["Signature"]
        for request in fresh_nodes.honest.requests
        if request.method == "GET" and "Signature" in request.headers
    ]
    assert f'keyId="{north.base}/instance#main-key-2"' in gets[-1]


async def test_whom_the_cluster_follows_is_told_too(fresh_nodes: Nodes) -> None:
    """They know its key from its Follow, and follow nobody here."""
    north, followed = fresh_nodes.north, fresh_nodes.honest.cluster("followed")
    await let_follow(north, followed)
    (done,) = await rotate(north, north.cluster)
    assert done.told == 1
    update = await followed.receives("Update", north.cluster)
    assert update["object"]["publicKey"]["id"] == f"{north.cluster}#main-key-2"


async def test_an_update_of_whoever_is_known_reads_its_keys_anew(nodes: Nodes) -> None:
    """Also of one that this node does not follow; nothing in the message itself is believed."""
    known = nodes.honest.actor("known")
    inbox = f"{nodes.north.base}/inbox"
    assert await known.post(inbox, known.activity("Like", nodes.north.cluster)) == 202
    path = "/actors/known"
    document = nodes.honest.documents[path]
    assert isinstance(document, dict)
    listed = generate_rsa()
    nodes.honest.documents[path] = {
        **document,
        "publicKey": {**document["publicKey"], "publicKeyPem": listed.public},
    }
    update = known.activity("Update", {**document, "name": "Forged"})
    assert await known.post(inbox, update) == 202
    assert await nodes.north.outcome(update["id"]) == ("done", "")
    async with nodes.north.database.reading() as connection:
        (key,) = await keys.keys_of(connection, known.iri)
    assert key.public == listed.public
    assert await known.post(inbox, known.activity("Like", nodes.north.cluster)) == 401


async def test_a_followed_actors_update_has_it_read_anew(nodes: Nodes) -> None:
    """It is fetched once more from its own id."""
    author = nodes.honest.cluster("renewing")
    await let_follow(nodes.north, author)
    before = nodes.honest.fetched["/actors/renewing"]
    update = author.activity("Update", author.iri)
    assert await author.post(f"{nodes.north.base}/inbox", update) == 202

    async def again() -> bool:
        return nodes.honest.fetched["/actors/renewing"] > before

    await until(again, "the actor is read anew")
