"""Follow, Accept, Reject, Undo and what the desk decides about servers."""

import pytest

from node.desk.follow_address import unfollow_address
from node.storage import deliveries, follows
from tests.integration.nodes.conftest import Nodes, become_follower, befriend, let_follow
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, settled, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _follow_state(node: LiveNode, follower: str, followed: str) -> str | None:
    async with node.database.reading() as connection:
        row = await follows.get(connection, follower, followed)
    return row.state if row else None


async def test_following_twice_asks_once(nodes: Nodes) -> None:
    """Who is followed already is not asked again."""
    assert await nodes.north.follow(nodes.south.address) is False


async def test_a_cluster_is_found_by_its_home_page(nodes: Nodes) -> None:
    """What people copy from the address bar leads to the actor."""
    assert await nodes.north.follow(f"{nodes.south.base}/") is False


async def test_followers_are_counted_and_not_named(nodes: Nodes) -> None:
    """The followers collection has a total and no pages."""
    found = await nodes.north.get_json("/cluster/followers")
    assert found["totalItems"] >= 1
    assert "first" not in found
    assert nodes.south.host not in (await nodes.north.get("/cluster/followers"))[1]


async def test_our_undo_ends_what_the_other_sends(fresh_nodes: Nodes) -> None:
    """After it, the former follower gets nothing more and takes nothing in."""
    north, south = fresh_nodes.north, fresh_nodes.south
    await befriend(fresh_nodes)
    assert await unfollow_address(south.folder, north.address) is True
    assert await unfollow_address(south.folder, north.address) is False

    async def undone() -> bool:
        return await _follow_state(north, south.cluster, north.cluster) == "undone"

    await until(undone, "the followed node knows")
    made = await north.publish(offer("Bare for følgere"))
    assert made.deliveries == 0
    await settled(south)
    assert await south.resource(made.iri) is None
    # The other direction stands.
    told = await south.publish(offer("Fra sør"))
    assert told.deliveries == 1
    # And it can be taken up again: what was missed is read.
    assert await south.follow(north.address) is True
    await until(lambda: south.knows(made.iri), "what was missed is there")


async def test_only_its_own_actor_undoes_a_follow(nodes: Nodes) -> None:
    """An Undo by anyone else leaves the Follow as it is."""
    north = nodes.north
    fan, rival = nodes.honest.actor("fan"), nodes.honest.actor("rival", 1)
    await become_follower(fan, north)
    follow = {"id": fan.new_iri(), "type": "Follow", "actor": fan.iri, "object": north.cluster}
    forged = rival.activity("Undo", follow)
    status = await rival.post(f"{north.base}/inbox", forged)
    if status == 202:
        assert (await north.outcome(forged["id"]))[0] != "done"
    assert await _follow_state(north, fan.iri, north.cluster) == "accepted"
    undo = fan.activity("Undo", follow)
    assert await fan.post(f"{north.base}/inbox", undo) == 202
    assert (await north.outcome(undo["id"]))[0] == "done"
    assert await _follow_state(north, fan.iri, north.cluster) == "undone"


async def test_a_reject_ends_our_follow(nodes: Nodes) -> None:
    """What a server rejects us from is taken in no more; a stranger's Reject changes nothing."""
    south, closed = nodes.south, nodes.honest.cluster("closed")
    stranger = nodes.evil.actor("stranger", 1)
    await let_follow(south, closed)
    follow = await closed.receives("Follow", closed.iri)
    forged = stranger.activity("Reject", follow["id"])
    assert await stranger.post(f"{south.base}/inbox", forged) == 202
    assert (await south.outcome(forged["id"]))[0] == "ignored"
    assert await _follow_state(south, south.cluster, closed.iri) == "accepted"
    reject = closed.activity("Reject", follow["id"])
    assert await closed.post(f"{south.base}/inbox", reject) == 202
    assert (await south.outcome(reject["id"]))[0] == "done"
    assert await _follow_state(south, south.cluster, closed.iri) == "rejected"
    create = closed.activity("Create", closed.offer())
    assert await closed.post(f"{south.base}/inbox", create) == 202
    assert (await south.outcome(create["id"]))[0] == "ignored"


async def test_an_accept_that_was_not_asked_for_means_nothing(nodes: Nodes) -> None:
    """Neither of a Follow that never was, nor of one that somebody else was asked (A18)."""
    south, mallory = nodes.south, nodes.evil.actor("mallory")
    for follow in (f"{south.base}/activities/never", mallory.new_iri()):
        accept = mallory.activity("Accept", follow)
        assert await mallory.post(f"{south.base}/inbox", accept) == 202
        assert (await south.outcome(accept["id"]))[0] == "ignored"
    assert await _follow_state(south, south.cluster, mallory.iri) is None


