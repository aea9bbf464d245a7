"""A cluster changes its address: the commands on both nodes, and what followers make of it."""

import asyncio
import os
from typing import Any

import pytest

from node.storage import follows
from tests.integration.nodes.commands import PIPE, answer, arguments_of, run
from tests.integration.nodes.conftest import Nodes, Partners, become_follower, caught_up
from tests.integration.nodes.live_node import LiveNode, settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
#: In the language of the pages.
MOVED = "har flyttet"


async def move(node: LiveNode, *arguments: str, status: int = 0) -> Any:
    return await answer("move", "--node", node.folder.path, *arguments, status=status)


async def refused(node: LiveNode, *arguments: str) -> str:
    """Return what the command says that ends with an error."""
    code, _, errors = await run("move", "--node", node.folder.path, *arguments)
    assert code == 1
    return errors


async def moves_sent(node: LiveNode) -> list[str]:
    """Return the Moves in the node's public outbox."""
    page = await node.get_json("/cluster/outbox?page=1")
    return [entry["id"] for entry in page["orderedItems"] if entry["type"] == "Move"]


async def follow_state(follower: LiveNode, followed: LiveNode) -> str | None:
    async with follower.database.reading() as connection:
        row = await follows.get(connection, follower.cluster, followed.cluster)
    return row.state if row else None


async def home_page(node: LiveNode) -> str:
    return (await node.get("/", "text/html"))[1]


async def shown(node: LiveNode) -> dict[str, Any]:
    """Return what the actor's document says of other addresses."""
    actor = await node.get_json("/cluster")
    return {name: actor[name] for name in ("movedTo", "alsoKnownAs") if name in actor}


async def test_nobody_moves_to_who_does_not_point_back(partners: Partners) -> None:
    """The old node says what to do, and tells nobody; its document says nothing of it."""
    old, new = partners.home, partners.west
    errors = await refused(old, "to", new.address)
    assert f"does not say that it was {old.cluster}" in errors
    assert f"skagerrak move from {old.cluster}" in errors
    assert "is an actor of this node itself" in await refused(old, "to", old.address)
    assert "has not moved" in await refused(old, "cancel")
    assert await shown(old) == {}
    assert await moves_sent(old) == []
    assert MOVED not in await home_page(old)


async def test_followers_go_along_to_the_new_address(partners: Partners) -> None:
    """Old node, new node and a follower, by commands alone: it follows the new one in the end."""
    old, follower, new = partners.home, partners.east, partners.west
    assert await move(new, "from", old.address) == {"actor": old.cluster, "changed": True}
    assert await move(new, "from", old.cluster) == {"actor": old.cluster, "changed": False}
    assert await shown(new) == {"alsoKnownAs": [old.cluster]}

    sent = await move(old, "to", new.address)
    assert sent["moved_to"] == new.cluster
    assert sent["told"] == 2
    assert await shown(old) == {"movedTo": new.cluster}
    assert await moves_sent(old) == [sent["activity"]]
    assert "proof" in await old.outbox(sent["activity"])
    assert await follower.outcome(sent["activity"]) == ("done", "")

    async def accepted() -> bool:
        return await follow_state(follower, new) == "accepted"

    await until(accepted, "the new cluster accepts the follower")
    assert await follow_state(follower, old) == "undone"
    await follower.approve(new.host)
    await caught_up(follower, new)

    async def left() -> bool:
        async with old.database.reading() as connection:
            row = await follows.get(connection, follower.cluster, old.cluster)
        return row is not None and row.state == "undone"

    await until(left, "the old node knows that its follower has gone")


