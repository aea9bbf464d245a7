"""What is for the network, anonymous or private shows nowhere that it must not."""

import json
from dataclasses import replace

import pytest

from node.publishing.approve_peer import approve_peer
from node.storage import resources
from tests.integration.nodes.conftest import Nodes, become_follower, befriend, let_follow
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import LiveNode, settled, until
from vocab.classes import ResourceClass

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = ("/", "/offers", "/members", "/concepts", "/cluster")
DATA = ("/offers", "/offers?page=1", "/members?page=1", "/cluster/outbox?page=1", "/nodeinfo/2.1")


async def surfaces(node: LiveNode) -> str:
    """Return all that a stranger can read in lists, feeds of changes, outbox and queries."""
    texts = [(await node.get(path, "text/html"))[1] for path in PAGES]
    texts += [(await node.get(path))[1] for path in DATA]
    texts += [json.dumps(await node.changes()), await node.whole_graph()]
    return "\n".join(texts)


async def test_what_is_for_the_network_reaches_approved_nodes_only(nodes: Nodes) -> None:
    """Not followers that are no nodes, not nodes that wait for the desk."""
    north, south = nodes.north, nodes.south
    pending = nodes.evil.cluster("pending")
    person = nodes.honest.actor("person", 1)
    await become_follower(pending, north)
    await become_follower(person, north)
    made = await north.publish(offer("Fortrolig pilot", audienceLevel="network"))
    assert made.deliveries == 1
    public = await north.publish(offer("Åpen pilot"))
    await pending.receives("Create", public.iri)
    await person.receives("Create", public.iri)
    await settled(north, south)
    for server in (nodes.evil, nodes.honest):
        assert not any(made.iri in json.dumps(activity) for activity in server.received)
    held = await south.resource(made.iri)
    assert held is not None
    assert (held["audience"], held["authenticated_by"]) == ("network", "HttpSignature")


async def test_what_is_for_the_network_shows_on_no_public_surface(nodes: Nodes) -> None:
    """Of neither node: no list, change, outbox, graph, activity or address."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Skjult samarbeid", audienceLevel="network"))
    changed = await north.publish(offer("Skjult prosjekt", id=made.iri, audienceLevel="network"))
    await settled(north, south)
    assert await south.resource(made.iri) is not None
    for node in (north, south):
        seen = await surfaces(node)
        assert "Skjult" not in seen
        assert made.iri not in seen
        for path in (f"/resource?iri={made.iri}", f"/contact?about={made.iri}"):
            for accept in ("text/html", "application/activity+json", "text/turtle"):
                assert await node.status(path, accept) in (303, 404)
    name = made.iri.removeprefix(north.base)
    for path in (name, f"{name}.html", f"{name}.ttl", f"{name}/versions", f"{name}/versions/1"):
        assert await north.status(path, "text/html, */*;q=0.1") == 404
    for activity in (made.activity, changed.activity):
        assert activity is not None
        assert await north.status(activity) == 404
    await north.withdraw(made.iri)
    await settled(north, south)
    for node in (north, south):
        assert made.iri not in await surfaces(node)
    assert await north.status(made.iri) == 404
    assert await south.status(f"/resource?iri={made.iri}") == 404


async def test_an_approved_node_reads_what_is_for_the_network(nodes: Nodes) -> None:
    """By a signed GET; an unknown key, a stranger and no signature get 404, nothing is cached."""
    north = nodes.north
    friend, stranger = nodes.honest.cluster("ally", 2), nodes.evil.actor("outsider", 1)
    await let_follow(north, friend)
    made = await north.publish(offer("For venner", audienceLevel="network"))
    status, body = await friend.read(made.iri)
    assert status == 200, body
    assert json.loads(body)["id"] == made.iri
    assert (await stranger.read(made.iri))[0] == 404
    assert await north.status(made.iri) == 404
    assert "no-store" in friend.last_headers["Cache-Control"]


async def test_h7_no_reader_learns_that_something_is_there(nodes: Nodes) -> None:
    """Without a key the answer is that of an empty address; no stranger's key is fetched."""
    north = nodes.north
    friend, stranger = nodes.honest.cluster("silent", 3), nodes.evil.actor("spy", 1)
    await let_follow(north, friend)
    made = await north.publish(offer("Usett", audienceLevel="network"))
    nothing = f"{north.base}/offers/nothing-here"
    newcomer = nodes.honest.actor("newcomer", 4)
    nodes.honest.documents["/actors/newcomer"] = nodes.evil.documents["/actors/spy"] = 503
    for reader in (newcomer, stranger):
        seen = [await reader.read(url) for url in (made.iri, nothing)]
        assert seen[0] == seen[1]
        assert seen[0][0] == 404
    assert nodes.evil.fetched["/actors/spy"] == 0
    assert (await friend.read(made.iri))[0] == 200


