"""SECURITY.md X1 and X2: kill -9 under load and in the worst moment.

X1 runs a few rounds; ``FAULT_ROUNDS=200`` in the environment asks for as many as the row says.
"""

import asyncio
import os
import random
from typing import Any

import aiohttp

from tests.acceptance.fault_rows.conftest import Faults
from tests.acceptance.fault_rows.faulty_node import FaultyNode
from tests.integration.nodes.scripted_server import ScriptedActor

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "8"))
#: A node is killed within so many seconds, once it has taken in or published so much.
LIFE, ENOUGH = 0.4, 10
SENDERS = 6


async def _send(alice: ScriptedActor, inbox: str, accepted: list[dict[str, Any]]) -> None:
    """Send one Create after the other until the node is gone; note what was answered 202."""
    while True:
        create = alice.activity("Create", alice.offer())
        try:
            status = await alice.post(inbox, create)
        except (aiohttp.ClientError, OSError):
            return
        if status == 202:
            accepted.append(create)


async def _publish(node: FaultyNode, published: list[str], lives: asyncio.Event) -> None:
    """Publish one offer after the other, as commands do, until the node is gone."""
    while lives.is_set():
        made = await node.publish(f"Tilbud {len(published)}")
        assert made.activity is not None
        published.append(made.activity)


async def test_x1_killed_at_random_under_load(faults: Faults) -> None:
    """Every activity answered 202 has one effect, every message queued arrives, all is sound."""
    node, chance = faults.node, random.Random(20261123)  # noqa: S311  # no secret
    accepted: list[dict[str, Any]] = []
    published: list[str] = []
    for _ in range(ROUNDS):
        lives = asyncio.Event()
        lives.set()
        load = [
            asyncio.create_task(_send(faults.alice, node.inboxes[number % 2], accepted))
            for number in range(SENDERS)
        ]
        load.append(asyncio.create_task(_publish(node, published, lives)))
        enough = len(accepted) + len(published) + ENOUGH
        while len(accepted) + len(published) < enough:  # noqa: ASYNC110  # what it counts is plain
            await asyncio.sleep(0.01)
        await asyncio.sleep(LIFE * chance.random())
        node.kill()
        lives.clear()
        await asyncio.gather(*load)
        await node.ended()
        assert node.rows("PRAGMA integrity_check") == [("ok",)]
        await node.start()
    await node.idle(300)
    assert accepted
    node.check_once(accepted)
    arrived = faults.peer.arrived()
    assert [activity for activity in published if not arrived[activity]] == []
    await node.check_sound()


async def test_x2_killed_after_the_peers_yes(faults: Faults) -> None:
    """What the peer took while the node died before it knew is sent again, with the same id."""
    node, peer = faults.node, faults.peer

    def kill(activity: dict[str, Any]) -> None:
        if activity["type"] == "Create":
            node.kill()
            peer.on_delivery = lambda activity: None

    peer.on_delivery = kill
    made = await node.publish("Sendt to ganger")
    await node.ended()
    assert peer.arrived()[made.activity or ""] == 1
    await node.start()
    await node.idle()
    assert peer.arrived()[made.activity or ""] == 2
    await node.check_sound()
