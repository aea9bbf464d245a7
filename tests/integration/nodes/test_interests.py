"""From interest to completed contact between the desks of two nodes (FEP-0837)."""

import json

import pytest

from node.errors import NodeError, UnknownResource
from tests.integration.nodes.conftest import Nodes
from tests.integration.nodes.desks import WHOLE_WAY, Desk, company, published, sent
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import settled, until
from vocab.classes import ResourceClass
from vocab.validation.marketplace import message_problems

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_both_desks_see_each_step_of_the_way(nodes: Nodes) -> None:
    """Sent, taken over, passed on, answered, accepted, completed: on both sides."""
    north, south = Desk(nodes.north), Desk(nodes.south, "Mette")
    provider = await company(nodes.north, "Havn AS")
    made = await published(nodes.north, nodes.south, "Lasting", provider=provider)
    buyer = await company(nodes.south, "Skib ApS")
    shown = await south.show(made.iri, buyer, "Vi vil høre mere.\n\nHilsen kontoret")
    seen = await north.sees(shown.iri, "sent")
    assert seen.message == "Vi vil høre mere.\nHilsen kontoret"
    assert (seen.peer_name, seen.quantity, seen.unit) == ("Cluster south", "1", "one")
    for event, state in WHOLE_WAY:
        await north.step(shown.iri, event, note="internt", message="Til dere")
        assert (await south.sees(shown.iri, state)).state == await north.state(shown.iri)
    there, here = await south.view(shown.iri), await north.view(shown.iri)
    assert there.agreement == here.agreement is not None
    assert [move.event for move in there.moves if not move.ours] == [
        event for event, _ in WHOLE_WAY
    ]
    assert {move.who for move in there.moves if not move.ours} == {nodes.north.cluster}
    assert here.moves[0].who == nodes.south.cluster
    assert {move.who for move in here.moves if move.ours} == {"Kari"}
    assert all(move.note == "" for move in there.moves if not move.ours)
    assert there.moves[-1].message == "Til dere"
    assert there.their_company == provider


async def test_what_is_sent_satisfies_the_fep(nodes: Nodes) -> None:
    """The FEP's tables hold for every message that two desks send each other."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    made = await published(nodes.north, nodes.south, "Kontroll")
    kinds = set()
    for end in ("accept", "decline", "withdraw", "counter"):
        buyer = await company(nodes.south, f"Regn {end} ApS")
        shown = await south.show(made.iri, buyer, name_company=end == "accept")
        await north.sees(shown.iri, "sent")
        await north.step(shown.iri, "take_over")
        await south.sees(shown.iri, "taken_over")
        await south.name(shown.iri)
        if end == "withdraw":
            await south.step(shown.iri, end)
            await north.sees(shown.iri, "withdrawn")
        elif end == "counter":
            other = await north.counter(shown.iri, "Heller slik?")
            await south.sees(other.iri, "sent")
            await south.step(other.iri, "decline", message="Nej tak")
        else:
            await north.step(shown.iri, end, message="Takk")
        if end == "accept":
            await north.step(shown.iri, "complete")
            await south.sees(shown.iri, "completed")
    await settled(nodes.north, nodes.south)
    for activity in [*await sent(nodes.north), *await sent(nodes.south)]:
        kinds.add((activity["type"], str(activity["object"])[:1] == "{"))
        assert message_problems(activity) == [], activity
        assert "proof" not in json.dumps(activity)
    assert {kind for kind, _ in kinds} == {
        "Offer",
        "Accept",
        "Reject",
        "Undo",
        "Update",
        "Create",
    }
    proposal = await nodes.north.get_json(made.activity or "")
    assert message_problems(proposal) == []


async def test_company_is_named_by_its_own_consent_only(nodes: Nodes) -> None:
    """Neither the one that asks nor the one behind an anonymous offer, before it is recorded."""
    north, south = Desk(nodes.north), Desk(nodes.south, "Mette")
    hidden = await company(nodes.north, "Skjult Verft AS")
    made = await published(nodes.north, nodes.south, "Anonym dokk", provider=hidden, anonymous=True)
    buyer = await company(nodes.south, "Diskret ApS", audience="private")
    shown = await south.show(made.iri, buyer)
    await north.sees(shown.iri, "sent")
    await north.step(shown.iri, "take_over")
    await south.sees(shown.iri, "taken_over")
    written = json.dumps([*await sent(nodes.north), *await sent(nodes.south)])
    assert buyer not in written
    assert hidden not in written
    assert (await north.view(shown.iri)).their_company is None
    assert (await south.view(shown.iri)).their_company is None
    await south.name(shown.iri)

    async def told(desk: Desk, name: str) -> bool:
        return (await desk.view(shown.iri)).their_company_name == name

    await until(lambda: told(north, "Diskret ApS"), "the company that asks is named")
    assert (await south.view(shown.iri)).their_company is None
    await north.name(shown.iri)
    await until(lambda: told(south, "Skjult Verft AS"), "the company that offers is named")
    view = await south.view(shown.iri)
    assert (view.consented_by, view.state) == ("Mette", "taken_over")
    assert view.their_company == hidden


async def test_need_is_answered_by_a_provider(nodes: Nodes) -> None:
    """The company that answers a need would provide, and is named as such."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    seeker = await company(nodes.north, "Søker AS")
    made = await nodes.north.publish(
        {key: value for key, value in offer("Trenger kai").items() if key != "publishes"}
        | {"publishes": offer("x")["publishes"] | {"receiver": seeker}},
        ResourceClass.NEED,
    )

    async def there() -> bool:
        return await nodes.south.resource(made.iri) is not None

    await until(there, "the need is there")
    helper = await company(nodes.south, "Hjælper ApS")
    shown = await south.show(made.iri, helper, name_company=True)
    view = await north.sees(shown.iri, "sent")
    assert (view.purpose, view.their_company) == ("request", helper)
    offered = next(a for a in await sent(nodes.south) if a["id"] == shown.iri)
    assert offered["object"]["stipulates"]["provider"]["id"] == helper
    assert "receiver" not in offered["object"]["stipulates"]


