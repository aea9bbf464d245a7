"""Move: believed only where both actors say so at their own addresses (SECURITY A17)."""

from typing import Any

import pytest

from node.storage import follows, messages, peers
from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.live_node import LiveNode, settled
from tests.integration.nodes.scripted_server import ScriptedActor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def follow_state(node: LiveNode, followed: str) -> str | None:
    async with node.database.reading() as connection:
        row = await follows.get(connection, node.cluster, followed)
    return row.state if row else None


def say(actor: ScriptedActor, **fields: Any) -> None:
    """Let the actor's own document say *fields* too."""
    path = actor.iri.removeprefix(actor.server.base)
    document = actor.server.documents[path]
    assert isinstance(document, dict)
    document |= fields


async def moved(node: LiveNode, old: ScriptedActor, new: ScriptedActor) -> tuple[str, str]:
    move = old.activity("Move", old.iri, target=new.iri)
    assert await old.post(f"{node.base}/inbox", move) == 202
    return await node.outcome(move["id"])


async def test_a_move_that_both_say_takes_our_follow_along(nodes: Nodes) -> None:
    """The new one is asked, the old one told; the new server still waits for the desk."""
    north, old, new = nodes.north, nodes.honest.cluster("old"), nodes.evil.cluster("new", 1)
    await let_follow(north, old)
    say(old, movedTo=new.iri)
    say(new, alsoKnownAs=[old.iri])
    assert await moved(north, old, new) == ("done", "")
    await settled(north)
    asked = await new.receives("Follow", new.iri, of=north.cluster)
    await old.receives("Undo", of=north.cluster)
    assert await follow_state(north, old.iri) == "undone"
    assert await follow_state(north, new.iri) == "pending"
    assert await new.post(f"{north.base}/inbox", new.activity("Accept", asked)) == 202
    async with north.database.reading() as connection:
        (told,) = [row for row in await messages.page(connection, limit=9) if row.kind == "move"]
        peer = await peers.get(connection, nodes.evil.host)
    assert told.url == new.iri
    assert f"Approve {nodes.evil.host}" in told.text
    assert peer is None or peer.state == "pending"
    create = new.activity("Create", new.offer())
    assert await new.post(f"{north.base}/inbox", create) == 202
    assert (await north.outcome(create["id"]))[0] == "ignored"


@pytest.mark.parametrize(
    ("name", "of_old", "of_new"),
    [
        ("silent", False, False),
        ("boastful", True, False),  # the new one knows nothing of it
        ("stolen", False, True),  # the new one claims to be somebody
    ],
)
async def test_a_move_that_one_side_says_moves_nobody(
    nodes: Nodes, name: str, of_old: bool, of_new: bool
) -> None:
    """A17: no alsoKnownAs, or no movedTo, and our Follow stays where it is."""
    north = nodes.north
    old, new = nodes.honest.cluster(f"old-{name}"), nodes.evil.cluster(f"new-{name}", 1)
    await let_follow(north, old)
    if of_old:
        say(old, movedTo=new.iri)
    if of_new:
        say(new, alsoKnownAs=[old.iri])
    state, why = await moved(north, old, new)
    assert (state, "do not name each other" in why) == ("refused", True)
    assert await follow_state(north, old.iri) == "accepted"
    assert await follow_state(north, new.iri) is None


async def test_nobody_moves_somebody_else(nodes: Nodes) -> None:
    """The object is the actor itself; a stranger's move costs no fetch."""
    north, old = nodes.north, nodes.honest.cluster("quiet")
    thief = nodes.evil.actor("thief", 1)
    await let_follow(north, old)
    say(thief, alsoKnownAs=[old.iri])
    move = thief.activity("Move", old.iri, target=thief.iri)
    assert await thief.post(f"{north.base}/inbox", move) == 202
    assert (await north.outcome(move["id"]))[0] == "refused"
    target = nodes.honest.actor("never-read")
    own = thief.activity("Move", thief.iri, target=target.iri)
    assert await thief.post(f"{north.base}/inbox", own) == 202
    assert (await north.outcome(own["id"]))[0] == "ignored"
    assert nodes.honest.fetched["/actors/never-read"] == 0
    assert await follow_state(north, old.iri) == "accepted"


async def test_a_copy_in_the_move_proves_nothing(nodes: Nodes) -> None:
    """What the activity carries of either actor counts for nothing: both are read."""
    north, old = nodes.north, nodes.honest.cluster("carrier")
    new = nodes.evil.cluster("carried", 1)
    await let_follow(north, old)
    copies = {
        "object": {"id": old.iri, "type": "Organization", "movedTo": new.iri},
        "target": {"id": new.iri, "type": "Organization", "alsoKnownAs": [old.iri]},
    }
    move = old.activity("Move", old.iri) | copies
    status = await old.post(f"{north.base}/inbox", move)
    if status == 202:
        assert (await north.outcome(move["id"]))[0] == "refused"
    assert await follow_state(north, old.iri) == "accepted"


async def test_a_move_to_a_blocked_server_is_refused(nodes: Nodes) -> None:
    """Blocking holds whatever the actors say."""
    south, old = nodes.south, nodes.honest.cluster("led-astray")
    new = nodes.evil.cluster("astray", 1)
    await let_follow(south, old)
    say(old, movedTo=new.iri)
    say(new, alsoKnownAs=old.iri)
    async with south.database.transaction() as connection:
        await peers.upsert_seen(connection, nodes.evil.host, now="2026-11-23T12:00:00.000000Z")
        await peers.set_state(connection, nodes.evil.host, "blocked")
    await south.wake()
    assert (await moved(south, old, new))[0] == "refused"
    assert await follow_state(south, old.iri) == "accepted"
