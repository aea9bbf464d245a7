"""What strangers and neighbours say about things that are not theirs."""

from secrets import token_urlsafe

import pytest

from tests.integration.nodes.conftest import Nodes, let_follow
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled, until
from tests.integration.nodes.scripted_server import AS, ScriptedActor, Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _not_done(node: LiveNode, actor: ScriptedActor, activity: Wire) -> None:
    """Check that *activity* is refused at the door, or has no effect behind it."""
    status = await actor.post(f"{node.base}/inbox", activity)
    assert status in (202, 400, 401, 403), actor.last_text
    if status == 202:
        state, reason = await node.outcome(activity["id"])
        assert state in ("ignored", "refused"), reason
        assert reason


async def test_an_unsigned_post_is_unauthenticated(nodes: Nodes) -> None:
    """401 at every inbox, and nothing is journaled."""
    north, stranger = nodes.north, nodes.evil.actor("unsigned")
    activity = stranger.activity("Create", stranger.offer())
    for inbox in ("/inbox", "/cluster/inbox"):
        assert await stranger.post(f"{north.base}{inbox}", activity, signed=False) == 401
    assert activity["id"] not in str(await north.inbox())


async def test_a_delete_of_somebody_unknown_costs_nothing(nodes: Nodes) -> None:
    """202, no row, and no fetch but that of the key that is gone (SECURITY H1)."""
    north, ghost = nodes.north, nodes.evil.actor("ghost")
    nodes.evil.documents["/actors/ghost"] = 410
    activity = ghost.activity("Delete", ghost.iri)
    for _ in range(3):
        assert await ghost.post(f"{north.base}/inbox", activity) == 202
    assert activity["id"] not in str(await north.inbox())
    assert nodes.evil.fetched["/actors/ghost"] <= 1


async def test_an_id_that_no_index_can_hold_is_refused(nodes: Nodes) -> None:
    """400 on every database, with the reason; the same actor's next activity is taken."""
    north, wordy = nodes.north, nodes.honest.actor("wordy")
    activity = wordy.activity("Like", north.cluster)
    activity["id"] += token_urlsafe(2700)
    assert await wordy.post(f"{north.base}/inbox", activity) == 400
    assert "1000 bytes" in wordy.last_text
    assert await wordy.post(f"{north.base}/inbox", wordy.activity("Like", north.cluster)) == 202


async def test_a_context_that_gives_terms_another_meaning_is_refused(nodes: Nodes) -> None:
    """400 at the door, before the journal (SECURITY C3, C4)."""
    south, trickster = nodes.south, nodes.honest.cluster("trickster")
    await let_follow(south, trickster)
    games: list[Wire] = [
        {"@context": [AS, {"actor": "https://evil.example/actor"}]},
        {"@context": [AS, {"it": "as:actor"}]},
        {"@graph": [{"id": "http://x.example/1"}]},
        {"@included": [{"id": "http://x.example/1"}]},
    ]
    for game in games:
        activity = trickster.activity("Create", trickster.offer()) | game
        assert await trickster.post(f"{south.base}/inbox", activity) == 400, game
        assert activity["id"] not in str(await south.inbox())


async def test_a_neighbour_may_not_change_what_is_not_its_own(nodes: Nodes) -> None:
    """Update, Delete, Remove and Undo by a sibling on the same server (SECURITY A9)."""
    south = nodes.south
    owner, sibling = nodes.honest.cluster("alice"), nodes.honest.cluster("mallory", 1)
    await let_follow(south, owner)
    await let_follow(south, sibling)
    thing = owner.offer("Mine")
    create = owner.activity("Create", thing)
    assert await owner.post(f"{south.base}/inbox", create) == 202
    assert (await south.outcome(create["id"]))[0] == "done"
    doctored = sibling.offer("Theirs", id=thing["id"], updated="2026-11-23T12:00:00Z")
    doctored["attributedTo"] = owner.iri
    taken_over = doctored | {"attributedTo": sibling.iri}
    for activity in (
        sibling.activity("Update", doctored),
        sibling.activity("Update", taken_over),
        sibling.activity("Create", taken_over),
        sibling.activity("Delete", thing["id"]),
        sibling.activity("Delete", {"id": thing["id"], "type": "Tombstone"}),
        sibling.activity("Remove", thing["id"], target=f"{sibling.iri}/members"),
        sibling.activity("Undo", create),
    ):
        await _not_done(south, sibling, activity)
    row = await south.resource(thing["id"])
    assert row is not None
    assert (row["title"], row["owner"], row["state"]) == ("Mine", owner.iri, "published")


