"""A node that was away: nothing is lost, nothing comes twice."""

import pytest

from node.publishing.drafts import Draft
from node.storage import deliveries, peers
from tests.integration.nodes.conftest import Nodes, become_follower, befriend, let_follow
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, settled, until
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _waiting(node: LiveNode) -> int:
    async with node.database.reading() as connection:
        return (await deliveries.count_by_state(connection)).get("waiting", 0)


async def test_what_was_missed_is_there_after_a_restart(fresh_nodes: Nodes) -> None:
    """New, changed and withdrawn things and many members, each with one effect."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    changed = await north.publish(offer("Gammel tekst"))
    withdrawn = await north.publish(offer("Snart borte"))
    await settled(north, south)
    await south.stop()
    new = await north.publish_all(
        [Draft(document=offer(f"Ny {n}"), klass=ResourceClass.OFFER) for n in range(8)]
    )
    await north.publish(offer("Ny tekst", id=changed.iri))
    await north.withdraw(withdrawn.iri)
    many = await north.publish_all(
        [member(f"Sen {n} AS", organisation_number(300 + n)) for n in range(25)]
    )
    await south.start()
    for made in (*new, *many):
        await until(lambda iri=made.iri: south.knows(iri), "what was missed is there")  # type: ignore[misc]  # bound now

    async def as_it_stands() -> bool:
        page = (await south.get(f"/resource?iri={changed.iri}", "text/html"))[1]
        return "Ny tekst" in page and await south.status(f"/resource?iri={withdrawn.iri}") == 410

    await until(as_it_stands, "changes and withdrawals are there")
    await settled(north, south)
    for made in new:
        assert await south.logged_changes(made.iri) == 1
    assert await south.logged_changes(changed.iri) == 2


async def test_what_waits_for_a_node_is_sent_when_it_is_back(fresh_nodes: Nodes) -> None:
    """What is for the network stands in no collection; it comes without the wait of hours."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    await south.stop()
    made = [await north.publish(offer(f"Internt {n}", audienceLevel="network")) for n in range(8)]

    async def rests() -> bool:
        async with north.database.reading() as connection:
            peer = await peers.get(connection, south.host)
        return peer is not None and peer.failures >= 5

    await until(rests, "the node rests from trying")
    assert await _waiting(north) == 8
    await south.start()
    for one in made:

        async def held(iri: str = one.iri) -> bool:
            return await south.resource(iri) is not None

        await until(held, "what is for the network has come")


async def test_a_desk_can_have_a_server_tried_again_at_once(fresh_nodes: Nodes) -> None:
    """``peers retry`` ends the rest of a server that did not answer."""
    north, server = fresh_nodes.north, fresh_nodes.honest
    reader = server.actor("reader")
    await become_follower(reader, north)
    server.answer = 503
    for n in range(6):
        await north.publish(offer(f"Forsøk {n}"))

    async def rests() -> bool:
        async with north.database.reading() as connection:
            peer = await peers.get(connection, server.host)
        return peer is not None and peer.failures >= 5

    await until(rests, "the server rests")
    server.answer = 202
    async with north.database.transaction() as connection:
        assert await deliveries.retry_host(connection, server.host) == 6
    await north.wake()

    async def sent() -> bool:
        return not await _waiting(north)

    await until(sent, "all is sent")
    names = [
        activity["object"]["nameMap"]["nb"]
        for activity in server.received
        if activity["type"] == "Create"
    ]
    assert sorted(names) == [f"Forsøk {n}" for n in range(6)]


async def test_what_came_before_a_restart_is_taken_in_after_it(fresh_nodes: Nodes) -> None:
    """An activity that was answered 202 is not lost when the node stops at once."""
    south, author = fresh_nodes.south, fresh_nodes.honest.cluster("author")
    await let_follow(south, author)
    sent = [author.activity("Create", author.offer(f"Thing {n}")) for n in range(20)]
    for activity in sent:
        assert await author.post(f"{south.base}/inbox", activity) == 202
    await south.stop()
    await south.start()
    for activity in sent:
        assert (await south.outcome(activity["id"]))[0] == "done"
        assert await south.logged_changes(activity["object"]["id"]) == 1


async def test_a_restart_changes_nothing(fresh_nodes: Nodes) -> None:
    """The same keys, the same documents, the same graph."""
    north = fresh_nodes.north
    made = await north.publish(offer("Står fast"))
    await settled(north)
    actor, thing = await north.get_json("/cluster"), await north.get_json(made.iri)
    hashes = await north.rebuild()
    assert hashes["before"] == hashes["after"]
    await north.stop()
    await north.start()
    assert await north.get_json("/cluster") == actor
    assert await north.get_json(made.iri) == thing
    assert await north.rebuild() == {"before": hashes["after"], "after": hashes["after"]}