async def test_nothing_is_taken_from_a_blocked_server_nor_sent_to_it(nodes: Nodes) -> None:
    """Its Follow is turned away, its things are not taken in, nothing waits for it."""
    north, pest = nodes.north, nodes.evil.cluster("pest")
    await let_follow(north, pest)
    await become_follower(pest, north)
    await north.decide(nodes.evil.host, "blocked")
    create = pest.activity("Create", pest.offer("Spam"))
    await pest.post(f"{north.base}/inbox", create)
    made = await north.publish(offer("Ikke for alle"))
    await settled(north)
    assert await north.resource(create["object"]["id"]) is None
    assert not any(made.iri in str(activity) for activity in nodes.evil.received)
    follow = pest.activity("Follow", north.cluster)
    assert await pest.post(f"{north.base}/inbox", follow) == 403
    assert not any(row["activity"] == follow["id"] for row in await north.inbox())
    async with north.database.reading() as connection:
        assert await deliveries.count_by_state(connection) == {}
    await north.decide(nodes.evil.host, "approved")
    again = pest.activity("Create", pest.offer("Besinnet"))
    assert await pest.post(f"{north.base}/inbox", again) == 202
    assert (await north.outcome(again["id"]))[0] == "done"


async def test_the_instance_actor_is_not_followed(nodes: Nodes) -> None:
    """Who asks is told so, by the instance actor itself; an embedded actor is named by its id."""
    north, curious = nodes.north, nodes.honest.actor("curious", 3)
    instance = north.folder.identity.instance
    follow = curious.activity("Follow", instance, actor={"id": curious.iri, "type": "Person"})
    assert await curious.post(f"{north.base}/inbox", follow) == 202
    rejected = await curious.receives("Reject", follow["id"])
    assert rejected["actor"] == instance
    assert rejected["to"] == [curious.iri]
    assert rejected["object"]["actor"] == curious.iri
    assert (await north.outcome(follow["id"]))[0] == "refused"


async def test_a_new_node_may_follow_and_waits_with_the_rest(nodes: Nodes) -> None:
    """What is public goes to it; nothing of its is taken in before the desk approves it."""
    north, newcomer = nodes.north, nodes.honest.cluster("newcomer", 1)
    await become_follower(newcomer, north)
    made = await north.publish(offer("Åpent for nye"))
    await newcomer.receives("Create", made.iri)
    create = newcomer.activity("Create", newcomer.offer())
    assert await newcomer.post(f"{north.base}/inbox", create) == 202
    assert (await north.outcome(create["id"]))[0] == "ignored"


async def test_a_member_can_be_followed_and_announces_its_offers(nodes: Nodes) -> None:
    """Who follows one company hears of its offers, and of no other's."""
    north, fan = nodes.north, nodes.honest.actor("reader", 1)
    (company,) = await north.publish_all([member("Fjord Data AS", organisation_number(900))])

    async def is_actor() -> bool:
        path = f"/.well-known/webfinger?resource={company.iri}"
        return await north.status(path) == 200

    await until(is_actor, "the member has its keys")
    await become_follower(fan, north, company.iri)
    other = await north.publish(offer("Av en annen"))
    made = await north.publish(offer("Datarom", provider=company.iri))
    announce = await fan.receives("Announce", made.iri)
    assert announce["actor"] == company.iri
    assert not any(
        other.iri in str(activity)
        for activity in nodes.honest.received
        if activity["type"] == "Announce"
    )
    outbox = await north.get_json(f"{company.iri}/outbox?page=1")
    assert [item["object"] for item in outbox["orderedItems"]] == [made.iri]


async def test_a_late_undo_of_an_older_follow_ends_no_newer_one(nodes: Nodes) -> None:
    """Whoever followed, stopped and follows again goes on following."""
    south, fan = nodes.south, nodes.evil.cluster("fan")
    first = fan.activity("Follow", south.cluster, to=[south.cluster])
    second = fan.activity("Follow", south.cluster, to=[south.cluster])
    for activity in (first, second, fan.activity("Undo", first)):
        assert await fan.post(f"{south.base}/inbox", activity) == 202
        await south.outcome(activity["id"])
    assert await _follow_state(south, fan.iri, south.cluster) == "accepted"
    other = fan.activity("Undo", second | {"id": fan.new_iri("activities")})
    assert await fan.post(f"{south.base}/inbox", other) == 202
    await south.outcome(other["id"])
    assert await _follow_state(south, fan.iri, south.cluster) == "undone"