async def test_another_server_may_not_change_it_either(nodes: Nodes) -> None:
    """Cross-origin Create, Update, Delete and Undo, of a third node's and of our own things."""
    north, south = nodes.north, nodes.south
    evil = nodes.evil.cluster("cross")
    await let_follow(south, evil)
    theirs = await north.publish(offer("Nordens eget"))
    ours = await south.publish(offer("Sydens eget"))
    await until(lambda: south.knows(theirs.iri), "it is known")
    for victim in (theirs, ours):
        owner = north.cluster if victim is theirs else south.cluster
        wire = evil.offer("Owned", id=victim.iri, updated="2098-01-01T00:00:00Z")
        for document in (wire, wire | {"attributedTo": owner}):
            for kind in ("Create", "Update", "Add"):
                await _not_done(south, evil, evil.activity(kind, document))
        await _not_done(south, evil, evil.activity("Delete", victim.iri))
        await _not_done(
            south, evil, evil.activity("Delete", {"id": victim.iri, "type": "Tombstone"})
        )
        await _not_done(south, evil, evil.activity("Undo", victim.activity))
    await settled(south)
    assert await south.status(f"/resource?iri={theirs.iri}") == 200
    assert await south.status(ours.iri) == 200
    assert "Owned" not in await south.whole_graph()


async def test_a_document_says_nothing_about_other_things(nodes: Nodes) -> None:
    """Neither in another's graph nor about another's subject, by nesting or by fragments."""
    north, south = nodes.north, nodes.south
    evil = nodes.evil.cluster("writer")
    await let_follow(south, evil)
    victim = await north.publish(offer("Urørt"))
    await until(lambda: south.knows(victim.iri), "it is known")
    before = await south.select(
        f"SELECT ?p ?o WHERE {{ GRAPH <{victim.iri}> {{ <{victim.iri}> ?p ?o }} }}"
    )
    about = {"id": victim.iri, "type": "Note", "name": "Smeared", "content": "Smeared"}
    lies = evil.offer("Lies", tag=[about], context=about, inReplyTo=about)
    lies["publishes"] |= {"provider": about, "id": f"{victim.iri}#primary"}
    activity = evil.activity("Create", lies)
    status = await evil.post(f"{south.base}/inbox", activity)
    assert status in (202, 400)
    await settled(south)
    after = await south.select(
        f"SELECT ?p ?o WHERE {{ GRAPH <{victim.iri}> {{ <{victim.iri}> ?p ?o }} }}"
    )
    assert sorted(map(str, after)) == sorted(map(str, before))
    foreign = await south.select(
        f"SELECT ?g ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?s), "
        f'"{victim.iri}") && STRSTARTS(STR(?g), "{nodes.evil.base}")) }}'
    )
    assert foreign == []
    assert "Smeared" not in await south.whole_graph()


async def test_a_bad_item_in_the_changes_stops_nothing(nodes: Nodes) -> None:
    """Of a page of changes the good items are taken in, and the next page is read."""
    south, sloppy = nodes.south, nodes.honest.cluster("sloppy")
    context = sloppy.activity("x", "y")["@context"]
    good = {"@context": context, **sloppy.offer("A good one")}
    twisted = {"@context": [AS, {"name": "as:actor"}], **sloppy.offer("A twisted one")}
    foreign = {"@context": context, **sloppy.offer(), "id": f"{nodes.evil.base}/things/1"}
    no_member = {
        "@context": context,
        "type": "Organization",
        "kind": "LegalEntity",
        "id": sloppy.new_iri("members"),
        "inbox": f"{sloppy.iri}/inbox",
        "attributedTo": sloppy.iri,
        "name": "Nobody's",
    }
    items = [7, None, {}, {"id": 3}, {"@id": "x"}, twisted, foreign, no_member, good]
    nodes.honest.changes("sloppy", items)
    await let_follow(south, sloppy)
    await until(lambda: south.knows(good["id"]), "the good item is taken in")
    assert await south.resource(twisted["id"]) is None
    assert await south.resource(foreign["id"]) is None

    async def read_on() -> bool:
        return nodes.honest.fetched["/actors/sloppy/changes?since=1"] > 0

    await until(read_on, "the next page is read")


