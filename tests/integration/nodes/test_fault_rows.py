"""SECURITY.md X16 and X18: an activity that breaks the worker, and things out of order."""

from typing import Any

import pytest
from sqlalchemy import update

from node.receiving.batch import Batch
from node.receiving.dispatch import dispatch as true_dispatch
from node.receiving.outcomes import Outcome, Received
from node.storage import tables
from node.workers import process_inbox
from tests.integration.nodes.conftest import Nodes, become_follower, let_follow
from tests.integration.nodes.live_node import LiveNode, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _hurry(node: LiveNode) -> None:
    """Let what was put off be due."""
    async with node.database.transaction() as connection:
        waiting = update(tables.inbox).where(tables.inbox.c.state == "waiting")
        await connection.execute(waiting.values(next_attempt_at=None))
    await node.wake()


async def test_x16_an_activity_that_breaks_the_worker(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left for the desk after five attempts; all others are taken in, before and after."""
    node, author = nodes.north, nodes.honest.cluster("breaker")
    await let_follow(node, author)
    poison = author.activity("Create", author.offer("Poison"))
    attempts = 0

    async def dispatch(batch: Batch, received: Received) -> Outcome:
        nonlocal attempts
        if received.activity == poison["id"]:
            attempts += 1
            raise RuntimeError("the worker stumbles")
        return await true_dispatch(batch, received)

    monkeypatch.setattr(process_inbox, "dispatch", dispatch)
    before, after = (author.activity("Create", author.offer(text)) for text in ("A", "B"))
    for activity in (before, poison, after):
        assert await author.post(f"{node.base}/inbox", activity) == 202
    assert await node.outcome(before["id"]) == ("done", "")
    assert await node.outcome(after["id"]) == ("done", "")

    async def left() -> bool:
        await _hurry(node)
        return (await _row(node, poison["id"]))["state"] == "failed"

    await until(left, "it is left")
    assert (await _row(node, poison["id"]))["attempts"] == process_inbox.ATTEMPTS
    # Once more with each batch that failed as a whole.
    assert process_inbox.ATTEMPTS <= attempts <= 2 * process_inbox.ATTEMPTS
    assert await node.resource(poison["object"]["id"]) is None


async def _row(node: LiveNode, activity: str) -> dict[str, Any]:
    return next(row for row in await node.inbox() if row["activity"] == activity)


async def test_x18_undo_before_its_follow(nodes: Nodes) -> None:
    """It ends nothing that is not there, and keeps nobody from following; then it does end it."""
    node, reader = nodes.north, nodes.honest.actor("hesitant", 1)
    follow = reader.activity("Follow", node.cluster, to=[node.cluster])
    undo = reader.activity("Undo", follow)
    assert await reader.post(f"{node.base}/inbox", undo) == 202
    assert (await node.outcome(undo["id"]))[0] == "ignored"
    before = (await node.get_json("/cluster/followers"))["totalItems"]
    await become_follower(reader, node)
    assert (await node.get_json("/cluster/followers"))["totalItems"] == before + 1
    again = reader.activity("Undo", reader.activity("Follow", node.cluster))
    assert await reader.post(f"{node.base}/inbox", again) == 202
    assert (await node.outcome(again["id"]))[0] == "done"
    assert (await node.get_json("/cluster/followers"))["totalItems"] == before
