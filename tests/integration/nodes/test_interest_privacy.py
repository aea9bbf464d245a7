"""What two desks have between them shows to nobody else, in whatever way one asks."""

import json

import pytest

from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desks import Desk, company, published, sent
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import LiveNode, settled
from tests.integration.nodes.test_audiences import surfaces
from tests.integration.nodes.test_interest_order import interest

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Hemmelig beskjed mellom kontorene"
FORMATS = ("application/activity+json", "application/ld+json", "text/html", "text/turtle", "*/*")


async def _whole_story(nodes: Nodes) -> tuple[str, list[str]]:
    """Let an interest go all the way; return its id and every id and word of it."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    hidden = await company(nodes.north, "Usynlig Verft AS", audience="private")
    made = await published(
        nodes.north, nodes.south, "Fortrolig vare", provider=hidden, anonymous=True
    )
    buyer = await company(nodes.south, "Usynlig Kunde ApS", audience="private")
    shown = await south.show(made.iri, buyer, SECRET, name_company=True)
    await north.sees(shown.iri, "sent")
    await north.name(shown.iri)
    for event in ("take_over", "accept", "complete"):
        await north.step(shown.iri, event, message=SECRET, note="internt notat")
    await south.sees(shown.iri, "completed")
    await settled(nodes.north, nodes.south)
    messages = [
        activity
        for node in (nodes.north, nodes.south)
        for activity in await sent(node)
        if shown.iri in json.dumps(activity)
    ]
    assert len(messages) >= 5
    agreement = (await south.view(shown.iri)).agreement
    assert agreement is not None
    receipts = [a["object"]["id"] for a in messages if a["type"] == "Create"]
    ids = [shown.iri, agreement, *receipts, *(activity["id"] for activity in messages)]
    return shown.iri, [*ids, SECRET, "internt notat", hidden, buyer, "Usynlig"]


async def test_nothing_of_it_is_in_any_list_graph_or_page(nodes: Nodes) -> None:
    """Pages, lists, outbox, changes, graph with provenance, of both nodes."""
    _, secrets = await _whole_story(nodes)
    for node in (nodes.north, nodes.south):
        seen = await surfaces(node)
        for secret in secrets:
            assert secret not in seen, secret
        assert "Agreement" not in await node.whole_graph()


async def test_nothing_of_it_is_at_its_own_address(nodes: Nodes) -> None:
    """404 for everyone who is not the other cluster, whatever format, signed or not."""
    _, secrets = await _whole_story(nodes)
    stranger = nodes.evil.cluster("prying", 2)
    for iri in {secret for secret in secrets if secret.startswith("http")}:
        for node in (nodes.north, nodes.south):
            if not iri.startswith(node.base):
                assert await node.status(f"/resource?iri={iri}", "text/html") == 404
                continue
            for accept in FORMATS:
                assert await node.status(iri, accept) == 404, iri
            assert (await stranger.read(iri))[0] == 404


async def test_whole_dataset_and_versions_hold_nothing_of_it(nodes: Nodes) -> None:
    """No resource, version, change or quad is made of what is private to two desks."""
    iri, secrets = await _whole_story(nodes)
    for node in (nodes.north, nodes.south):
        assert await node.resource(iri) is None
        await _rebuilt_without(node, secrets)


async def _rebuilt_without(node: LiveNode, secrets: list[str]) -> None:
    hashes = await node.rebuild()
    assert hashes["before"] == hashes["after"]
    graph = await node.whole_graph()
    assert not [secret for secret in secrets if secret in graph]


async def test_party_reads_what_is_between_the_two(nodes: Nodes) -> None:
    """By a request that the other cluster's own key signs; its neighbours get 404."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("reader")
    neighbour = nodes.honest.actor("next-door", 2)
    made = await nodes.north.publish(offer("Lesbar"))
    asked = interest(buyer, made.iri)
    assert await buyer.post(f"{nodes.north.base}/cluster/inbox", asked) == 202
    await north.sees(asked["id"], "sent")
    row = await north.step(asked["id"], "accept")
    accept = await buyer.receives("Accept", asked["id"])
    assert row.agreement is not None
    for iri in (row.agreement, accept["id"]):
        status, body = await buyer.read(iri)
        assert (status, json.loads(body)["id"]) == (200, iri)
        assert buyer.last_headers["Cache-Control"] == "private, no-store"
        assert "Access-Control-Allow-Origin" not in buyer.last_headers
        assert (await neighbour.read(iri))[0] == 404
        assert await nodes.north.status(iri) == 404
    assert json.loads((await buyer.read(row.agreement))[1])["attributedTo"] == nodes.north.cluster


async def test_messages_go_to_the_personal_inbox_of_the_other_cluster(nodes: Nodes) -> None:
    """Not to a shared inbox, and addressed to nobody else."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    made = await published(nodes.north, nodes.south, "Personlig")
    shown = await south.show(made.iri, await company(nodes.south, "Postkasse ApS"))
    await north.sees(shown.iri, "sent")
    await north.step(shown.iri, "take_over")
    await south.sees(shown.iri, "taken_over")
    for node, other in ((nodes.north, nodes.south), (nodes.south, nodes.north)):
        mine = [a for a in await sent(node) if shown.iri in json.dumps(a)]
        assert {tuple(activity["to"]) for activity in mine} == {(other.cluster,)}
        assert not any("cc" in activity for activity in mine)
        came = {row["activity"]: row["recipient"] for row in await other.inbox()}
        assert {came[activity["id"]] for activity in mine} == {other.cluster}
