"""SECURITY.md X19: a clock that is wrong, and one that leaps."""

import asyncio
from datetime import timedelta

import pytest

from tests.acceptance.fault_rows.conftest import Faults
from vocab.clock import now

WRONG = timedelta(minutes=90)


@pytest.mark.parametrize("offset", [WRONG, -WRONG], ids=["ahead", "behind"])
async def test_x19_a_wrong_clock_is_told_clearly(faults: Faults, offset: timedelta) -> None:
    """401 says that it is the time; set right again, the node takes the same message."""
    node, alice = faults.node, faults.alice
    create = alice.activity("Create", alice.offer())
    node.shift(offset)
    assert await alice.post(node.inboxes[0], create) == 401
    assert "time" in alice.last_text or "old" in alice.last_text, alice.last_text
    assert await alice.post(node.inboxes[1], create, date=now() + offset) == 202
    node.shift(timedelta())
    again = alice.activity("Create", alice.offer())
    assert await alice.post(node.inboxes[0], again) == 202
    await node.idle()
    node.check_once([create, again])
    await node.check_sound()


async def test_x19_a_leap_sends_nothing_twice(faults: Faults) -> None:
    """Every lease is over at once, and what is under way is not sent again."""
    node, peer = faults.node, faults.peer
    peer.post_gate = asyncio.Event()
    underway = asyncio.Event()
    peer.on_delivery = lambda activity: underway.set()
    made = [(await node.publish(f"Tilbud {number}")).activity for number in range(4)]
    await underway.wait()
    node.shift(WRONG)
    # Claimed by the new time, so the worker has looked since the leap.
    made.append((await node.publish("Etter spranget")).activity)
    last = "SELECT lease_until IS NOT NULL FROM deliveries ORDER BY seq DESC LIMIT 1"
    await node.eventually(last, 1)
    peer.post_gate.set()
    await node.idle()
    assert {activity: peer.attempts[activity or ""] for activity in made} == dict.fromkeys(made, 1)
    await node.check_sound()


async def test_x19_a_step_back_stops_nothing(faults: Faults) -> None:
    """What is published and what comes in goes on at once; pauses are not measured by the clock."""
    node, peer, alice = faults.node, faults.peer, faults.alice
    node.shift(-WRONG)
    made = await node.publish("Etter tilbakestilling")
    create = alice.activity("Create", alice.offer())
    assert await alice.post(node.inboxes[0], create, date=now() - WRONG) == 202
    await node.idle()
    assert peer.arrived()[made.activity or ""] == 1
    node.check_once([create])
    await node.check_sound()
