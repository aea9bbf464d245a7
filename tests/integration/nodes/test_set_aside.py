"""Activities that wait for a document of a slow server, and those that need none."""

import asyncio

import pytest

from node.workers import process_inbox
from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.live_node import until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_few_activities_wait_for_documents_at_a_time(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is put off without a failed attempt; others pass, and in the end all are done."""
    monkeypatch.setattr(process_inbox, "ASIDE", 2)
    monkeypatch.setattr(process_inbox, "PUT_OFF_SECONDS", 1)
    node, announcer = nodes.north, nodes.evil.cluster("announcer")
    await let_follow(node, announcer)
    gate = asyncio.Event()
    paths = [f"/actors/announcer/slow/{number}" for number in range(5)]
    announced = []
    for path in paths:
        iri = f"{nodes.evil.base}{path}"
        offer = announcer.offer(id=iri)
        nodes.evil.documents[path] = {"@context": announcer.activity("x", "y")["@context"], **offer}
        nodes.evil.gates[path] = gate
        announced.append(announcer.activity("Announce", iri))
        assert await announcer.post(f"{node.base}/inbox", announced[-1]) == 202
    create = announcer.activity("Create", announcer.offer())
    assert await announcer.post(f"{node.base}/inbox", create) == 202
    assert await node.outcome(create["id"]) == ("done", "")

    async def two_asked_for() -> bool:
        return sum(nodes.evil.fetched[path] for path in paths) == 2

    await until(two_asked_for, "two documents are asked for")
    ours = {activity["id"] for activity in announced}
    waiting = [row for row in await node.inbox() if row["activity"] in ours]
    assert {(row["state"], row["attempts"]) for row in waiting} == {("waiting", 0)}
    assert sum(row["next_attempt_at"] is not None for row in waiting) == 3
    gate.set()
    for activity in announced:
        assert await node.outcome(activity["id"]) == ("done", "")
    assert sum(nodes.evil.fetched[path] for path in paths) == 5
