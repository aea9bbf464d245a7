"""Activities that are taken in together: each sees what the ones before it did."""

from collections.abc import Callable
from typing import Any

import pytest

from node.storage import journal
from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.live_node import LiveNode, until
from tests.integration.nodes.scripted_server import ScriptedActor, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Give a switch that lets activities wait in the journal, as after a burst or a start."""
    claim, held = journal.claim_inbox, {"": False}

    async def claim_or_wait(*given: Any, **more: Any) -> Any:
        return [] if held[""] else await claim(*given, **more)

    monkeypatch.setattr("node.workers.process_inbox.journal.claim_inbox", claim_or_wait)

    def switch(on: bool) -> None:
        held[""] = on

    return switch


async def _outcomes(node: LiveNode, *activities: Wire) -> list[str]:
    return [(await node.outcome(activity["id"]))[0] for activity in activities]


async def _post(node: LiveNode, actor: ScriptedActor, *activities: Wire) -> None:
    for activity in activities:
        assert await actor.post(f"{node.base}/inbox", activity) == 202


async def test_who_deletes_itself_takes_along_what_it_just_made(
    nodes: Nodes, hold: Callable[[bool], None]
) -> None:
    """A Create and the Delete of its actor in one batch leave nothing public."""
    south, leaver = nodes.south, nodes.honest.cluster("leaver")
    await let_follow(south, leaver)
    hold(True)
    offer = leaver.offer("Of somebody who is gone")
    create, delete = leaver.activity("Create", offer), leaver.activity("Delete", leaver.iri)
    await _post(south, leaver, create, delete)
    hold(False)

    assert await _outcomes(south, create, delete) == ["done", "done"]
    row = await south.resource(offer["id"])
    assert row is not None
    assert row["state"] == "withdrawn"

    async def unknown() -> bool:
        return not await south.knows(offer["id"])

    await until(unknown, "the graph has nothing of it")


async def test_what_comes_right_after_an_accept_is_taken_in(
    nodes: Nodes, hold: Callable[[bool], None]
) -> None:
    """Even if others were looked at before: who is followed is read anew."""
    south = nodes.south
    known, fresh = nodes.honest.cluster("known", 1), nodes.honest.cluster("fresh", 2)
    await let_follow(south, known)
    await south.follow(fresh.address)
    follow = await fresh.receives("Follow", fresh.iri, of=south.cluster)
    hold(True)
    first = known.activity("Create", known.offer("From one followed before"))
    await _post(south, known, first)
    accept = fresh.activity("Accept", follow)
    network = [f"{fresh.iri}/network"]
    second = fresh.activity("Create", fresh.offer("Network", to=network), to=network)
    await _post(south, fresh, accept, second)
    hold(False)

    assert await _outcomes(south, first, accept, second) == ["done", "done", "done"]


async def test_what_overtakes_the_accept_waits_for_it(
    nodes: Nodes, hold: Callable[[bool], None]
) -> None:
    """What is for the network could never be read again, so it is not ignored."""
    south, hasty = nodes.south, nodes.honest.cluster("hasty", 3)
    await south.follow(hasty.address)
    follow = await hasty.receives("Follow", hasty.iri, of=south.cluster)
    network = [f"{hasty.iri}/network"]
    early = hasty.activity("Create", hasty.offer("Network", to=network), to=network)
    hold(True)
    await _post(south, hasty, early)
    hold(False)

    async def put_off() -> bool:
        rows = {row["activity"]: row for row in await south.inbox()}
        return rows[early["id"]]["attempts"] == 1

    await until(put_off, "it is put off")
    await _post(south, hasty, hasty.activity("Accept", follow))
    (row,) = [row for row in await south.inbox() if row["activity"] == early["id"]]
    assert row["state"] == "waiting"
    assert row["next_attempt_at"] > row["received_at"]
