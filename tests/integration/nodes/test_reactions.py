"""Likes and shares of our things are counted, once for each actor, and taken back by it."""

import pytest

from node.storage import reactions
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode
from tests.integration.nodes.scripted_server import ScriptedActor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def counts(node: LiveNode, iri: str) -> tuple[int, int]:
    async with node.database.reading() as connection:
        liked = await reactions.count(connection, iri, "like")
        return liked, await reactions.count(connection, iri, "share")


async def sent(node: LiveNode, actor: ScriptedActor, activity: dict[str, object]) -> str:
    assert await actor.post(f"{node.base}/inbox", activity) == 202
    return (await node.outcome(str(activity["id"])))[0]


async def test_likes_and_shares_of_strangers_are_counted_once(nodes: Nodes) -> None:
    """Whatever they are taken back by: the activity's id, or what it was about."""
    north = nodes.north
    ann, bo = nodes.honest.actor("ann"), nodes.evil.actor("bo", 1)
    made = await north.publish(offer("Populær"))
    like, share = ann.activity("Like", made.iri), ann.activity("Announce", made.iri)
    assert [await sent(north, ann, one) for one in (like, share)] == ["done", "done"]
    assert await sent(north, ann, ann.activity("Like", made.iri)) == "ignored"
    assert await sent(north, bo, bo.activity("Announce", made.iri)) == "done"
    assert await counts(north, made.iri) == (1, 2)

    forged = bo.activity("Undo", like)
    assert await bo.post(f"{north.base}/inbox", forged) == 403
    assert await sent(north, bo, bo.activity("Undo", bo.new_iri())) == "ignored"
    assert await counts(north, made.iri) == (1, 2)
    assert await sent(north, ann, ann.activity("Undo", like["id"])) == "done"
    other = {"type": "Announce", "id": bo.new_iri(), "actor": bo.iri, "object": made.iri}
    assert await sent(north, bo, bo.activity("Undo", other)) == "done"
    assert await counts(north, made.iri) == (0, 1)


async def test_what_is_not_shown_is_not_counted(nodes: Nodes) -> None:
    """Neither drafts of ours nor things of others."""
    north, ann = nodes.north, nodes.honest.actor("ann")
    hidden = await north.publish(offer("Utkast"), publish=False)
    for iri in (hidden.iri, f"{north.base}/offers/none", ann.new_iri()):
        assert await sent(north, ann, ann.activity("Like", iri)) == "ignored"
        assert await counts(north, iri) == (0, 0)
    assert await sent(north, ann, ann.activity("Announce", hidden.iri)) == "ignored"


async def test_who_is_gone_counts_no_more(nodes: Nodes) -> None:
    """An actor's own Delete takes its likes along."""
    north, gone = nodes.north, nodes.honest.actor("soon-gone")
    made = await north.publish(offer("Likt"))
    assert await sent(north, gone, gone.activity("Like", made.iri)) == "done"
    assert await sent(north, gone, gone.activity("Delete", gone.iri)) == "done"
    assert await counts(north, made.iri) == (0, 0)
