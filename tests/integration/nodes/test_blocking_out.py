"""A block that the desk wants told: one Block before it holds, one Undo when it is over."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from node.storage import follows, messages, tables
from tests.integration.nodes.commands import run
from tests.integration.nodes.conftest import Nodes, become_follower, befriend
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def peers(node: LiveNode, *arguments: str, status: int = 0) -> str:
    """Return what the command says."""
    code, out, errors = await run("peers", *arguments, "--node", node.folder.path)
    assert code == status, errors
    return out + errors


async def told_by(node: LiveNode, *types: str) -> list[dict[str, Any]]:
    """Return the activities of *types* that *node* has written down as its own."""
    query = select(tables.outbox.c.body).where(tables.outbox.c.type.in_(types))
    async with node.database.reading() as connection:
        found = (await connection.execute(query.order_by(tables.outbox.c.seq))).scalars()
    return [json.loads(body) for body in found]


async def blocks_received(node: LiveNode) -> list[dict[str, Any]]:
    return [row for row in await node.inbox() if row["type"] == "Block"]


async def follow_state(node: LiveNode, follower: str, followed: str) -> str | None:
    async with node.database.reading() as connection:
        row = await follows.get(connection, follower, followed)
    return row.state if row else None


async def desk_texts(node: LiveNode) -> list[str]:
    """Return what the desk was told of blocks, the newest first."""
    async with node.database.reading() as connection:
        rows = await messages.page(connection, limit=9)
    return [row.text for row in rows if row.kind == "block"]


async def test_a_block_is_told_once_and_taken_back(fresh_nodes: Nodes) -> None:
    """The other node ends the follows and tells its desk; nothing of it is in public."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    said = await peers(north, "block", south.host, "--tell", "--reason", "Spam")
    assert f"Told {south.cluster}." in said
    assert f"{south.host} is blocked." in said
    assert await north.peer_state(south.host) == "blocked"

    (block,) = await told_by(north, "Block")
    assert await south.outcome(block["id"]) == ("done", "")
    (came,) = await blocks_received(south)
    assert json.loads(came["body"])["object"] == south.cluster
    assert json.loads(came["body"])["to"] == [south.cluster]
    assert "Spam" not in came["body"]
    for node in (north, south):
        assert await follow_state(node, north.cluster, south.cluster) == "undone"
        assert await follow_state(node, south.cluster, north.cluster) == "rejected"
    assert [text.startswith("This actor has blocked ours") for text in await desk_texts(south)] == [
        True
    ]
    assert await north.status(block["id"]) == 404
    assert block["id"] not in json.dumps(await north.get_json("/cluster/outbox?page=1"))
    made = await north.publish(offer("Not for the blocked"))
    assert made.deliveries == 0

    again = await peers(north, "block", south.host, "--tell", status=1)
    assert "is blocked already" in again
    await peers(north, "unblock", south.host)
    (undo,) = await told_by(north, "Undo")
    assert (undo["object"]["id"], undo["to"]) == (block["id"], [south.cluster])
    assert await south.outcome(undo["id"]) == ("done", "")
    assert (await desk_texts(south))[0].startswith("This actor blocks ours no more")
    await peers(north, "approve", south.host)
    assert await told_by(north, "Undo") == [undo]
    await north.follow(south.address)

    async def follows_again() -> bool:
        return await follow_state(north, north.cluster, south.cluster) == "accepted"

    await until(follows_again, "the two can begin anew")


async def test_a_block_stays_silent_where_nothing_else_is_said(fresh_nodes: Nodes) -> None:
    """Neither the block nor its end is told; the follows stand and go on afterwards."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    said = await peers(north, "block", south.host)
    assert "Told" not in said
    await peers(north, "approve", south.host)
    made = await north.publish(offer("Again for everyone"))
    await south.outcome(made.activity or "")
    await settled(north, south)
    assert await told_by(north, "Block", "Undo") == []
    assert await blocks_received(south) == []
    assert await follow_state(north, north.cluster, south.cluster) == "accepted"


async def test_who_cannot_be_told_is_blocked_all_the_same(fresh_nodes: Nodes) -> None:
    """The command says that it did not arrive; the end of it goes out to whoever is back."""
    north, foe = fresh_nodes.north, fresh_nodes.honest.cluster("foe")
    await become_follower(foe, north)
    fresh_nodes.honest.answer = 503
    said = await peers(north, "block", fresh_nodes.honest.host, "--tell")
    assert f"Not told {foe.iri}: " in said
    assert await north.peer_state(fresh_nodes.honest.host) == "blocked"
    assert await follow_state(north, foe.iri, north.cluster) == "rejected"
    fresh_nodes.honest.answer = 202
    await peers(north, "approve", fresh_nodes.honest.host)
    (block,) = await told_by(north, "Block")
    undo = await foe.receives("Undo", block["id"], of=north.cluster)
    assert undo["object"]["type"] == "Block"


async def test_nobody_is_told_where_nobody_is_known(fresh_nodes: Nodes) -> None:
    """A domain is blocked, and the command says that it was told to nobody."""
    north = fresh_nodes.north
    said = await peers(north, "block", "nobody.example", "--tell")
    assert "No cluster there is known" in said
    assert "nobody.example is blocked." in said
    assert "this node itself" in await peers(north, "block", north.host, "--tell", status=1)
    assert await told_by(north, "Block") == []


async def test_an_undo_of_a_block_that_never_came_is_ignored(fresh_nodes: Nodes) -> None:
    """Nobody writes to the desk by taking back what was never said."""
    north, foe = fresh_nodes.north, fresh_nodes.honest.cluster("foe")
    block = foe.activity("Block", north.cluster, to=[north.cluster])
    undo = foe.activity("Undo", block, to=[north.cluster])
    assert await foe.post(f"{north.base}/inbox", undo) == 202
    assert await north.outcome(undo["id"]) == ("ignored", "There is no Block of it to undo here.")
    assert await desk_texts(north) == []
