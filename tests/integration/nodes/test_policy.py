"""What the desk decides about a server holds everywhere at once, and can be taken back."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from node.desk.peer_sheets import list_sheets, read_card
from node.desk.show_reach import Reach, show_reach
from node.publishing.decide_peers import scope_peer
from node.publishing.hold_peer import hold_peer, resume_peer
from node.storage import deliveries, peers
from node.storage.peers import PeerRow
from tests.integration.nodes.conftest import Nodes, become_follower, let_follow
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled, until
from tests.integration.nodes.scripted_server import ScriptedActor
from vocab import clock
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _peer(node: LiveNode, host: str) -> PeerRow:
    async with node.database.reading() as connection:
        found = await peers.get(connection, host)
    assert found is not None
    return found


async def _reach(node: LiveNode, iri: str) -> Reach:
    async with node.database.reading() as connection:
        return (await show_reach(connection, iri))[0]


@asynccontextmanager
async def _decided(node: LiveNode, host: str, state: str) -> AsyncIterator[None]:
    """Let *host* be in that state for a while, and approved again afterwards."""
    await node.decide(host, state, "For a test")
    try:
        yield
    finally:
        await node.decide(host, "approved")


async def _scope(node: LiveNode, host: str, direction: str, classes: str | None) -> None:
    async with node.database.transaction() as connection:
        assert await scope_peer(
            connection,
            node.folder.identity,
            host,
            direction=direction,
            classes=classes,
            who="Kari",
        )
    await node.wake()


@pytest.mark.parametrize("state", ["blocked", "limited"])
async def test_what_is_here_of_a_server_leaves_and_returns(nodes: Nodes, state: str) -> None:
    """From pages, lists, graph and provenance; what changed meanwhile is caught up with."""
    north, south = nodes.north, nodes.south
    stays = await south.publish(offer(f"Blir {state}"))
    await until(lambda: north.knows(stays.iri), "the offer is known")
    async with _decided(north, south.host, state):

        async def left() -> bool:
            return not await north.knows(stays.iri)

        await until(left, "it has left the graph")
        about = f"SELECT ?p WHERE {{ GRAPH ?g {{ <{stays.iri}> ?p ?o }} }}"
        assert await north.select(about) == []
        assert await north.status(f"/resource?iri={stays.iri}") == 404
        assert f"Blir {state}" not in (await north.get("/offers", "text/html"))[1]
        made = await south.publish(offer(f"Ny {state}"))
        changed = await south.publish(offer(f"Endret {state}", id=stays.iri))
        assert changed.version == 2
        hashes = await north.rebuild()
        assert hashes["before"] == hashes["after"]
        assert await north.resource(made.iri) is None
    await until(lambda: north.knows(made.iri), "what was missed is read")

    async def renewed() -> bool:
        page = await north.get(f"/resource?iri={stays.iri}", "text/html")
        return page[0] == 200 and f"Endret {state}" in page[1]

    await until(renewed, "what was there is back, as it is now")


async def test_a_blocked_server_reads_and_sends_nothing(nodes: Nodes) -> None:
    """403 to its messages and to its signed requests; nothing is asked of it, its queue is gone."""
    north, pest = nodes.north, nodes.evil.cluster("blocked")
    await become_follower(pest, north)
    nodes.evil.answer = 503
    try:
        await north.publish(offer("Når ikke frem"))
        await north.decide(nodes.evil.host, "blocked", "Spam")
    finally:
        nodes.evil.answer = 202
    asked = nodes.evil.fetched.total()
    assert await pest.post(f"{north.base}/inbox", pest.activity("Create", pest.offer())) == 403
    stranger = nodes.evil.actor("other", 1)
    assert (
        await stranger.post(f"{north.base}/inbox", stranger.activity("Like", north.cluster)) == 403
    )
    for path in ("/cluster", "/cluster/changes", "/cluster/outbox?page=1", "/offers"):
        assert (await pest.read(f"{north.base}{path}"))[0] == 403, path
        assert await north.status(path) == 200, path
    assert nodes.evil.fetched.total() == asked
    async with north.database.reading() as connection:
        assert nodes.evil.host not in await deliveries.queued_hosts(connection)
    kept = await _peer(north, nodes.evil.host)
    assert (kept.state, kept.reason, kept.decided_by) == ("blocked", "Spam", "Kari")
    await north.decide(nodes.evil.host, "pending")


async def test_a_redirect_does_not_evade_a_block(nodes: Nodes) -> None:
    """SECURITY H11: an honest server that sends on to a blocked one gets nothing fetched there."""
    north, friend = nodes.north, nodes.honest.cluster("redirecting", 1)
    await let_follow(north, friend)
    await north.decide(nodes.evil.host, "blocked")
    bait = nodes.evil.base + "/bait"
    nodes.honest.documents["/redirected"] = bait
    create = friend.activity("Create", f"{nodes.honest.base}/redirected")
    assert await friend.post(f"{north.base}/inbox", create) == 202
    assert (await north.outcome(create["id"]))[0] == "refused"
    assert nodes.evil.fetched["/bait"] == 0
    await north.decide(nodes.evil.host, "pending")


async def test_a_limited_server_gets_what_is_public(nodes: Nodes) -> None:
    """And nothing for the network, though it is a node that follows."""
    north, quiet = nodes.north, nodes.honest.cluster("quiet", 2)
    await become_follower(quiet, north)
    async with _decided(north, nodes.honest.host, "limited"):
        secret = await north.publish(offer("For nettet", audienceLevel="network"))
        public = await north.publish(offer("For alle"))
        await quiet.receives("Create", public.iri)
        assert secret.iri not in json.dumps(nodes.honest.received)
        assert (await quiet.read(secret.iri))[0] == 404


async def test_scope_holds_in_both_directions(nodes: Nodes) -> None:
    """Other classes are neither sent, shown in the changes, nor taken in; a Delete still goes."""
    north, partner = nodes.north, nodes.honest.cluster("scoped", 3)
    await let_follow(north, partner)
    await become_follower(partner, north)
    early = await north.publish(offer("Før"), ResourceClass.NEED)
    await partner.receives("Create", early.iri)
    await _scope(north, nodes.honest.host, "both", "member,offer")
    try:
        await _check_scope(north, partner, early.iri)
    finally:
        await _scope(north, nodes.honest.host, "both", None)


async def _check_scope(north: LiveNode, partner: ScriptedActor, early: str) -> None:
    made = await north.publish(offer("Et tilbud"))
    need = await north.publish(offer("Et behov"), ResourceClass.NEED)
    await north.withdraw(early)
    await partner.receives("Delete", early)
    await partner.receives("Create", made.iri)
    assert need.iri not in json.dumps(partner.server.received)
    status, body = await partner.read(f"{north.base}/cluster/changes?since=0")
    assert status == 200
    assert made.iri in body
    assert need.iri not in body
    for purpose, state in (("offer", "done"), ("request", "ignored")):
        create = partner.activity("Create", partner.offer(purpose=purpose))
        assert await partner.post(f"{north.base}/inbox", create) == 202
        assert (await north.outcome(create["id"]))[0] == state


async def test_direction_narrows_one_way_only(nodes: Nodes) -> None:
    """To receive only: nothing goes there. To send only: nothing of its is taken in."""
    north, oneway = nodes.north, nodes.honest.cluster("oneway")
    await let_follow(north, oneway)
    await become_follower(oneway, north)
    await _scope(north, nodes.honest.host, "receive", None)
    unsent = await north.publish(offer("Ikke dit"))
    create = oneway.activity("Create", oneway.offer())
    await oneway.post(f"{north.base}/inbox", create)
    assert (await north.outcome(create["id"]))[0] == "done"
    await _scope(north, nodes.honest.host, "send", None)
    sent = await north.publish(offer("Dit"))
    await oneway.receives("Create", sent.iri)
    assert unsent.iri not in json.dumps(nodes.honest.received)
    again = oneway.activity("Create", oneway.offer())
    await oneway.post(f"{north.base}/inbox", again)
    assert (await north.outcome(again["id"]))[0] == "ignored"
    await _scope(north, nodes.honest.host, "both", None)


async def test_a_server_that_knocks_is_known_with_what_it_is(nodes: Nodes) -> None:
    """Software, users, actor, the fingerprint of its key, what it asked; read by a worker."""
    south, newcomer = nodes.south, nodes.evil.cluster("newcomer", 2)
    nodes.evil.documents |= {
        "/.well-known/nodeinfo": {
            "links": [
                {
                    "rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
                    "href": f"{nodes.evil.base}/nodeinfo",
                }
            ]
        },
        "/nodeinfo": {
            "software": {"name": "gotosocial", "version": "0.20"},
            "usage": {"users": {"total": 7}},
        },
    }
    async with south.database.transaction() as connection:
        await connection.execute(peers.PEERS.delete().where(peers.PEERS.c.host == nodes.evil.host))
    activity = newcomer.activity("Create", newcomer.offer())
    await newcomer.post(f"{south.base}/inbox", activity)
    await south.outcome(activity["id"])
    await become_follower(newcomer, south)

    async def explained() -> bool:
        return (await _peer(south, nodes.evil.host)).software is not None

    await until(explained, "its NodeInfo is read")
    known = await _peer(south, nodes.evil.host)
    assert (known.state, known.software, known.users) == ("pending", "gotosocial 0.20", 7)
    assert (known.asked, known.asked_by) == ("Create", newcomer.iri)
    assert known.received >= 2
    async with south.database.reading() as connection:
        card = await read_card(connection, nodes.evil.host)
        (sheet,) = await list_sheets(connection, south.folder.identity, hosts=[nodes.evil.host])
    assert card is not None
    assert (card.actor, card.name) == (newcomer.iri, "Newcomer")
    ((algorithm, shown),) = card.fingerprints
    assert (algorithm, len(shown.split())) == ("rsa", 16)
    assert sheet.followers == 1
    assert "nothing of its is taken in" in sheet.effect


async def test_what_is_paused_waits_and_does_not_grow_old(nodes: Nodes) -> None:
    """The desk's pause holds the queue; it ends by word, or by itself, and patience begins anew."""
    south, patient = nodes.south, nodes.honest.cluster("patient", 1)
    await become_follower(patient, south)
    end = clock.now() + timedelta(days=4)
    async with south.database.transaction() as connection:
        assert await hold_peer(connection, nodes.honest.host, until=end, who="Kari")
    await south.wake()
    made = await south.publish(offer("Venter"))

    async def others_have_it() -> bool:
        reach = await _reach(south, made.iri)
        return reach.reached == reach.inboxes - 1

    await until(others_have_it, "the others have it")
    reach = await _reach(south, made.iri)
    assert "1 waits" in reach.sentence
    assert "the desk holds it" in reach.sentence
    assert made.iri not in json.dumps(nodes.honest.received)
    async with south.database.transaction() as connection:
        old = deliveries.DELIVERIES.update().where(
            deliveries.DELIVERIES.c.host == nodes.honest.host
        )
        long_ago = clock.timestamp(clock.now() - timedelta(days=9))
        await connection.execute(old.values(created_at=long_ago, next_attempt_at=long_ago))
        assert await resume_peer(connection, nodes.honest.host, who="Kari") == 1
        queued = deliveries.DELIVERIES.select().where(
            deliveries.DELIVERIES.c.host == nodes.honest.host
        )
        row = (await connection.execute(queued)).mappings().one()
        assert row["created_at"] > clock.timestamp(clock.now() - timedelta(minutes=5))
        assert await resume_peer(connection, nodes.honest.host, who="Kari") is None
    await south.wake()
    await patient.receives("Create", made.iri)

    async def told() -> bool:
        reach = await _reach(south, made.iri)
        return reach.reached == reach.inboxes and not reach.waiting

    await until(told, "all have it")
    async with south.database.transaction() as connection:
        past = clock.now() - timedelta(seconds=1)
        await hold_peer(connection, nodes.honest.host, until=past, who="Kari")
    await south.wake()

    async def resumed() -> bool:
        return (await _peer(south, nodes.honest.host)).held_at is None

    await until(resumed, "a pause ends by itself")


async def test_what_is_given_up_is_told_with_the_reason(nodes: Nodes) -> None:
    """Of a thing: how many have it, who has not, and why."""
    north, closed = nodes.north, nodes.honest.cluster("closed")
    await become_follower(closed, north)
    nodes.honest.answer = 404
    made = await north.publish(offer("Til hvem"))

    async def given_up() -> bool:
        async with north.database.reading() as connection:
            found = await show_reach(connection, made.iri)
        return bool(found) and any(one.given_up for one in found[0].waiting)

    await until(given_up, "the message is given up")
    nodes.honest.answer = 202
    async with north.database.transaction() as connection:
        (reach,) = await show_reach(connection, made.activity or "")
        assert {one.host for one in reach.waiting} == {nodes.honest.host}
        assert "given up" in reach.sentence
        assert await deliveries.retry_host(connection, nodes.honest.host) >= 1
    await north.wake()
    await closed.receives("Create", made.iri)
    await settled(north)