async def test_a_node_that_does_not_answer_is_asked_ever_more_seldom(nodes: Nodes) -> None:
    """Its changes are not asked for once a second, and others are read meanwhile."""
    south, broken = nodes.south, nodes.evil.cluster("broken")
    nodes.evil.documents["/actors/broken/changes"] = 500
    await let_follow(south, broken)
    fine = nodes.honest.cluster("fine")
    good = {"@context": fine.activity("x", "y")["@context"], **fine.offer("Read meanwhile")}
    nodes.honest.changes("fine", [good])
    await let_follow(south, fine)
    await until(lambda: south.knows(good["id"]), "the other is read")
    asked = nodes.evil.fetched["/actors/broken/changes"]
    assert 1 <= asked <= 3


async def test_a_redirect_lends_nobody_anothers_name(nodes: Nodes) -> None:
    """A place of V that leads on to E makes nothing of E's V's own (SECURITY A11)."""
    south = nodes.south
    victim, mallory = nodes.honest.cluster("victim"), nodes.evil.cluster("mallory", 1)
    await let_follow(south, victim)
    await let_follow(south, mallory)
    forged = f"{nodes.honest.base}/redirect"
    nodes.honest.documents["/redirect"] = f"{nodes.evil.base}/forged"
    context = {"@context": mallory.activity("", "")["@context"]}
    nodes.evil.documents["/forged"] = context | victim.offer("Forged", id=forged)
    for activity in (mallory.activity("Announce", forged), victim.activity("Create", forged)):
        await _not_done(south, victim if activity["type"] == "Create" else mallory, activity)
    assert await south.resource(forged) is None


async def test_a_neighbour_takes_nobodys_key_away(nodes: Nodes) -> None:
    """Whoever lists another's key id as its own: the other goes on signing with it."""
    south, alice = nodes.south, nodes.evil.actor("alice", 4)
    mallory = nodes.evil.actor("squatter", 5)
    own = nodes.evil.documents["/actors/squatter"]
    assert isinstance(own, dict)
    taken = {"id": alice.key_id, "owner": mallory.iri, "publicKeyPem": mallory.pair.public}
    own["publicKey"] = [own["publicKey"], taken]
    inbox = f"{south.base}/inbox"
    assert await mallory.post(inbox, mallory.activity("Like", south.cluster)) == 202
    assert await alice.post(inbox, alice.activity("Like", south.cluster)) == 202
    assert await mallory.post(inbox, mallory.activity("Like", south.cluster)) == 202
    assert await alice.post(inbox, alice.activity("Like", south.cluster)) == 202


async def test_a_cluster_takes_no_neighbour_for_its_member(nodes: Nodes) -> None:
    """A known actor whose own document says nothing of the cluster stays its own."""
    south = nodes.south
    neighbour, grabber = nodes.honest.actor("neighbour", 2), nodes.honest.cluster("grabber", 1)
    await let_follow(south, grabber)
    await let_follow(south, neighbour)
    claimed = {
        "type": "Organization",
        "kind": ["LegalEntity", "FormalOrganization"],
        "id": neighbour.iri,
        "inbox": f"{neighbour.iri}/inbox",
        "outbox": f"{neighbour.iri}/outbox",
        "preferredUsername": "neighbour",
        "attributedTo": grabber.iri,
        "memberOf": grabber.iri,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "published": "2026-11-23T10:00:00Z",
        "name": "Grabbed AS",
    }
    await _not_done(
        south, grabber, grabber.activity("Add", claimed, target=f"{grabber.iri}/members")
    )
    assert await south.resource(neighbour.iri) is None


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-12:00"])
async def test_times_beyond_the_calendar_fail_nothing(nodes: Nodes, time: str) -> None:
    """Neither the activity nor those that came with it."""
    south, author = nodes.south, nodes.honest.cluster(f"timeless{time[:1]}")
    await let_follow(south, author)
    activity = author.activity("Create", author.offer("When?", published=time, updated=time))
    assert await author.post(f"{south.base}/inbox", activity) == 202
    assert (await south.outcome(activity["id"]))[0] in ("done", "refused")


@pytest.mark.parametrize("place", [1e15, -1e15, True, "58"])
async def test_a_place_that_is_none_holds_nothing_up(nodes: Nodes, place: object) -> None:
    """The chart of the home page shows who says where it is, and nobody else."""
    south, far = nodes.south, nodes.honest.cluster("far", 3)
    actor = nodes.honest.documents["/actors/far"]
    assert isinstance(actor, dict)
    actor["location"] = {"type": "Place", "name": "Far", "latitude": place, "longitude": place}
    await let_follow(south, far)
    update = far.activity("Update", actor)
    assert await far.post(f"{south.base}/inbox", update) == 202
    await south.outcome(update["id"])
    assert await south.status("/", "text/html") == 200
