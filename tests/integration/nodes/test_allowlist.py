"""By allow-list: who signs may knock, who is let in may read, and nobody waits for ever."""

import pytest

from node.publishing.decide_mode import decide_mode
from node.storage import follows, peers
from node.storage.peer_policy import Mode
from tests.integration.nodes.conftest import Nodes, befriend, let_follow
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = ("/instance", "/instance/outbox", "/nodeinfo/2.1", "/.well-known/nodeinfo")


async def _choose(node: LiveNode, mode: Mode | None) -> None:
    """Choose the mode as ``skagerrak peers mode`` does."""
    async with node.database.transaction() as connection:
        await decide_mode(connection, node.folder.identity, mode, who="Kari")
    await node.wake()


async def _follow_state(node: LiveNode, follower: str) -> str | None:
    async with node.database.reading() as connection:
        row = await follows.get(connection, follower, node.cluster)
    return row.state if row else None


async def test_only_who_is_let_in_reads_what_activitypub_shows(fresh_nodes: Nodes) -> None:
    """SECURITY B17, H7, H8: unsigned 401, strangers 403, actors to whoever signs, no cache."""
    north = fresh_nodes.north
    friend, stranger = fresh_nodes.honest.cluster("friend"), fresh_nodes.evil.cluster("stranger", 1)
    made = await north.publish(offer("For venner"))
    await let_follow(north, friend)
    await _choose(north, "allowlist")
    finger = f"/.well-known/webfinger?resource={north.cluster}"
    for path in (*OPEN, finger):
        assert await north.status(path, "*/*") == 200, path
    collections = ("changes?since=0", "outbox?page=1", "following")
    inside = [made.iri, made.activity or "", f"{north.base}/offers?page=1"]
    for url in (*inside, *(f"{north.cluster}/{name}" for name in collections)):
        assert await north.status(url) == 401, url
        assert (await stranger.read(url))[0] == 403, url
        status, body = await friend.read(url)
        assert status == 200, body
        assert "no-store" in friend.last_headers["Cache-Control"]
        assert "Signature" in friend.last_headers["Vary"]
        assert await north.status(url) == 401, url
    assert await north.status(north.cluster) == 401
    assert (await stranger.read(north.cluster))[0] == 200
    assert await north.status(made.iri, "text/html") == 200
    await _choose(north, None)
    assert await north.status(made.iri) == 200


async def test_two_such_nodes_find_each_other(fresh_nodes: Nodes) -> None:
    """SECURITY B17: each demands a signature of the other, and neither waits for ever."""
    north, south = fresh_nodes.north, fresh_nodes.south
    made = await south.publish(offer("Bag hegnet"))
    for node in (north, south):
        await _choose(node, "allowlist")
    assert await north.follow(south.address)

    async def waits() -> bool:
        return await _follow_state(south, north.cluster) == "pending"

    await until(waits, "the Follow waits for the desk")
    assert not await north.knows(made.iri)
    await befriend(fresh_nodes)
    await until(lambda: north.knows(made.iri), "the other's offer is here")
    assert await _follow_state(south, north.cluster) == "accepted"


async def test_the_mode_holds_from_the_moment_it_is_chosen(fresh_nodes: Nodes) -> None:
    """Open takes from whom it follows; narrower, what is not approved is hidden and not served."""
    north, author = fresh_nodes.north, fresh_nodes.honest.cluster("author")
    host = fresh_nodes.honest.host
    await let_follow(north, author)
    await north.decide(host, "pending")
    await _choose(north, "open")
    create = author.activity("Create", author.offer("Åpent"))
    iri = create["object"]["id"]
    assert await author.post(f"{north.base}/inbox", create) == 202
    assert (await north.outcome(create["id"]))[0] == "done"
    await until(lambda: north.knows(iri), "it is shown")
    await _choose(north, "approve")

    async def hidden() -> bool:
        return not await north.knows(iri)

    await until(hidden, "it is hidden")
    await _choose(north, "allowlist")
    assert await author.post(f"{north.base}/inbox", author.activity("Create", iri)) == 403
    await north.approve(host)
    await until(lambda: north.knows(iri), "it is shown again")
    assert (await north.get_json("/nodeinfo/2.1", "*/*"))["metadata"]["federationMode"] == (
        "allowlist"
    )
    async with north.database.reading() as connection:
        known = await peers.get(connection, host)
    assert known is not None
    assert known.state == "approved"