async def test_a_node_that_is_approved_later_gets_what_stands(nodes: Nodes) -> None:
    """What is for the network is in no collection, so the approval itself sends it."""
    south, late = nodes.south, nodes.honest.cluster("late", 3)
    await become_follower(late, south)
    made = await south.publish(offer("Til netværket", audienceLevel="network"))
    await south.decide(nodes.honest.host, "pending")
    async with south.database.transaction() as connection:
        assert await approve_peer(connection, south.folder.identity, nodes.honest.host) is True
    await south.wake()
    received = await late.receives("Create", made.iri)
    assert received["object"]["to"] == [f"{south.cluster}/network"]


async def test_an_anonymous_offer_hides_its_company(nodes: Nodes) -> None:
    """The company stands in SQL and on no public surface, though it is a public member."""
    north, south = nodes.north, nodes.south
    (company,) = await north.publish_all([member("Hemmelig Fisk AS", organisation_number(11))])
    made = await north.publish(offer("Anonym kapasitet", provider=company.iri, anonymous=True))
    await settled(north, south)
    for node in (north, south):
        page = (await node.get(f"/resource?iri={made.iri}", "text/html"))[1]
        assert "Hemmelig Fisk" not in page
        of = f"SELECT ?p WHERE {{ GRAPH <{made.iri}> {{ ?s ?p <{company.iri}> }} }}"
        assert await node.knows(made.iri)
        assert await node.select(of) == []
    for suffix in ("", ".html", ".jsonld", ".ttl", ".nt", "/versions/1"):
        status, text = await north.get(made.iri + suffix, "*/*")
        assert status == 200
        assert company.iri not in text
        assert "Hemmelig Fisk" not in text
    assert made.activity is not None
    assert company.iri not in (await north.get(made.activity))[1]
    assert made.iri not in (await north.get(f"{company.iri}.html", "text/html"))[1]
    outbox = await north.get(f"{company.iri}/outbox?page=1")
    assert made.iri not in outbox[1]
    assert company.iri not in json.dumps([c for c in await north.changes() if c["id"] == made.iri])
    assert not any(
        company.iri in row["body"] for row in await south.inbox() if made.iri in row["body"]
    )
    async with north.database.reading() as connection:
        assert await resources.private_details(connection, made.iri) == {"provider": company.iri}


async def test_a_member_that_is_not_to_be_shown_is_not(nodes: Nodes) -> None:
    """«Offentlig = Nei»: no page, no feed, no graph, no address in the fediverse, no delivery."""
    north, south = nodes.north, nodes.south
    hidden = member("Lukket Verft AS", organisation_number(12), audience="private")
    (company,) = await north.publish_all([hidden])
    assert company.deliveries == 0
    await settled(north, south)
    for node in (north, south):
        seen = await surfaces(node)
        assert "Lukket Verft" not in seen
        assert company.iri not in seen
    for path in ("", ".html", ".ttl", "/versions", "/contact", "/outbox", "/followers"):
        assert await north.status(company.iri + path, "text/html, */*;q=0.5") == 404, path
    finger = f"/.well-known/webfinger?resource={company.iri}"
    assert await north.status(finger) == 404
    assert await south.resource(company.iri) is None


