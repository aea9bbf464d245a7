"""What was taken back, made anonymous or narrowed leaves no trace in what was said before."""

import pytest

from tests.integration.nodes.conftest import Nodes, become_follower
from tests.integration.nodes.drafts import member, offer, organisation_number
from tests.integration.nodes.live_node import ACTIVITY, LiveNode
from tests.integration.nodes.scripted_server import PUBLIC

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _activity(node: LiveNode, iri: str | None) -> str:
    assert iri is not None
    status, body = await node.get(iri)
    assert status == 200
    return body


async def test_the_activity_that_brought_a_thing_shows_it_while_it_stands(nodes: Nodes) -> None:
    """As it was sent; once the thing is withdrawn, by its id only."""
    made = await nodes.north.publish(offer("Tilbud fra Acme"))
    assert "Tilbud fra Acme" in await _activity(nodes.north, made.activity)
    await nodes.north.withdraw(made.iri)
    left = await _activity(nodes.north, made.activity)

    assert "Tilbud fra Acme" not in left
    assert made.iri in left


async def test_who_becomes_anonymous_is_named_by_no_earlier_activity(nodes: Nodes) -> None:
    """What named the company is withdrawn, and its offer published anew without it."""
    north = nodes.north
    (company,) = await north.publish_all([member("Sporløs AS", organisation_number(31))])
    made = await north.publish(offer("Sikkerhetstest", provider=company.iri))
    assert company.iri in await _activity(north, made.activity)
    await north.withdraw(made.iri)
    hidden = await north.publish(offer("Sikkerhetstest", provider=company.iri, anonymous=True))

    for activity in (made.activity, hidden.activity):
        assert company.iri not in await _activity(north, activity)
    assert await north.status(f"{made.iri}/versions/1", "application/ld+json") == 410


async def test_a_member_made_private_is_described_by_no_activity(nodes: Nodes) -> None:
    """Offentlig = Nei holds for what was said before, too."""
    north = nodes.north
    (shown,) = await north.publish_all([member("Nordvik Data AS", organisation_number(32))])
    hidden = member("Nordvik Data AS", organisation_number(32), audience="private", iri=shown.iri)
    await north.publish_all([hidden])

    assert await north.status(shown.iri) == 404
    assert "Nordvik" not in await _activity(north, shown.activity)


async def test_what_is_for_the_network_is_told_to_nobody_by_its_answers(nodes: Nodes) -> None:
    """A wrong signature gets the answer that nothing gets; what is read is kept nowhere."""
    north, peer = nodes.north, nodes.honest.cluster("reader")
    made = await north.publish(offer("Nett", audienceLevel="network"))
    for iri in (made.iri, f"{north.base}/offers/zzzzzzzz"):
        headers = {"Accept": ACTIVITY, "Signature": "x"}
        async with north.session.get(iri.removeprefix(north.base), headers=headers) as response:
            assert response.status == 404
    await become_follower(peer, north)
    await north.approve(nodes.honest.host)
    for path in ("", "/versions", "/versions/1"):
        assert (await peer.read(made.iri + path, "*/*"))[0] == 200
        assert peer.last_headers["Cache-Control"] == "private, no-store"
        assert "Signature" in peer.last_headers["Vary"]


async def test_a_member_for_the_network_is_announced_to_the_network(nodes: Nodes) -> None:
    """The Add says of itself what its object says."""
    draft = member("Nettbedrift AS", organisation_number(33), audience="network")
    (made,) = await nodes.north.publish_all([draft])
    sent = await nodes.north.outbox(made.activity)

    assert PUBLIC not in sent["to"]
    assert sent["to"] == sent["object"]["to"]


@pytest.mark.parametrize("number", ["99999999999999999999", "9" * 400, "²", "1x", "-1"])
async def test_versions_that_are_none_are_not_there(nodes: Nodes, number: str) -> None:
    """However long the number is."""
    made = await nodes.north.publish(offer("Versjoner"))
    assert await nodes.north.status(f"{made.iri}/versions/{number}", "*/*") == 404