async def test_counter_offer_takes_the_place_of_the_one_before(nodes: Nodes) -> None:
    """Either side makes one; the other answers it as any Offer."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    amounts = {"resourceQuantity": {"hasUnit": "hour", "hasNumericalValue": 10}}
    made = await published(
        nodes.north,
        nodes.south,
        "Timer",
        publishes=offer("x")["publishes"] | amounts,
        unitBased=True,
    )
    assert message_problems(await nodes.north.get_json(made.activity or "")) == []
    buyer = await company(nodes.south, "Time ApS")
    with pytest.raises(NodeError, match="multiple of 10"):
        await south.show(made.iri, buyer, quantity="15")
    first = await south.show(made.iri, buyer, quantity="20")
    await north.sees(first.iri, "sent")
    second = await north.counter(first.iri, "Vi har bare tretti", quantity="30")
    await south.sees(first.iri, "countered")
    view = await south.sees(second.iri, "sent")
    assert (view.quantity, view.unit, view.in_reply_to) == ("30", "hour", first.iri)
    assert (view.side, view.our_company) == ("asked", buyer)
    third = await south.counter(second.iri, "Da ti", quantity="10")
    await north.sees(second.iri, "countered")
    await north.sees(third.iri, "sent")
    await north.step(third.iri, "accept")
    assert (await south.sees(third.iri, "accepted")).quantity == "10"
    await north.step(third.iri, "complete")
    await south.sees(third.iri, "completed")
    assert await north.state(second.iri) == await south.state(second.iri) == "countered"


async def test_interest_within_one_cluster_needs_nobody_else(nodes: Nodes) -> None:
    """Two members of one cluster: one desk takes every step, and nothing is sent."""
    desk = Desk(nodes.north)
    provider, buyer = [await company(nodes.north, name) for name in ("Selger AS", "Kjøper AS")]
    made = await nodes.north.publish(offer("Nærhandel", provider=provider))
    with pytest.raises(NodeError, match="own offer"):
        await desk.show(made.iri, provider)
    shown = await desk.show(made.iri, buyer)
    for event in ("take_over", "pass_on", "answer", "accept", "complete"):
        await desk.step(shown.iri, event)
    view = await desk.view(shown.iri)
    assert (view.side, view.state, view.peer) == ("both", "completed", None)
    assert (view.our_company, view.their_company) == (buyer, provider)
    assert not [activity for activity in await sent(nodes.north) if activity["id"] == shown.iri]
    assert await nodes.north.status(shown.iri) == 404


async def test_steps_that_are_not_ones_own_are_refused(nodes: Nodes) -> None:
    """Each desk takes its own steps, from where the interest stands, and says why not."""
    north, south = Desk(nodes.north), Desk(nodes.south)
    made = await published(nodes.north, nodes.south, "Steg")
    buyer = await company(nodes.south, "Steg ApS")
    shown = await south.show(made.iri, buyer)
    with pytest.raises(NodeError, match="has shown its interest already"):
        await south.show(made.iri, buyer)
    await north.sees(shown.iri, "sent")
    for desk, event in ((south, "accept"), (south, "complete"), (north, "withdraw")):
        with pytest.raises(NodeError, match="for the other desk"):
            await desk.step(shown.iri, event)
    with pytest.raises(NodeError, match="stands at “sent”"):
        await north.step(shown.iri, "complete")
    with pytest.raises(UnknownResource, match="There is no interest"):
        await north.step(f"{shown.iri}x", "accept")
    with pytest.raises(NodeError, match="5001 characters"):
        await north.step(shown.iri, "decline", message="x" * 5001)
    assert await north.state(shown.iri) == "sent"


async def test_interest_in_what_is_not_followed_is_read_from_there(fresh_nodes: Nodes) -> None:
    """A node that follows nobody may show interest; the offer is read at its own address."""
    north, south = Desk(fresh_nodes.north), Desk(fresh_nodes.south)
    made = await fresh_nodes.north.publish(offer("For alle"))
    buyer = await company(fresh_nodes.south, "Ny ApS")
    shown = await south.show(made.iri, buyer)
    await north.sees(shown.iri, "sent")
    assert await fresh_nodes.north.peer_state(fresh_nodes.south.host) == "pending"
    countered = await north.counter(shown.iri, "Heller slik")
    await south.sees(countered.iri, "sent")
    await south.step(countered.iri, "accept")
    await north.sees(countered.iri, "accepted")
    await north.step(countered.iri, "complete")
    await south.sees(countered.iri, "completed")
    assert await fresh_nodes.south.resource(made.iri) is None
