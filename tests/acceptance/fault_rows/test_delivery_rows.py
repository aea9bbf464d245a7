"""SECURITY.md X12, X14 and X16: servers that are slow, busy, gone or stuck on one message."""

import asyncio
from datetime import timedelta

from tests.acceptance.fault_rows.conftest import Faults
from tests.acceptance.fault_rows.faulty_node import FaultyNode
from vocab.clock import now, parse_time

DEAD = "SELECT count(*) FROM deliveries WHERE state = 'dead'"
TRIED = "SELECT count(*) FROM deliveries WHERE attempts = 1"


def next_attempt(node: FaultyNode) -> str:
    """Return when the first message that waits is tried again."""
    return str(node.rows("SELECT min(next_attempt_at) FROM deliveries")[0][0])


async def test_x12_a_server_that_takes_long_holds_up_no_other(faults: Faults) -> None:
    """All that others are to get arrives while it is still being waited for."""
    node, slow, quick = faults.node, faults.peer, faults.other
    await node.become_followed_by(quick.cluster("bob"))
    await node.idle()
    slow.post_gate = asyncio.Event()
    made = [(await node.publish(f"Tilbud {number}")).activity for number in range(12)]
    to_quick = f"SELECT count(*) FROM deliveries WHERE host = '{quick.host}'"  # noqa: S608  # a test's own words
    await node.eventually(to_quick, 0)
    assert {activity: quick.arrived()[activity or ""] for activity in made} == dict.fromkeys(
        made, 1
    )
    assert node.rows("SELECT count(*) FROM deliveries")[0][0] == len(made)
    slow.post_gate.set()
    await node.idle()
    await node.check_sound()


async def test_x14_a_request_to_wait_is_honoured_and_clamped(faults: Faults) -> None:
    """503 with Retry-After: not before, though never longer than a day; then it arrives."""
    node, peer = faults.node, faults.peer
    peer.answer, peer.answer_headers = 503, {"Retry-After": str(30 * 86_400)}
    made = await node.publish("Om tretti dager")
    await node.eventually(TRIED, 1)
    until = parse_time(next_attempt(node)) - now()
    assert timedelta(hours=23) < until <= timedelta(days=1, minutes=1)
    await node.publish("Får vente den også")
    assert peer.attempts.total() - peer.arrived().total() == 1
    peer.answer, peer.answer_headers = 202, {}
    node.shift(timedelta(days=1, hours=1))
    await node.idle()
    assert peer.arrived()[made.activity or ""] == 1
    await node.check_sound()


async def test_x14_400_is_not_tried_again_and_410_ends_all(faults: Faults) -> None:
    """A message that is not understood is given up at once; of an inbox that is gone all goes."""
    node, peer = faults.node, faults.peer
    peer.answer = 400
    made = await node.publish("Uforståelig")
    await node.eventually(DEAD, 1)
    assert peer.attempts[made.activity or ""] <= 2, "once in each form of signature"
    failures = f"SELECT failures FROM peers WHERE host = '{peer.host}'"  # noqa: S608  # a test's own words
    assert node.rows(failures) == [(0,)]
    peer.answer = 410
    await node.publish("Til ingen")
    await node.idle()
    assert node.rows("SELECT count(*) FROM deliveries") == [(1,)]
    await node.check_sound()


async def test_x16_one_message_that_always_fails_holds_up_no_other(faults: Faults) -> None:
    """The others arrive; the one is tried ever more slowly, and given up in the end."""
    node, peer = faults.node, faults.peer
    stuck: list[str] = []

    def fail_first(activity: dict[str, object]) -> None:
        about = activity.get("object")
        if activity["type"] == "Create" and isinstance(about, dict) and not stuck:
            stuck.append(about["id"])
            peer.answers_about[about["id"]] = 500

    peer.on_delivery = fail_first
    poison = await node.publish("Gift")
    await node.eventually(TRIED, 1)
    others = [(await node.publish(f"Frisk {number}")).activity for number in range(10)]
    left = "SELECT count(*) FROM deliveries"
    await node.eventually(left, 1)
    assert all(peer.arrived()[activity or ""] == 1 for activity in others)
    assert peer.arrived()[poison.activity or ""] == 0
    shifted = timedelta()
    while node.rows(DEAD)[0][0] == 0:
        tried = peer.attempts[poison.activity or ""]
        assert tried <= 16
        shifted += timedelta(days=1)
        node.shift(shifted)
        await _tried_again(node, peer.attempts, poison.activity or "", tried)
    assert peer.attempts[poison.activity or ""] == 16
    await node.check_sound()


async def _tried_again(
    node: FaultyNode, attempts: dict[str, int], activity: str, before: int
) -> None:
    """Return when *activity* was tried once more and that is written down."""
    query = f"SELECT attempts FROM deliveries WHERE activity = '{activity}'"  # noqa: S608  # a test's own words
    await node.eventually(query, before + 1)
    assert attempts[activity] == before + 1
