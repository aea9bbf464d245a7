"""Servers that do not agree on who follows whom are reconciled (FEP-8fcf; SECURITY H10)."""

import json

import pytest
from sqlalchemy import delete

from federation.collection_synchronization import HEADER, Synchronization, followers_digest
from node.storage import follows, messages, tables
from tests.integration.nodes.conftest import Nodes, become_follower, befriend, let_follow
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, until
from tests.integration.nodes.scripted_server import AS, ScriptedActor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def state_of(node: LiveNode, follower: str, followed: str) -> str | None:
    async with node.database.reading() as connection:
        row = await follows.get(connection, follower, followed)
    return row.state if row else None


def says(actor: ScriptedActor, followers: list[str], url: str = "") -> dict[str, str]:
    """Return the header by which *actor* says who follows it, and let its list say so."""
    url = url or f"{actor.iri}/part"
    path = f"{actor.iri}/part".removeprefix(actor.server.base)
    listed = {"@context": AS, "type": "OrderedCollection", "id": url, "orderedItems": followers}
    actor.server.documents[path] = listed
    said = Synchronization(
        collection=f"{actor.iri}/followers", url=url, digest=followers_digest(followers)
    )
    return {HEADER: said.header()}


async def test_two_nodes_say_the_same_of_each_other(fresh_nodes: Nodes) -> None:
    """What goes to followers has the digest of those at the receiver; nothing is fetched."""
    north, fan = fresh_nodes.north, fresh_nodes.honest.actor("fan")
    other = fresh_nodes.evil.actor("other", 1)
    await become_follower(fan, north)
    await become_follower(other, north)
    made = await north.publish(offer("Til følgere"))
    await fan.receives("Create", made.iri)
    (request,) = [each for each in fresh_nodes.honest.requests if HEADER in each.headers]
    assert followers_digest([fan.iri]) in request.headers[HEADER]
    assert HEADER.lower() in request.headers["Signature"]
    url = f"{north.cluster}/followers_synchronization"
    status, text = await fan.read(url)
    assert (status, json.loads(text)["orderedItems"]) == (200, [fan.iri])
    assert fan.last_headers["Cache-Control"] == "private, no-store"
    assert json.loads((await other.read(url))[1])["orderedItems"] == [other.iri]
    assert await north.status(url) == 401


async def test_a_follow_that_only_the_other_has_is_taken_back_there(fresh_nodes: Nodes) -> None:
    """As after this node lost it: an Undo goes out, and nothing comes any more."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    async with south.database.transaction() as connection:
        rows = tables.follows
        await connection.execute(delete(rows).where(rows.c.followed == north.cluster))
    await north.publish(offer("Ingen venter på den"))

    async def undone() -> bool:
        return await state_of(north, south.cluster, north.cluster) == "undone"

    await until(undone, "the Follow is taken back")


async def test_a_follow_that_the_other_does_not_have_is_over_and_the_desk_told(
    fresh_nodes: Nodes,
) -> None:
    """Here it is followed, there it is not listed: what is there counts."""
    south, author = fresh_nodes.south, fresh_nodes.honest.cluster("author")
    await let_follow(south, author)
    create = author.activity("Create", author.offer())
    inbox = f"{south.base}/inbox"
    same = says(author, [south.cluster])
    assert await author.post(inbox, create, extra=same) == 202
    await south.outcome(create["id"])
    assert author.server.fetched["/actors/author/part"] == 0
    again = author.activity("Create", author.offer())
    assert await author.post(inbox, again, extra=says(author, [])) == 202

    async def over() -> bool:
        return await state_of(south, south.cluster, author.iri) == "rejected"

    await until(over, "the Follow is over")
    async with south.database.reading() as connection:
        (told,) = await messages.page(connection, limit=9)
    assert (told.kind, told.url) == ("notice", author.iri)
    assert "skagerrak follow" in told.text


async def test_a_follow_whose_accept_was_lost_is_accepted(fresh_nodes: Nodes) -> None:
    """It stands in the list, so it was accepted."""
    south, author = fresh_nodes.south, fresh_nodes.honest.cluster("forgetful")
    await south.follow(author.address)
    await author.receives("Follow", author.iri)
    create = author.activity("Create", author.offer())
    extra = says(author, [south.cluster])
    assert await author.post(f"{south.base}/inbox", create, extra=extra) == 202

    async def accepted() -> bool:
        return await state_of(south, south.cluster, author.iri) == "accepted"

    await until(accepted, "the Follow is accepted")


async def test_a_header_about_others_or_leading_elsewhere_is_ignored(nodes: Nodes) -> None:
    """H10: nothing is fetched from a third server, and nothing changes."""
    south, liar = nodes.south, nodes.evil.cluster("liar", 1)
    victim = nodes.honest.cluster("victim")
    await let_follow(south, liar)
    await let_follow(south, victim)
    elsewhere = says(liar, [], url=f"{victim.iri}/part")
    of_others = says(victim, [])
    for extra in (elsewhere, of_others):
        create = liar.activity("Create", liar.offer())
        assert await liar.post(f"{south.base}/inbox", create, extra=extra) == 202
        await south.outcome(create["id"])
    probe = nodes.honest.cluster("probe")
    await let_follow(south, probe)
    last = probe.activity("Create", probe.offer())
    assert await probe.post(f"{south.base}/inbox", last, extra=says(probe, [])) == 202

    async def came_through() -> bool:
        return await state_of(south, south.cluster, probe.iri) == "rejected"

    await until(came_through, "what came after is done")
    assert nodes.honest.fetched["/actors/victim/part"] == 0
    for actor in (liar, victim):
        assert await state_of(south, south.cluster, actor.iri) == "accepted"


async def test_a_sender_is_asked_once_in_a_while(nodes: Nodes) -> None:
    """However often it says otherwise, its list is read once in ten minutes."""
    south, chatty = nodes.south, nodes.honest.cluster("chatty")
    await let_follow(south, chatty)
    extra = says(chatty, [south.cluster, f"{south.base}/members/nobody"])
    for _ in range(5):
        create = chatty.activity("Create", chatty.offer())
        assert await chatty.post(f"{south.base}/inbox", create, extra=extra) == 202
        await south.outcome(create["id"])

    async def asked() -> bool:
        return chatty.server.fetched["/actors/chatty/part"] >= 1

    await until(asked, "its list is read")
    assert chatty.server.fetched["/actors/chatty/part"] == 1
    assert await state_of(south, south.cluster, chatty.iri) == "accepted"
