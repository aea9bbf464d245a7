"""A slow server, a lease that is short beside it, and a sender that has no key yet."""

import asyncio
import threading
from collections import Counter

import pytest
from sqlalchemy import delete, select

from federation.keys import KeyPair, generate_rsa
from node.endpoints.app_keys import BELLS
from node.storage import peers, tables
from node.workers import deliver, make_keys
from tests.integration.nodes.conftest import Nodes, become_follower
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import PATIENCE, LiveNode, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _leases(node: LiveNode) -> set[str]:
    table = tables.deliveries
    query = select(table.c.lease_until).where(table.c.lease_until.is_not(None))
    async with node.database.reading() as connection:
        return set((await connection.execute(query)).scalars())


async def test_a_slow_server_gets_nothing_twice(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through many leases: they are renewed, and what is in hand is not claimed again."""
    monkeypatch.setattr(deliver, "LEASE_SECONDS", 0.5)
    monkeypatch.setattr(deliver, "RENEW_SECONDS", 0.1)
    north, server = fresh_nodes.north, fresh_nodes.honest
    await become_follower(server.actor("reader"), north)
    await until(north.idle, "the follow is answered")
    server.post_gate = asyncio.Event()
    made = [await north.publish(offer(f"Treg {n}")) for n in range(6)]
    assert north.running is not None
    bell = north.running.public[BELLS].deliveries

    async def renewed() -> bool:
        seen.update(await _leases(north))
        bell.ring()
        return len(seen) >= 3

    seen: set[str] = set()
    await until(renewed, "the leases are renewed several times")
    server.post_gate.set()
    await until(north.idle, "all is sent")
    received = Counter(a["id"] for a in server.received if a["type"] == "Create")
    assert received == {one.activity: 1 for one in made}


async def test_a_sender_without_a_key_blames_no_host(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be signed yet waits; the server that it is for is not said to be in trouble."""
    made_at_last = threading.Event()

    def slow_rsa() -> KeyPair:
        made_at_last.wait(PATIENCE)
        return generate_rsa()

    monkeypatch.setattr(make_keys, "generate_rsa", slow_rsa)
    north, server = fresh_nodes.north, fresh_nodes.honest
    await become_follower(server.actor("reader"), north)
    await until(north.idle, "the follow is answered")
    await north.stop()
    await north.start()
    async with north.database.transaction() as connection:
        await connection.execute(delete(tables.keys).where(tables.keys.c.actor == north.cluster))
    made = await north.publish(offer("Uten nøkkel"))

    async def put_off() -> bool:
        table = tables.deliveries
        query = select(table.c.attempts).where(
            table.c.lease_until.is_(None), table.c.next_attempt_at > table.c.created_at
        )
        async with north.database.reading() as connection:
            return list((await connection.execute(query)).scalars()) == [0]

    await until(put_off, "the message waits, with no attempt counted")
    async with north.database.reading() as connection:
        peer = await peers.get(connection, server.host)
    assert peer is not None
    assert (peer.failures, peer.last_error) == (0, None)
    made_at_last.set()
    received = await server.actor("reader").receives("Create", made.iri)
    assert received["id"] == made.activity