async def test_a_member_that_is_no_longer_to_be_shown_disappears(nodes: Nodes) -> None:
    """From both nodes; before, it was there. The handle does not answer either."""
    north, south = nodes.north, nodes.south
    number = organisation_number(13)
    (company,) = await north.publish_all([member("Snart Borte AS", number)])
    await until(lambda: south.knows(company.iri), "the member is known")
    await north.publish_all([member("Snart Borte AS", number, audience="private", iri=company.iri)])

    async def gone() -> bool:
        return await south.status(f"/resource?iri={company.iri}") == 410

    await until(gone, "the follower has it no more")
    await settled(north, south)
    for node in (north, south):
        assert "Snart Borte" not in await surfaces(node)
        assert not await node.knows(company.iri)
    for path in ("", ".html", "/versions", "/versions/1", "/outbox", "/followers"):
        assert await north.status(company.iri + path, "text/html, */*;q=0.5") in (404, 410), path
    assert await north.status(f"/.well-known/webfinger?resource={company.iri}") == 404
    stones = [item for item in await north.changes() if item["id"] == company.iri]
    assert [stone["type"] for stone in stones] == ["Tombstone"]


@pytest.mark.parametrize(
    ("consent", "shown"), [("2025-12-24", True), ("", False), ("2999-01-01", False)]
)
async def test_a_contact_person_is_named_on_one_page_by_consent(
    nodes: Nodes, consent: str, shown: bool
) -> None:
    """The member's own contact page, which searchers leave out; nothing else has the name."""
    north, south = nodes.north, nodes.south
    place = 41 + len(consent) + shown
    draft = replace(
        member(f"Kontakt {place} AS", organisation_number(place)),
        private={"contact": "Kari Eksempel", **({"consent": consent} if consent else {})},
    )
    (company,) = await north.publish_all([draft])
    await until(lambda: south.knows(company.iri), "the member is known")
    _, page = await north.get(f"{company.iri}/contact", "text/html")

    assert ("Kari Eksempel" in page) is shown
    assert ("noindex" in page) is shown
    _, elsewhere = await south.get(f"/contact?about={company.iri}", "text/html")
    for seen in (elsewhere, await surfaces(north), await surfaces(south)):
        assert "Kari" not in seen
    for path in ("", ".html", ".ttl"):
        assert "Kari" not in (await north.get(company.iri + path, "text/html, */*;q=0.5"))[1]


async def test_a_draft_is_nobody_elses(nodes: Nodes) -> None:
    """What a spreadsheet offers is a draft: no address, no list, no message; nor once withdrawn."""
    north, south = nodes.north, nodes.south
    made = await north.publish(offer("Bare et utkast"), ResourceClass.OFFER, publish=False)
    assert (made.change, made.deliveries) == ("drafted", 0)
    assert await north.status(made.iri) == 404
    await north.withdraw(made.iri)
    await settled(north, south)
    assert "Bare et utkast" not in await surfaces(north)
    assert await north.status(made.iri) == 404
    assert made.iri not in json.dumps(await north.changes())


async def test_an_activity_is_as_narrow_as_its_object_and_the_reverse(nodes: Nodes) -> None:
    """Neither widens the other."""
    south, author = nodes.south, nodes.honest.cluster("narrow", 2)
    await let_follow(south, author)
    network = [f"{author.iri}/network"]
    cases = (
        (author.activity("Create", author.offer("Says public"), to=network), "network"),
        (author.activity("Create", author.offer("Says network", to=network)), "network"),
    )
    for activity, audience in cases:
        assert await author.post(f"{south.base}/inbox", activity) == 202
        assert (await south.outcome(activity["id"]))[0] == "done"
        row = await south.resource(activity["object"]["id"])
        assert row is not None
        assert row["audience"] == audience


async def test_two_nodes_that_follow_each_other_have_what_stands_for_the_network(
    fresh_nodes: Nodes,
) -> None:
    """Following is approval: whichever comes last of the two, nothing is missed."""
    north, south = fresh_nodes.north, fresh_nodes.south
    ours = await north.publish(offer("Nord", audienceLevel="network"))
    theirs = await south.publish(offer("Sør", audienceLevel="network"))
    await befriend(fresh_nodes)

    async def both() -> bool:
        return bool(await south.resource(ours.iri)) and bool(await north.resource(theirs.iri))

    await until(both, "each holds what the other has for the network")


async def test_people_of_a_followed_persons_server_read_nothing_for_the_network(
    fresh_nodes: Nodes,
) -> None:
    """Approved is the server of a person here, but it is no node."""
    north, person = fresh_nodes.north, fresh_nodes.evil.actor("followed", 1)
    await let_follow(north, person)
    made = await north.publish(offer("Nett", audienceLevel="network"))

    assert (await fresh_nodes.evil.actor("anybody", 2).read(made.iri))[0] == 404
