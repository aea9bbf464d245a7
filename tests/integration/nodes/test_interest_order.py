"""Both desks come to the same state, whatever is late, twice, early or at the same time."""

from datetime import timedelta
from typing import Any

import pytest

from node.errors import NodeError
from tests.integration.nodes.conftest import Nodes, befriend, let_follow
from tests.integration.nodes.desks import Desk, company, published
from tests.integration.nodes.drafts import offer
from tests.integration.nodes.live_node import settled, until
from tests.integration.nodes.scripted_server import ScriptedActor, Wire
from vocab import clock

pytestmark = pytest.mark.asyncio(loop_scope="module")


def agreement(proposal: str, **changes: Any) -> Wire:
    """Return an agreement to *proposal* as others write it."""
    commitment = {
        "type": "Commitment",
        "satisfies": f"{proposal}#primary",
        "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": "1"},
    }
    return {"type": "Agreement", "stipulates": commitment | changes}


def interest(actor: ScriptedActor, proposal: str, **changes: Any) -> Wire:
    """Return the Offer of *actor* to whoever has published *proposal*."""
    to = {"to": [proposal.rsplit("/offers/", 1)[0] + "/cluster"]}
    return actor.activity("Offer", agreement(proposal)) | to | changes


async def test_same_offer_twice_has_one_effect(nodes: Nodes) -> None:
    """By both inboxes, and again under the same id."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("twice")
    made = await nodes.north.publish(offer("To ganger"))
    asked = interest(buyer, made.iri)
    for inbox in ("/inbox", "/cluster/inbox", "/inbox"):
        assert await buyer.post(f"{nodes.north.base}{inbox}", asked) == 202
    assert len((await north.sees(asked["id"], "sent")).moves) == 1
    undo = buyer.activity("Undo", asked["id"], to=asked["to"])
    for _ in range(2):
        assert await buyer.post(f"{nodes.north.base}/inbox", undo) == 202
        undo = undo | {"id": buyer.new_iri("activities")}
    view = await north.sees(asked["id"], "withdrawn")
    assert [move.event for move in view.moves] == ["send", "withdraw"]


async def test_withdrawal_that_comes_before_its_offer_counts(nodes: Nodes) -> None:
    """The journal remembers the Undo until the Offer is there."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("hasty")
    made = await nodes.north.publish(offer("Omvendt"))
    asked = interest(buyer, made.iri)
    undo = buyer.activity("Undo", asked["id"], to=asked["to"])
    assert await buyer.post(f"{nodes.north.base}/inbox", undo) == 202
    assert (await nodes.north.outcome(undo["id"]))[0] == "ignored"
    assert await buyer.post(f"{nodes.north.base}/inbox", asked) == 202
    await north.sees(asked["id"], "withdrawn")
    with pytest.raises(NodeError, match="withdrawn"):
        await north.step(asked["id"], "accept")


async def test_name_that_comes_before_its_offer_brings_the_interest(nodes: Nodes) -> None:
    """An Update of an Offer that is not here yet says all that the Offer would."""
    north, buyer = Desk(nodes.north), nodes.honest.actor("forward")
    made = await nodes.north.publish(offer("Navn først"))
    named = {"type": "Organization", "id": buyer.new_iri("members"), "name": "Først ApS"}
    asked = interest(buyer, made.iri, object=agreement(made.iri, receiver=named))
    update = buyer.activity("Update", {k: asked[k] for k in asked if k != "@context"})
    update["to"] = asked["to"]
    assert await buyer.post(f"{nodes.north.base}/inbox", update) == 202
    assert (await north.sees(asked["id"], "sent")).their_company_name == "Først ApS"
    late = asked | {"object": agreement(made.iri)}
    assert await buyer.post(f"{nodes.north.base}/inbox", late) == 202
    assert (await nodes.north.outcome(asked["id"]))[0] == "done"
    assert (await north.view(asked["id"])).their_company_name == "Først ApS"


async def test_answers_in_any_order_end_in_one_state(nodes: Nodes) -> None:
    """A confirmation before its Accept waits; a status that comes late changes nothing."""
    south, seller = Desk(nodes.south), nodes.honest.cluster("seller", 1)
    await let_follow(nodes.south, seller)
    thing = seller.offer("Maskin")
    create = seller.activity("Create", thing)
    assert await seller.post(f"{nodes.south.base}/inbox", create) == 202
    assert (await nodes.south.outcome(create["id"]))[0] == "done"
    buyer = await company(nodes.south, "Køber ApS")
    shown = await south.show(thing["id"], buyer)
    to = {"to": [nodes.south.cluster]}
    asked = await seller.receives("Offer", of=nodes.south.cluster)
    assert asked["id"] == shown.iri
    iri = seller.new_iri("agreements")
    result = agreement(thing["id"], id=f"{iri}#primary") | {"id": iri, "attributedTo": seller.iri}
    receipt = {
        "type": "Document",
        "id": seller.new_iri(),
        "attributedTo": seller.iri,
        "context": iri,
        **to,
    }
    confirmation = seller.activity("Create", receipt, **to)
    inbox = f"{nodes.south.base}/cluster/inbox"
    assert await seller.post(inbox, confirmation) == 202

    async def waits() -> bool:
        rows = {row["activity"]: row for row in await nodes.south.inbox()}
        return bool(rows[confirmation["id"]]["attempts"])

    await until(waits, "the confirmation waits for its agreement")
    accept = seller.activity("Accept", shown.iri, result=result, **to)
    assert await seller.post(inbox, accept) == 202
    await south.sees(shown.iri, "accepted")
    status = result | {"inReplyTo": shown.iri, "status": "https://w3id.org/skagerrak/ns#takenOver"}
    late = seller.activity("Update", status, **to)
    assert await seller.post(inbox, late) == 202
    assert (await nodes.south.outcome(late["id"]))[0] == "done"
    assert await south.state(shown.iri) == "accepted"
    await south.sees(shown.iri, "completed")


