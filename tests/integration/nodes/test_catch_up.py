"""After a time away, nothing is missing: the queue brings what is young, the changes the rest."""

import pytest
from sqlalchemy import func, select, update

from node.storage import deliveries, tables
from tests.integration.nodes.conftest import Nodes, befriend
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def give_up(node: LiveNode) -> None:
    """Let the queue's patience be over, as it is after some days."""
    rows = tables.deliveries
    async with node.database.transaction() as connection:
        await connection.execute(update(rows).values(state="dead", lease_until=None))


async def queued(node: LiveNode) -> int:
    async with node.database.reading() as connection:
        return int(await connection.scalar(select(func.count(tables.deliveries.c.seq))) or 0)


async def shows(node: LiveNode, iri: str, text: str) -> None:
    async def holds() -> bool:
        return text in (await node.get(f"/resource?iri={iri}", "text/html"))[1]

    await until(holds, f"{text!r} is there")


async def test_what_the_queue_gave_up_is_read_from_the_changes(fresh_nodes: Nodes) -> None:
    """New, changed and withdrawn, each with one effect; the network's own when it is retried."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    changed = await north.publish(offer("Gammel tekst"))
    withdrawn = await north.publish(offer("Snart borte"))
    await settled(north, south)
    await south.stop()
    new = await north.publish(offer("Ny"))
    await north.publish(offer("Ny tekst", id=changed.iri))
    await north.withdraw(withdrawn.iri)
    internal = await north.publish(offer("Internt", audienceLevel="network"))
    await north.stop()
    await north.start()
    await give_up(north)
    assert await queued(north) == 4
    await south.start()
    await until(lambda: south.knows(new.iri), "what is new is there")
    await shows(south, changed.iri, "Ny tekst")

    async def gone() -> bool:
        return await south.status(f"/resource?iri={withdrawn.iri}") == 410

    await until(gone, "what was withdrawn is gone")
    assert await south.resource(internal.iri) is None
    async with north.database.transaction() as connection:
        assert await deliveries.retry_host(connection, south.host) == 4
    await north.wake()

    async def held() -> bool:
        return await south.resource(internal.iri) is not None

    await until(held, "what is for the network has come")
    await settled(north, south)
    assert await south.logged_changes(new.iri) == 1
    assert await south.logged_changes(changed.iri) == 2
    assert await south.logged_changes(withdrawn.iri) == 2


async def test_what_a_node_had_to_say_survives_its_own_restart(fresh_nodes: Nodes) -> None:
    """Published while the other was down, and then down itself: it is sent all the same."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    await north.stop()
    public = await south.publish(offer("Fra sør"))
    internal = await south.publish(offer("Internt fra sør", audienceLevel="network"))
    await south.stop()
    await north.start()
    await south.start()
    for iri in (public.iri, internal.iri):

        async def held(iri: str = iri) -> bool:
            return await north.resource(iri) is not None

        await until(held, "it has come")
    await settled(north, south)
    assert await queued(south) == 0
    assert await north.logged_changes(public.iri) == 1