async def test_a_move_is_sent_once_and_told_until_it_is_cancelled(partners: Partners) -> None:
    """Also after a restart; a second target has to wait for the cancel."""
    old, follower, new = partners.home, partners.east, partners.west
    sent = await moves_sent(old)
    again = await move(old, "to", new.cluster)
    assert again == {"moved_to": new.cluster, "activity": None, "told": 0}
    state = await move(old)
    assert (state["moved_to"], state["also_known_as"]) == (new.cluster, [])
    assert state["moved_at"]
    code, out, _ = await run("move", "--node", old.folder.path)
    assert (code, f"has moved to {new.cluster}" in out) == (0, True)

    await old.stop()
    await old.start()
    assert await shown(old) == {"movedTo": new.cluster}
    assert f'href="{new.cluster}"' in await home_page(old)
    assert MOVED in await home_page(old)

    await move(follower, "from", old.cluster)
    assert f"has moved to {new.cluster}" in await refused(old, "to", follower.cluster)
    assert await move(old, "cancel") == {"cancelled": new.cluster}
    assert await shown(old) == {}
    assert await moves_sent(old) == sent
    assert MOVED not in await home_page(old)
    assert (await move(old))["moved_to"] is None
    await settled(old, follower, new)
    assert await follow_state(follower, new) == "accepted"


async def test_a_former_address_can_be_taken_back(partners: Partners) -> None:
    """By its handle, with the old node not asked; then nobody can move here any more."""
    old, new = partners.home, partners.west
    await old.stop()
    assert await move(new, "from", old.address, "--remove") == {
        "actor": old.cluster,
        "changed": True,
    }
    await old.start()
    assert await shown(new) == {}
    assert "does not name" in await refused(new, "from", old.address, "--remove")
    assert "does not say that it was" in await refused(old, "to", new.address)


async def test_a_follower_refuses_a_move_whose_target_no_longer_points_back(
    nodes: Nodes,
) -> None:
    """What was true when the Move was sent and is not when it comes moves nobody."""
    old, follower, new = nodes.north, nodes.south, nodes.honest.cluster("wavering", 1)
    path = new.iri.removeprefix(nodes.honest.base)
    document = nodes.honest.documents[path]
    assert isinstance(document, dict)
    document["alsoKnownAs"] = [old.cluster]
    host = nodes.honest.host
    await follower.stop()
    sent = await move(old, "to", new.iri)
    del document["alsoKnownAs"]
    await follower.start()
    _, told, _ = await run("peers", "retry", follower.host, "--node", old.folder.path)
    assert "tried again" in told
    state, why = await follower.outcome(sent["activity"])
    assert (state, "do not name each other" in why) == ("refused", True)
    assert await follow_state(follower, old) == "accepted"
    assert not any(row["host"] == host for row in await follower.inbox())
    await move(old, "cancel")


async def test_people_on_other_software_get_the_move_and_the_updates(nodes: Nodes) -> None:
    """A signed Move with the actor as its object; the copies in the Updates say the same."""
    old, ann = nodes.north, nodes.evil.actor("ann")
    new = nodes.honest.cluster("somewhere", 1)
    await become_follower(ann, old)
    document = nodes.honest.documents[new.iri.removeprefix(nodes.honest.base)]
    assert isinstance(document, dict)
    document["alsoKnownAs"] = old.cluster
    await move(old, "to", new.address)
    got = await ann.receives("Move", old.cluster)
    assert (got["object"], got["target"]) == (old.cluster, new.iri)
    await move(old, "cancel")
    await settled(old)
    told = [
        activity["object"].get("movedTo")
        for activity in nodes.evil.received
        if activity["type"] == "Update" and activity["object"].get("id") == old.cluster
    ]
    assert told == [new.iri, None]


async def test_a_terminal_is_asked_first(nodes: Nodes) -> None:
    """“No” changes nothing, and says who would have been meant."""
    old, new = nodes.north, nodes.honest.cluster("asked", 1)
    document = nodes.honest.documents[new.iri.removeprefix(nodes.honest.base)]
    assert isinstance(document, dict)
    document["alsoKnownAs"] = [old.cluster]
    terminal, typed = os.openpty()
    words, where = arguments_of("move", "to", new.iri, "--node", old.folder.path)
    process = await asyncio.create_subprocess_exec(
        *words, stdin=typed, stdout=PIPE, stderr=PIPE, **where
    )
    os.write(terminal, b"n\n")
    out, _ = await process.communicate()
    os.close(terminal)
    os.close(typed)
    assert process.returncode == 1
    assert new.iri in out.decode()
    assert "Move?" in out.decode()
    assert await shown(old) == {}