async def test_acceptance_and_withdrawal_at_once_end_as_withdrawn(fresh_nodes: Nodes) -> None:
    """The stated rule, on both sides, when neither knew of the other's step."""
    await befriend(fresh_nodes)
    north, south = Desk(fresh_nodes.north), Desk(fresh_nodes.south)
    made = await published(fresh_nodes.north, fresh_nodes.south, "Samtidig")
    shown = await south.show(made.iri, await company(fresh_nodes.south, "Rask ApS"))
    other = await south.show(made.iri, await company(fresh_nodes.south, "Treg ApS"))
    for one in (shown, other):
        await north.sees(one.iri, "sent")
    await settled(fresh_nodes.north, fresh_nodes.south)
    for node in (fresh_nodes.north, fresh_nodes.south):
        await node.stop()
    await north.step(shown.iri, "accept")
    await south.step(shown.iri, "withdraw")
    countered = await north.counter(other.iri, "Heller dette")
    again = await south.counter(other.iri, "Eller dette")
    for node in (fresh_nodes.north, fresh_nodes.south):
        await node.start()
    for desk in (north, south):
        await desk.sees(countered.iri, "sent")
        await desk.sees(again.iri, "sent")
        view = await desk.sees(shown.iri, "withdrawn")
        assert {move.event for move in view.moves} == {"send", "accept", "withdraw"}
        assert await desk.state(other.iri) == "countered"
    assert (await south.view(shown.iri)).agreement == (await north.view(shown.iri)).agreement


async def test_desk_that_was_down_for_a_day_sees_all_of_it(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the one that is asked, then the one that asks: the queues bring what was missed."""
    await befriend(fresh_nodes)
    north, south = Desk(fresh_nodes.north), Desk(fresh_nodes.south)
    made = await published(fresh_nodes.north, fresh_nodes.south, "Døgnet rundt")
    buyers = [await company(fresh_nodes.south, name) for name in ("En ApS", "To ApS")]
    await settled(fresh_nodes.north, fresh_nodes.south)
    await fresh_nodes.north.stop()
    one, two = [await south.show(made.iri, buyer) for buyer in buyers]
    await south.name(one.iri)
    await south.step(two.iri, "withdraw")
    shift(monkeypatch, days=1)
    await fresh_nodes.north.start()
    await north.sees(one.iri, "sent")
    await north.sees(two.iri, "withdrawn")

    async def named() -> bool:
        return (await north.view(one.iri)).their_company_name == "En ApS"

    await until(named, "the company is named")
    await settled(fresh_nodes.north, fresh_nodes.south)
    await fresh_nodes.south.stop()
    for event in ("take_over", "pass_on", "answer", "accept", "complete"):
        await north.step(one.iri, event)
    shift(monkeypatch, days=1)
    await fresh_nodes.south.start()
    view = await south.sees(one.iri, "completed")
    assert [move.event for move in view.moves if not move.ours] == [
        "take_over",
        "pass_on",
        "answer",
        "accept",
        "complete",
    ]


def shift(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """Let the clock of everything in this process be that much later than it is now."""
    before = clock.now

    monkeypatch.setattr(clock, "now", lambda: before() + timedelta(**by))


async def test_offer_that_ends_leaves_all_lists_and_comes_back(
    fresh_nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a message, since both know its end; what nobody took over is expired meanwhile."""
    await befriend(fresh_nodes)
    north, south = Desk(fresh_nodes.north), Desk(fresh_nodes.south)
    end = clock.wire_time(clock.now() + timedelta(days=2))
    made = await published(fresh_nodes.north, fresh_nodes.south, "Snart slutt", endTime=end)
    buyers = [await company(fresh_nodes.south, f"{n} ApS") for n in ("Ledig", "Opptatt", "Sen")]
    lies, taken = [await south.show(made.iri, buyer) for buyer in buyers[:2]]
    await north.sees(lies.iri, "sent")
    await north.sees(taken.iri, "sent")
    await north.step(taken.iri, "take_over")
    await south.sees(taken.iri, "taken_over")
    await settled(fresh_nodes.north, fresh_nodes.south)
    both = (fresh_nodes.north, fresh_nodes.south)
    for node in both:
        assert "Snart slutt" in (await node.get("/offers", "text/html"))[1]
    received = len(await fresh_nodes.south.inbox())
    shift(monkeypatch, days=3)
    for node, desk in zip(both, (north, south), strict=True):
        assert "Snart slutt" not in (await node.get("/offers", "text/html"))[1]
        assert (await desk.view(lies.iri)).state == "expired"
        assert (await desk.view(taken.iri)).state == "taken_over"
        assert [view.iri for view in await desk.list()] == [taken.iri]
    with pytest.raises(NodeError, match=r"ended on \d{4}-\d\d-\d\d and takes no more interest"):
        await south.show(made.iri, buyers[2])
    with pytest.raises(NodeError, match="stands at “expired”"):
        await north.step(lies.iri, "take_over")
    assert len(await fresh_nodes.south.inbox()) == received
    with pytest.raises(NodeError, match="is past"):
        await north.renew(made.iri, "2020-01-01")
    await north.renew(made.iri, "2099-06-30")
    await south.sees(lies.iri, "sent")
    await north.sees(lies.iri, "sent")
    for node in both:
        assert "Snart slutt" in (await node.get("/offers", "text/html"))[1]
    await north.step(lies.iri, "accept")
    await south.sees(lies.iri, "accepted")
    await settled(*both)
