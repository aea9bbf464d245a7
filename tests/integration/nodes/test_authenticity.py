"""Why a node believes what it holds, as the desk sees it."""

import pytest
from sqlalchemy import update

from node.cli.authenticity import lines
from node.desk.show_authenticity import Authenticity, show_authenticity
from node.errors import UnknownResource
from node.storage import tables
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode
from tests.integration.nodes.test_proved_copies import scene_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONG_AGO = "2020-01-01T00:00:00.000000Z"


async def record(node: LiveNode, iri: str) -> Authenticity:
    async with node.database.reading() as connection:
        return await show_authenticity(connection, iri)


async def test_a_thing_that_its_owner_sent_is_shown_with_its_key_and_activity(
    nodes: Nodes,
) -> None:
    """At the other node: by signature, when, by which activity; each version stays told."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Watched"))
    await south.outcome(made.activity or "")
    again = await north.publish(offer("Watched more closely", id=made.iri))
    await south.outcome(again.activity or "")
    found = await record(south, made.iri)
    key = f"{north.cluster}#ed25519-key"
    assert (found.kind, found.what, found.ours, found.owner) == (
        "resource",
        "offer",
        False,
        north.cluster,
    )
    assert (found.method, found.verification_method) == ("HttpSignature", key)
    assert found.key is not None
    assert (found.key.actor, found.key.state, found.key.algorithm) == (
        north.cluster,
        "current",
        "ed25519",
    )
    assert (found.activity, found.rechecked_at) == (again.activity, None)
    assert (found.proof.verdict, found.proof.key) == ("valid", found.key)
    assert [(entry.version, entry.activity) for entry in found.history] == [
        (2, again.activity),
        (1, made.activity),
    ]
    words = "\n".join(lines(found))
    assert "its sender signed the request" in words
    assert "proof: holds now" in words


async def test_a_message_is_found_where_it_came_and_where_it_was_sent(nodes: Nodes) -> None:
    """By its own address, with what became of it."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Sent"))
    assert made.activity is not None
    await south.outcome(made.activity)
    came, sent = await record(south, made.activity), await record(north, made.activity)
    assert (came.kind, came.what, came.state) == ("activity", "Create", "done")
    assert (came.method, came.ours) == ("HttpSignature", False)
    assert (sent.method, sent.ours, sent.audience) == ("Published", True, "public")
    assert came.proof.verdict == sent.proof.verdict == "valid"


async def test_what_is_ours_is_proved_by_our_key_in_every_version(nodes: Nodes) -> None:
    """Its versions each name the key of their proof; an actor is judged as one."""
    north = nodes.north
    made = await north.publish(offer("Ours"))
    await north.publish(offer("Ours still", id=made.iri))
    found = await record(north, made.iri)
    key = f"{north.cluster}#ed25519-key"
    assert (found.ours, found.method, found.verification_method) == (True, "Published", key)
    assert found.proof.verdict == "valid"
    assert [entry.verification_method for entry in found.history] == [key, key]
    cluster = await record(north, north.cluster)
    assert (cluster.what, cluster.proof.verdict) == ("cluster", "valid")
    assert "own address" in cluster.proof.reason


async def test_an_actor_is_believed_as_it_was_read(nodes: Nodes) -> None:
    """The record says when; of somebody unknown there is none."""
    found = await record(nodes.south, nodes.north.cluster)
    assert (found.kind, found.method, found.verification_method) == (
        "actor",
        "Fetch",
        nodes.north.cluster,
    )
    assert found.actor_read_at is not None
    for unknown in ("https://nobody.example/1", "no address at all"):
        with pytest.raises(UnknownResource):
            await record(nodes.south, unknown)


async def test_one_altered_character_is_seen(nodes: Nodes) -> None:
    """Whoever changes what is stored cannot make a proof for it."""
    south = nodes.south
    made = await nodes.north.publish(offer("Unaltered"))
    await south.outcome(made.activity or "")
    row = await south.resource(made.iri)
    assert row is not None
    altered = row["wire"].replace("Unaltered", "Altered")
    rows = tables.resources
    async with south.database.transaction() as connection:
        await connection.execute(update(rows).where(rows.c.iri == made.iri).values(wire=altered))
    found = await record(south, made.iri)
    assert found.proof.verdict == "invalid"
    assert "a character of the document is another" in found.proof.reason


async def test_what_rested_on_a_proof_tells_when_its_owner_was_asked(nodes: Nodes) -> None:
    """First by proof alone, then as read; afterwards the key may end without harm."""
    scene = await scene_of(nodes, "record")
    made = scene.offer("Passed on")
    assert (await scene.passed_on(made))[0] == "done"
    before = await record(scene.node, made["id"])
    assert (before.method, before.rechecked_at) == ("IntegrityProof", None)
    scene.answers(made["id"], made)
    await scene.becomes(made["id"], lambda row: row["authenticated_by"] == "Fetch")
    after = await record(scene.node, made["id"])
    assert (after.method, after.verification_method) == ("Fetch", made["id"])
    assert after.rechecked_at is not None
    assert {entry.method for entry in after.history} == {"Fetch", "IntegrityProof"}

    keys = tables.keys
    async with scene.node.database.transaction() as connection:
        await connection.execute(
            update(keys).where(keys.c.actor == scene.alice.iri).values(expires_at=LONG_AGO)
        )
    ended = await record(scene.node, made["id"])
    assert ended.proof.verdict == "ended"
    assert ended.proof.key is not None
    assert ended.proof.key.state == "expired"
    assert ended.method == "Fetch"
