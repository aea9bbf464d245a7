"""Late, early, doubled and old messages (X17, X18): each has one effect, the right one."""

import asyncio

import pytest

from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.live_node import LiveNode, settled, until
from tests.integration.nodes.scripted_server import ScriptedActor, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _renamed(thing: Wire, title: str, updated: str) -> Wire:
    """Return *thing* as its author changed it at *updated*."""
    return thing | {"name": title, "nameMap": {"en": title}, "updated": updated}


async def _take(node: LiveNode, actor: ScriptedActor, activity: Wire) -> tuple[str, str]:
    """Send *activity* to *node*; return what became of it."""
    assert await actor.post(f"{node.base}/inbox", activity) == 202, actor.last_text
    return await node.outcome(activity["id"])


async def test_a_delete_before_its_create_wins(nodes: Nodes) -> None:
    """Whatever comes later, the thing stays deleted (X18)."""
    south, early = nodes.south, nodes.honest.cluster("early")
    await let_follow(south, early)
    offer = early.offer()
    stone = {"id": offer["id"], "type": "Tombstone", "deleted": "2026-11-23T12:00:00Z"}
    assert (await _take(south, early, early.activity("Delete", stone)))[0] == "done"
    assert (await _take(south, early, early.activity("Create", offer)))[0] == "ignored"
    assert await south.status(f"/resource?iri={offer['id']}") == 410


async def test_nobody_deletes_in_advance_what_is_not_theirs(nodes: Nodes) -> None:
    """A sibling's Delete of a thing yet to come does not keep it out (FEP-fe34)."""
    south = nodes.south
    owner, sibling = nodes.honest.cluster("author"), nodes.honest.cluster("sibling", 1)
    await let_follow(south, owner)
    await let_follow(south, sibling)
    offer = owner.offer()
    stone = {"id": offer["id"], "type": "Tombstone"}
    await _take(south, sibling, sibling.activity("Delete", stone))
    assert (await _take(south, owner, owner.activity("Create", offer)))[0] == "done"
    assert await south.status(f"/resource?iri={offer['id']}") == 200


async def test_an_update_that_is_not_newer_is_ignored(nodes: Nodes) -> None:
    """Older or as old as what stands: the newer text stays."""
    south, author = nodes.south, nodes.honest.cluster("editor")
    await let_follow(south, author)
    offer = author.offer("First")
    await _take(south, author, author.activity("Create", offer))
    newer = _renamed(offer, "Third", "2026-11-23T11:00:03Z")
    assert (await _take(south, author, author.activity("Update", newer)))[0] == "done"
    for time in ("2026-11-23T11:00:02Z", "2026-11-23T11:00:03Z"):
        older = _renamed(offer, "Second", time)
        assert (await _take(south, author, author.activity("Update", older)))[0] == "ignored"
    row = await south.resource(offer["id"])
    assert row is not None
    assert (row["title"], row["version"]) == ("Third", 2)


async def test_an_update_before_its_create_is_the_thing(nodes: Nodes) -> None:
    """The Create that comes after it is older, and ignored (X18)."""
    south, author = nodes.south, nodes.honest.cluster("hasty")
    await let_follow(south, author)
    offer = author.offer("Before")
    changed = _renamed(offer, "After", "2026-11-23T11:00:00Z")
    assert (await _take(south, author, author.activity("Update", changed)))[0] == "done"
    assert (await _take(south, author, author.activity("Create", offer)))[0] == "ignored"
    row = await south.resource(offer["id"])
    assert row is not None
    assert row["title"] == "After"


async def test_a_hundred_duplicates_have_one_effect(nodes: Nodes) -> None:
    """Through both inboxes at once: one row in the journal, one change."""
    south, author = nodes.south, nodes.honest.cluster("stutterer")
    await let_follow(south, author)
    activity = author.activity("Create", author.offer())
    inboxes = (f"{south.base}/inbox", f"{south.cluster}/inbox")
    statuses = await asyncio.gather(
        *(author.post(inboxes[number % 2], activity) for number in range(100))
    )
    assert set(statuses) == {202}
    assert (await south.outcome(activity["id"]))[0] == "done"
    await settled(south)
    assert sum(row["activity"] == activity["id"] for row in await south.inbox()) == 1
    assert await south.logged_changes(activity["object"]["id"]) == 1


async def test_the_same_thing_in_several_activities_changes_once(nodes: Nodes) -> None:
    """Other ids around the same object: the object is as new as what stands."""
    south, author = nodes.south, nodes.honest.cluster("repeater")
    await let_follow(south, author)
    offer = author.offer()
    for _ in range(3):
        await _take(south, author, author.activity("Create", offer))
    assert await south.logged_changes(offer["id"]) == 1


async def test_an_announced_thing_is_read_where_it_stands(nodes: Nodes) -> None:
    """Never from the announcer's copy; of an author whom nobody follows it is not taken in."""
    south, herald = nodes.south, nodes.honest.cluster("herald")
    await let_follow(south, herald)
    offer = herald.offer("The real one")
    nodes.honest.documents[offer["id"].removeprefix(nodes.honest.base)] = {
        "@context": herald.activity("x", "y")["@context"],
        **offer,
    }
    announce = herald.activity(
        "Announce", _renamed(offer, "A doctored one", "2026-11-23T11:00:00Z")
    )
    assert (await _take(south, herald, announce))[0] == "done"
    row = await south.resource(offer["id"])
    assert row is not None
    assert (row["title"], row["authenticated_by"]) == ("The real one", "Fetch")
    author = nodes.evil.actor("unknown")
    foreign = author.offer("Of a stranger")
    nodes.evil.documents[foreign["id"].removeprefix(nodes.evil.base)] = foreign
    assert (await _take(south, herald, herald.activity("Announce", foreign["id"])))[0] == "ignored"
    assert await south.resource(foreign["id"]) is None


async def test_an_actor_that_deletes_itself_takes_all_with_it(nodes: Nodes) -> None:
    """Its things, its follows and its keys: nothing signed by it counts any more."""
    south, leaver = nodes.south, nodes.evil.cluster("leaver")
    await let_follow(south, leaver)
    offer = leaver.offer()
    await _take(south, leaver, leaver.activity("Create", offer))
    await until(lambda: south.knows(offer["id"]), "the offer is known")
    nodes.evil.documents["/actors/leaver"] = 410
    assert (await _take(south, leaver, leaver.activity("Delete", leaver.iri)))[0] == "done"

    async def gone() -> bool:
        return not await south.knows(offer["id"])

    await until(gone, "its things are gone")
    again = leaver.activity("Create", leaver.offer())
    status = await leaver.post(f"{south.base}/inbox", again)
    assert status in (401, 410)
    assert leaver.iri not in (await south.get("/cluster/following?page=1"))[1]
